import { join } from "node:path";
import { bytesText } from "../../../model/text.ts";
import { type Check, fail, ok, type ReadyScene, unknown, warn } from "../check.ts";

const factor = 1.2;
const mostEntries = 2_000_000;

/** An archive is smaller than the state; this is what is needed if nothing in it can be compressed. */
export const diskSpace: Check = {
  id: "disk-space",
  title: "room for a seal",
  timeoutMs: 20_000,
  run: async (scene) => {
    const { host, target, installation, dataDir } = scene;
    if (!installation.found) return unknown("there is no state to measure", "name it with --state-dir");
    const free = await host.fs.free(dataDir);
    const seen = { bytes: 0, entries: 0, denied: 0 };
    for (const folder of [target.stateDir, ...installation.outside]) await measure(scene, folder, seen);
    const need = Math.ceil(seen.bytes * factor);
    const text = `${bytesText(free)} free for ${bytesText(seen.bytes)} of state`;
    if (free < need)
      return fail(
        `${text}; ${bytesText(need)} are needed`,
        "free some space, or keep cases elsewhere: --data-dir",
      );
    if (seen.denied > 0)
      return warn(
        `${text}; ${seen.denied} folders could not be looked into`,
        "run claw-ir as the state's owner",
      );
    return ok(text);
  },
};

async function measure(
  { host }: ReadyScene,
  root: string,
  seen: { bytes: number; entries: number; denied: number },
): Promise<void> {
  const todo = [root];
  for (let folder = todo.pop(); folder !== undefined; folder = todo.pop()) {
    const entries = await host.fs.list(folder).catch(() => undefined);
    if (entries === undefined) seen.denied += 1;
    for (const { name, kind } of entries ?? []) {
      if (kind === "dir") todo.push(join(folder, name));
      else if (kind === "file") seen.bytes += (await host.fs.stat(join(folder, name)))?.size ?? 0;
      seen.entries += 1;
      if (seen.entries > mostEntries || host.signal.aborted) throw new Error("more files than are counted");
    }
  }
}
