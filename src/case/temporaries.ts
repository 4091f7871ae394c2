/** What a run that was killed leaves when it was just writing a file, or had only just made a folder. */
import { join } from "node:path";
import type { Host } from "../host/host.ts";

/** Longer than any write takes: what was not touched for so long belongs to nobody any more. */
const idleMs = 60_000;

const temporary = /^\.(.+)\.[0-9a-f]{12}\.partial$/s;

export interface Temporaries {
  /** By the name of the file that was to be written. */
  readonly of: (name: string) => boolean;
  /** How long they have not been touched; 0 where a lock tells that nobody writes them. */
  readonly idleMs?: number;
}

/**
 * Removes the temporary files of `writeAtomic` in `folder` that nobody writes any more: `.NAME.<12 hex digits>.partial`.
 * Nothing depends on it, so that what cannot be removed stays.
 */
export async function removeTemporaries(
  host: Pick<Host, "fs" | "clock">,
  folder: string,
  { of, idleMs: idle = idleMs }: Temporaries,
): Promise<void> {
  for (const { name, kind } of await host.fs.list(folder).catch(() => [])) {
    const target = temporary.exec(name)?.[1];
    if (kind !== "file" || target === undefined || !of(target)) continue;
    const path = join(folder, name);
    if (await isIdle(host, path, idle)) await host.fs.remove(path).catch(() => undefined);
  }
}

/**
 * Removes a scratch folder whose run was killed before it could put its record `marker` there: nothing is in it but, maybe,
 * that record's temporary file, and nothing has happened in it for a minute. False, and nothing touched, for any other.
 */
export async function removeAbandoned(
  host: Pick<Host, "fs" | "clock">,
  folder: string,
  marker: string,
): Promise<boolean> {
  const inside = await host.fs.list(folder).catch(() => undefined);
  if (inside?.every(({ name }) => temporary.exec(name)?.[1] === marker) !== true) return false;
  if (!(await isIdle(host, folder, idleMs))) return false;
  await host.fs.writeAtomic(join(folder, marker), "{}\n");
  return host.fs.removeLeftover(folder, marker);
}

/** Either way: the clock may have gone back meanwhile. */
async function isIdle({ fs, clock }: Pick<Host, "fs" | "clock">, path: string, ms: number): Promise<boolean> {
  const stat = await fs.stat(path).catch(() => undefined);
  return stat !== undefined && Math.abs(clock.now().getTime() - stat.mtimeMs) >= ms;
}
