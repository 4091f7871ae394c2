/** Copies in a folder: another disk, a mounted share. */
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError, codeOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import type { Item, Place } from "./place.ts";
import { hashFile } from "./hash.ts";

export function folderPlace(host: Host, folder: string): Place {
  return {
    // A folder that is not there is not made: a disk that is not mounted would get its copies beneath the mount point.
    prepare: async () => {
      const stat = await host.fs.stat(await host.fs.realpath(folder).catch(() => folder));
      if (stat?.kind === "dir") return;
      throw new ClawError(`there is no folder ${shown(folder)}`, {
        exit: "failed",
        code: "copy-unreachable",
        hint: "make it, or mount the disk it is on",
      });
    },
    compare: async ({ name, bytes, sha256 }) => {
      const stat = await host.fs.stat(join(folder, name));
      if (stat === undefined) return undefined;
      const isSame = stat.size === bytes && (await hashFile(host, join(folder, name))).sha256 === sha256;
      return isSame ? "same" : "other";
    },
    put: async (item) => {
      try {
        await put(host, folder, item);
      } catch (error) {
        if (error instanceof ClawError) throw error;
        throw failed(item, folder, codeOf(error) ?? "unknown", error);
      }
    },
  };
}

/** What an interrupted copy left is begun anew: a local disk is faster than finding out what of it is good. */
async function put(host: Host, folder: string, item: Item): Promise<void> {
  const partial = join(folder, `${item.name}.partial`);
  await host.fs.remove(partial);
  const out = await host.fs.create(partial, { mode: 0o600 });
  try {
    await hashFile(host, item.path, out.write);
    await out.finish();
    const there = await hashFile(host, partial);
    if (there.bytes !== item.bytes || there.sha256 !== item.sha256)
      throw failed(item, folder, "what arrived there is not the same");
    await place(host, partial, join(folder, item.name));
  } catch (error) {
    await out.discard().catch(() => undefined);
    throw error;
  }
}

/** Nobody else may have written the name in the meantime. */
async function place(host: Host, partial: string, path: string): Promise<void> {
  if ((await host.fs.stat(path)) !== undefined)
    throw Object.assign(new Error("there is a file of this name by now"), { code: "EEXIST" });
  await host.fs.rename(partial, path);
  await host.fs.syncDir(join(path, ".."));
}

function failed(item: Item, folder: string, why: string, cause?: unknown): ClawError {
  const full = why === "ENOSPC" || why === "EDQUOT";
  return new ClawError(
    `${shown(item.name)} was not copied to ${shown(folder)}: ${full ? "no space left" : why}`,
    {
      exit: "failed",
      code: "copy-failed",
      hint: full
        ? "free some space there"
        : "the archive itself is whole; try again with claw-ir backup copy",
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
