/** Files that a gateway makes outside its state, wherever its temporary folder is. */
import { createHash } from "node:crypto";
import { join } from "node:path";

/** OpenClaw 2026.9.6 keeps them in /tmp whatever TMPDIR says. */
export function lockFolder(uid: number): string {
  return `/tmp/openclaw-state-locks-${uid}`;
}

/**
 * The empty lock files of these databases, named by the first eight digits of the SHA-256 of the database's real path.
 * OpenClaw leaves them there when it ends.
 */
export function lockTraces(databases: readonly string[], uid: number): readonly string[] {
  return databases.flatMap((path) => {
    const mark = createHash("sha256").update(path).digest("hex").slice(0, 8);
    return ["state-handles", "state-lifecycle", "gateway-lifecycle"].map((kind) =>
      join(lockFolder(uid), `${kind}.${mark}.lock.sqlite`),
    );
  });
}

export function isLockTrace(path: string): boolean {
  return /^\/tmp\/openclaw-state-locks-\d+\/[a-z-]+\.[0-9a-f]{8}\.lock\.sqlite$/.test(path);
}
