import { createHash } from "node:crypto";
import type { Host } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import type { Say } from "./lines.ts";

const maxBytes = 1024 ** 3;
const digest = /^[0-9a-f]{64}/;

/** Says so where bytes are not those whose SHA-256 OpenClaw wrote down when it made the archive. */
export function checkBytes(bytes: Uint8Array, expected: string | undefined, say: Say): void {
  if (expected !== undefined && digest.test(expected))
    compare(createHash("sha256").update(bytes).digest("hex"), expected, say);
}

/** As `checkBytes`, of a file; a cold archive is named by its digest. */
export function checkFile(host: Pick<Host, "fs">, path: string, name: string, say: Say): void {
  const expected = digest.exec(name)?.[0];
  if (expected === undefined) return;
  try {
    const file = host.fs.open(path);
    try {
      if (file.stat.size > maxBytes) return;
      const hash = createHash("sha256");
      const buffer = new Uint8Array(1 << 20);
      for (let got = file.read(buffer); got > 0; got = file.read(buffer))
        hash.update(buffer.subarray(0, got));
      compare(hash.digest("hex"), expected, say);
    } finally {
      file.close();
    }
  } catch (error) {
    say(`its digest could not be checked: ${messageOf(error)}`);
  }
}

function compare(found: string, expected: string, say: Say): void {
  if (found !== expected)
    say(`it was changed: its SHA-256 is ${found} and not ${expected}, as when it was made`);
}
