/** Files that a gateway makes outside its state, wherever its temporary folder is. */
import { createHash } from "node:crypto";
import { join } from "node:path";

/**
 * The empty lock files of these databases. OpenClaw 2026.9.6 keeps them in /tmp whatever TMPDIR says, named by the first
 * eight digits of the SHA-256 of the database's real path, and leaves them there when it ends.
 */
export function lockTraces(databases: readonly string[], uid: number): readonly string[] {
  const folder = `/tmp/openclaw-state-locks-${uid}`;
  return databases.flatMap((path) => {
    const mark = createHash("sha256").update(path).digest("hex").slice(0, 8);
    return ["state-handles", "state-lifecycle", "gateway-lifecycle"].map((kind) =>
      join(folder, `${kind}.${mark}.lock.sqlite`),
    );
  });
}
