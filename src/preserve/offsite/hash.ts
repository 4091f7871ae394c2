import { createHash } from "node:crypto";
import type { Host } from "../../host/host.ts";
import { cancelled } from "../../model/errors.ts";

const readsBetweenPauses = 32;

/** Size and SHA-256 of a file as it is on the disk now. `each` gets every piece as it is read. */
export async function hashFile(
  host: Pick<Host, "fs" | "signal" | "clock">,
  path: string,
  each?: (bytes: Uint8Array) => Promise<void>,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const handle = host.fs.open(path);
  try {
    const hash = createHash("sha256");
    const buffer = new Uint8Array(1024 * 1024);
    let bytes = 0;
    for (let reads = 1; ; reads += 1) {
      if (host.signal.aborted) throw cancelled();
      const got = handle.read(buffer);
      if (got === 0) return { bytes, sha256: hash.digest("hex") };
      bytes += got;
      hash.update(buffer.subarray(0, got));
      await each?.(buffer.subarray(0, got));
      // Reading is synchronous: without a pause Ctrl-C would be heard only at the end.
      if (reads % readsBetweenPauses === 0) await host.clock.sleep(0);
    }
  } finally {
    handle.close();
  }
}
