import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { ClawError } from "../model/errors.ts";
import { bytesText, shown } from "../model/text.ts";

const aboutThePlace: ReadonlySet<string> = new Set(["disk-full", "read-only", "permission-denied"]);
const enoughBytes = 64 * 1024 * 1024;

/**
 * Where no case can be made nothing is stopped either, because nothing could be journaled: so the error names a place
 * that works, for who has no time to look for one.
 */
export async function orElsewhere<T>(host: Host, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ClawError) || !aboutThePlace.has(error.code)) throw error;
    const place = await otherPlace(host);
    if (place === undefined) throw error;
    throw new ClawError(error.message, {
      exit: error.exit,
      code: error.code,
      cause: error,
      hint: `run it again with --data-dir ${place.dir} (${bytesText(place.free)} free), and copy the case to a lasting place before a reboot`,
    });
  }
}

async function otherPlace(host: Host): Promise<{ readonly dir: string; readonly free: number } | undefined> {
  for (const parent of [host.facts.tmp, "/var/tmp", "/dev/shm"]) {
    try {
      const free = await host.fs.free(parent);
      if (free < enoughBytes) continue;
      // Free space says nothing about a read-only file system or somebody else's folder.
      await host.fs.removeScratch(await host.fs.scratch(parent, "claw-ir-probe-"));
      return { dir: shown(join(parent, "claw-ir")), free };
    } catch {
      continue;
    }
  }
  return undefined;
}
