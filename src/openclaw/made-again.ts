import { basename, join, sep } from "node:path";
import type { Host } from "../host/host.ts";
import { isLockDatabase } from "./database.ts";
import type { Installation } from "./types.ts";
import { isInside } from "./view.ts";

/**
 * Why a file or folder (by its real path) need not be kept: OpenClaw makes it anew whenever it runs. Undefined for everything
 * else; in workspaces, whose files are the user's, that is everything.
 */
export async function madeAgain(
  host: Pick<Host, "fs">,
  { target, agents }: Installation,
): Promise<(real: string) => string | undefined> {
  const states = await bothNames(host, [target.stateDir]);
  const own = [
    ...states,
    ...(await bothNames(
      host,
      agents.map(({ dir }) => dir),
    )),
  ];
  const users = await bothNames(
    host,
    agents.map(({ workspace }) => workspace),
  );
  const caches = new Set(own.map((dir) => join(dir, "cache")));
  const locks = states.map((dir) => join(dir, "tmp", "openclaw-"));
  const isLockFolder = (real: string): boolean =>
    locks.some((start) => real.startsWith(start) && !real.slice(start.length).includes(sep));
  return (real) => {
    if (!own.some((folder) => isInside(real, folder))) return undefined;
    if (users.some((folder) => isInside(real, folder)) || isUsualWorkspace(states, real)) return undefined;
    if (caches.has(real)) return "a cache: OpenClaw makes it again";
    if (isLockFolder(real)) return "locks of a running gateway";
    const name = basename(real);
    if (isLockDatabase(name.replace(/-(?:wal|shm|journal)$/, ""))) return "a lock without data";
    return name.endsWith(".pid") ? "the process id of a program that ran" : undefined;
  };
}

/** Also of an agent that neither the config nor `agents/` names any more. */
function isUsualWorkspace(states: readonly string[], real: string): boolean {
  return states.some(
    (dir) => /^workspace(?:-[^/]+)?\//.test(`${real.slice(dir.length + 1)}/`) && isInside(real, dir),
  );
}

/** A folder that is a symbolic link is walked under both names. */
async function bothNames(host: Pick<Host, "fs">, folders: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(folders.map((folder) => host.fs.realpath(folder).catch(() => folder)));
  return [...new Set([...folders, ...real])];
}
