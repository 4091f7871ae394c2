/**
 * The folder that a restore writes into: 0700, beside the target and on its file system, so that what is finished only has to
 * be renamed. What a killed restore left behind is removed by the next one to the same place.
 */
import { basename, dirname, join } from "node:path";
import { removeTemporaries } from "../../case/temporaries.ts";
import type { Host } from "../../host/host.ts";
import { ClawError, codeOf } from "../../model/errors.ts";
import { bytesText, shown } from "../../model/text.ts";
import { notWritable } from "./restore-lock.ts";
import { swapFile } from "./swap-journal.ts";

export interface Staging {
  /** What is restored goes below it; it stands for "/" of the host the archive was made on. */
  readonly tree: string;
  /** Removes it with whatever is still in it. */
  readonly remove: () => Promise<void>;
}

const middle = ".claw-ir-restore-";
/** Says whose the folder is: there from its first moment to its last, whoever is killed in between. */
const marker = "of-claw-ir-restore";
const treeName = "tree";
/** What a file system needs to stay usable. */
const reserve = 64 * 1024 * 1024;

/** Whoever calls holds the restore's lock. Throws "no-space" (exit 1) if `bytes` do not fit. */
export async function stagingBeside(host: Host, target: string, bytes: number): Promise<Staging> {
  const parent = dirname(target);
  await removeLeftovers(host, target);
  const free = await host.fs.free(parent);
  if (free < bytes + reserve)
    throw new ClawError(
      `${bytesText(bytes)} are needed beside ${shown(target)}, and ${bytesText(free)} are free`,
      {
        exit: "failed",
        code: "no-space",
        hint: "make room, or restore to another disk with --target DIR; nothing was written",
      },
    );
  const folder = await made(parent, () => host.fs.scratch(parent, `${basename(target)}${middle}`));
  try {
    await mark(host, folder);
    await host.fs.mkdir(join(folder, treeName), { mode: 0o700 });
  } catch (error) {
    await host.fs.removeScratch(folder).catch(() => undefined);
    throw error;
  }
  return {
    tree: join(folder, treeName),
    remove: async () => {
      // The mark goes last: what is killed here has to be found again.
      for (const { name } of await host.fs.list(folder))
        if (name !== marker) await host.fs.removeScratch(join(folder, name));
      await host.fs.removeScratch(folder);
    },
  };
}

async function mark(host: Host, folder: string): Promise<void> {
  await (await host.fs.create(join(folder, marker))).finish();
}

async function made(parent: string, work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    throw notWritable(parent, codeOf(error), error);
  }
}

/** Folders with our name that have our mark, or not even that. Whoever calls holds the restore's lock: nobody works in them. */
export async function removeLeftovers(host: Host, target: string): Promise<void> {
  const parent = dirname(target);
  const journal = basename(swapFile(target));
  await removeTemporaries(host, parent, { of: (name) => name === journal, idleMs: 0 });
  const prefix = `${basename(target)}${middle}`;
  for (const { name, kind } of await host.fs.list(parent).catch(() => [])) {
    if (kind !== "dir" || !name.startsWith(prefix)) continue;
    const folder = join(parent, name);
    const inside = await host.fs.list(folder).catch(() => undefined);
    // Empty: it was killed before it could mark it, or after it had taken the mark away.
    if (inside?.length === 0) await mark(host, folder);
    await host.fs.removeLeftover(folder, marker);
  }
}
