/**
 * The folder that a restore writes into: 0700, beside the target and on its file system, so that what is finished only has to
 * be renamed. What a killed restore left behind is removed by the next one to the same place.
 */
import { basename, dirname, join } from "node:path";
import { acquire } from "../../case/lock-file.ts";
import { removeTemporaries } from "../../case/temporaries.ts";
import type { Host } from "../../host/host.ts";
import { ClawError, codeOf } from "../../model/errors.ts";
import { bytesText, shown } from "../../model/text.ts";
import { inUse, lockWhat, notWritable } from "./restore-lock.ts";
import { swapFile } from "./swap-journal.ts";

export interface Staging {
  /** What is restored goes below it; it stands for "/" of the host the archive was made on. */
  readonly tree: string;
  /** Removes it with whatever is still in it. */
  readonly remove: () => Promise<void>;
}

const middle = ".claw-ir-restore-";
const marker = "restore.lock";
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
    await acquire(host, {
      path: join(folder, marker),
      what: lockWhat,
      guard: (work) => work(),
      inUse,
    });
    await host.fs.mkdir(join(folder, treeName), { mode: 0o700 });
  } catch (error) {
    await host.fs.removeScratch(folder).catch(() => undefined);
    throw error;
  }
  const tree = join(folder, treeName);
  return {
    tree,
    remove: async () => {
      // The lock goes last: what is killed here has to be found again.
      await host.fs.removeScratch(tree);
      await host.fs.removeScratch(folder);
    },
  };
}

async function made(parent: string, work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    throw notWritable(parent, codeOf(error), error);
  }
}

/** Folders with our name in which our lock lies and its process is gone. Whoever calls holds the restore's lock. */
export async function removeLeftovers(host: Host, target: string): Promise<void> {
  const parent = dirname(target);
  const journal = basename(swapFile(target));
  await removeTemporaries(host, parent, { of: (name) => name === journal, idleMs: 0 });
  const prefix = `${basename(target)}${middle}`;
  for (const { name, kind } of await host.fs.list(parent).catch(() => [])) {
    if (kind !== "dir" || !name.startsWith(prefix)) continue;
    const path = join(parent, name, marker);
    const inside = await host.fs.list(join(parent, name)).catch(() => undefined);
    // Empty: it was killed before it could take the lock.
    if (inside === undefined || !(inside.length === 0 || inside.some((one) => one.name === marker))) continue;
    // Taking the lock is the proof that nobody holds it any more.
    await acquire(host, { path, what: lockWhat, guard: (work) => work(), inUse });
    await host.fs.removeLeftover(join(parent, name), marker);
  }
}
