import { basename, dirname, join, resolve, sep } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";

/**
 * The absolute path for a private key, refused (exit 2) inside one of `keepOut`: what lies in the state folder or a workspace
 * the agent reads, and what lies in the data folder is sealed, copied and stolen together with the archives it opens. Links
 * are resolved before comparing.
 */
export async function privatePlace(
  host: Pick<Host, "fs">,
  file: string,
  keepOut: readonly string[],
): Promise<string> {
  const wanted = resolve(file);
  const path = await realOf(host, wanted);
  for (const folder of keepOut) {
    for (const one of [resolve(folder), await realOf(host, resolve(folder))]) {
      if (isWithin(path, one) || isWithin(wanted, one)) throw inside(wanted, folder);
    }
  }
  return wanted;
}

/** The real path of what exists of it, with the rest put behind. */
async function realOf(host: Pick<Host, "fs">, path: string): Promise<string> {
  try {
    return await host.fs.realpath(path);
  } catch {
    return dirname(path) === path ? path : join(await realOf(host, dirname(path)), basename(path));
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function inside(wanted: string, folder: string): ClawError {
  return new ClawError(`a private key must not lie in ${shown(folder)}: ${shown(wanted)}`, {
    exit: "usage",
    code: "private-key-place",
    hint: "name a file on a stick, on another disk or in a folder of your own, and take it off this host",
  });
}
