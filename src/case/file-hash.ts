import { createHash } from "node:crypto";
import type { Host } from "../host/host.ts";
import { ClawError, cancelled } from "../model/errors.ts";

export interface FileHash {
  readonly bytes: number;
  readonly sha256: string;
}

/** Size and SHA-256 of a regular file, read once from start to end. */
export async function hashFile(host: Host, path: string): Promise<FileHash> {
  const handle = host.fs.open(path);
  try {
    const hash = createHash("sha256");
    const buffer = new Uint8Array(1024 * 1024);
    let bytes = 0;
    for (let n = handle.read(buffer); n > 0; n = handle.read(buffer)) {
      hash.update(buffer.subarray(0, n));
      bytes += n;
      // Lets Ctrl-C through between the chunks of a large archive.
      if (bytes % (64 * buffer.length) === 0) await Promise.resolve();
      if (host.signal.aborted)
        throw host.signal.reason instanceof ClawError ? host.signal.reason : cancelled();
    }
    return { bytes, sha256: hash.digest("hex") };
  } finally {
    handle.close();
  }
}
