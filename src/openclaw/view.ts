import { basename, dirname, join, normalize, parse, resolve, sep } from "node:path";
import type { DirEntry, FileStat, Host } from "../host/host.ts";
import type { Target } from "./types.ts";
import { codeOf } from "../model/errors.ts";

const maxLinks = 40;

/** Whether `path` is `dir` or lies below it. Both absolute and normalised. */
export function isInside(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir.endsWith(sep) ? dir : dir + sep);
}

/** Joins below `root` so that no number of ".." leaves it. */
export function below(root: string, path: string): string {
  return join(root, normalize(join("/", path)));
}

/**
 * The place a path leads to when every symbolic link on the way is followed as the examined host would follow it: an
 * absolute link is read below `root`, so that a link planted in a mounted image cannot lead to the examiner's own files.
 * A component that does not exist ends the walk and the rest is appended as it is. Throws with code "ELOOP" on a cycle.
 */
export async function resolveInside(host: Pick<Host, "fs">, root: string, path: string): Promise<string> {
  const base = resolve(root);
  const absolute = resolve(path);
  if (!isInside(absolute, base)) throw outside(path);
  if (base === sep) return await realOf(host, absolute);
  const waiting = partsOf(absolute.slice(base.length));
  let here = base;
  let links = 0;
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (part === "..") {
      here = here === base ? base : dirname(here);
      continue;
    }
    const next = join(here, part);
    const stat = await host.fs.stat(next);
    if (stat === undefined) return [next, ...waiting].reduce((a, b) => join(a, b));
    if (stat.kind !== "symlink") {
      here = next;
      continue;
    }
    links += 1;
    if (links > maxLinks) throw Object.assign(new Error("too many symbolic links"), { code: "ELOOP" });
    const link = await host.fs.readlink(next);
    if (parse(link).root !== "") here = base;
    waiting.unshift(...partsOf(link));
  }
  return here;
}

/** The running host follows its links itself. Of what does not exist the nearest existing folder is resolved. */
async function realOf(host: Pick<Host, "fs">, path: string): Promise<string> {
  try {
    return await host.fs.realpath(path);
  } catch (error) {
    const code = codeOf(error);
    if ((code !== "ENOENT" && code !== "ENOTDIR") || dirname(path) === path) throw error;
    return join(await realOf(host, dirname(path)), basename(path));
  }
}

function partsOf(path: string): string[] {
  return path.split(sep).filter((part) => part !== "" && part !== ".");
}

function outside(path: string): Error {
  return Object.assign(new Error(`${path} is outside the examined file system`), { code: "EACCES" });
}

/** Files of the examined host: links are followed inside its root only, and nothing but regular files is opened. */
export interface FileView {
  /** Where the path leads, as a real path without links. */
  readonly resolve: (path: string) => Promise<string>;
  readonly read: (path: string, maxBytes: number) => Promise<Uint8Array>;
  /** Invalid UTF-8 becomes U+FFFD. */
  readonly readText: (path: string, maxBytes: number) => Promise<string>;
  /** Of what the path leads to; undefined if that is nothing. */
  readonly stat: (path: string) => Promise<FileStat | undefined>;
  /** Empty if there is no such folder. */
  readonly list: (path: string) => Promise<readonly DirEntry[]>;
}

export function viewOf(host: Host, target: Pick<Target, "root">): FileView {
  const where = (path: string): Promise<string> => resolveInside(host, target.root, path);
  const read = async (path: string, maxBytes: number): Promise<Uint8Array> =>
    await host.fs.read(await where(path), { maxBytes });
  return {
    resolve: where,
    read,
    readText: async (path, maxBytes) => new TextDecoder().decode(await read(path, maxBytes)),
    stat: async (path) => await host.fs.stat(await where(path)),
    list: async (path) => {
      const place = await where(path);
      const stat = await host.fs.stat(place);
      return stat?.kind === "dir" ? await host.fs.list(place) : [];
    },
  };
}
