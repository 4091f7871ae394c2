import {
  chmod as chmodByPath,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  statfs,
} from "node:fs/promises";
import { constants } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { ClawError, codeOf } from "../../model/errors.ts";
import { nameOf } from "../../model/file-names.ts";
import type { DirEntry, FileStat, HostFs } from "../fs.ts";
import { browse, lookLink } from "./browse.ts";
import {
  diskPath,
  kindOf,
  look,
  openReadHandle,
  readUpTo,
  statOf,
  throwUnlessMissing,
  withRegular,
} from "./file-open.ts";
import { treeWriter } from "./tree-writer.ts";
import { appendText, copyRegular, createFile, removeFile, syncDir, writeAtomic } from "./file-write.ts";

const defaultMaxBytes = 64 * 1024 * 1024;

async function read(path: string, options: { readonly maxBytes?: number } = {}): Promise<Uint8Array> {
  const max = options.maxBytes ?? defaultMaxBytes;
  return withRegular(path, async (handle, stat) => {
    const bytes = stat.size > max ? undefined : await readUpTo(handle, 0, max + 1);
    if (bytes !== undefined && bytes.length <= max) return bytes;
    throw new ClawError(`the file is larger than ${max} bytes`, { exit: "failed", code: "too-large" });
  });
}

async function stat(path: string): Promise<FileStat | undefined> {
  try {
    return statOf(await lstat(diskPath(path), { bigint: true }));
  } catch (error) {
    throwUnlessMissing(error);
    return undefined;
  }
}

async function list(path: string): Promise<readonly DirEntry[]> {
  const entries: DirEntry[] = [];
  // As bytes: decoded by Node, a name that is no UTF-8 would be lost.
  for (const entry of await readdir(diskPath(path), { withFileTypes: true, encoding: "buffer" })) {
    const kind = kindOf(entry);
    const name = nameOf(entry.name);
    // Some file systems do not tell the kind with the name.
    const known = kind === "unknown" ? ((await stat(join(path, name)))?.kind ?? kind) : kind;
    entries.push({ name, kind: known });
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** chmod follows links; opening without following does not. */
async function chmod(path: string, mode: number): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    await handle.chmod(mode);
  } finally {
    await handle.close();
  }
}

/** The nearest folder that exists is asked, so that a path about to be made can be asked about. */
async function free(path: string): Promise<number> {
  let here = resolve(path);
  for (;;) {
    try {
      const { bavail, bsize } = await statfs(here);
      return bavail * bsize;
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || dirname(here) === here) throw error;
      here = dirname(here);
    }
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/** Scratch folders of this process, and the only way to remove a tree. */
function scratchFolders(): Pick<HostFs, "scratch" | "removeScratch"> {
  const made = new Set<string>();
  return {
    scratch: async (parent, prefix) => {
      await mkdir(parent, { recursive: true, mode: 0o700 });
      const folder = await realpath(await mkdtemp(join(parent, prefix)));
      made.add(folder);
      return folder;
    },
    removeScratch: async (path) => {
      // The parent is resolved and the last part is not: a link planted in the tree is removed, never followed.
      const parent = await realpath(dirname(resolve(path))).catch(() => undefined);
      if (parent === undefined) return;
      const real = join(parent, basename(resolve(path)));
      if (![...made].some((folder) => isWithin(real, folder))) {
        throw new ClawError("refused to remove a folder that this run did not make", {
          exit: "failed",
          code: "not-scratch",
          hint: `remove ${JSON.stringify(path)} by hand if it is to go`,
        });
      }
      await removeTree(real);
    },
  };
}

/** Restored folders may forbid their own owner to change them: they are opened first where that is in the way. */
async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 2 });
  } catch (error) {
    if (codeOf(error) !== "EACCES" && codeOf(error) !== "EPERM") throw error;
    await openFolders(path);
    await rm(path, { recursive: true, force: true, maxRetries: 2 });
  }
}

async function openFolders(folder: string): Promise<void> {
  if ((await stat(folder))?.kind !== "dir") return;
  // By its path: without r it could not be opened. Its parent is ours alone, so nobody puts a link in its place.
  await chmodByPath(folder, 0o700);
  for (const { name, kind } of await list(folder)) if (kind === "dir") await openFolders(join(folder, name));
}

async function removeLeftover(path: string, marker: string): Promise<boolean> {
  const folder = await stat(path);
  const mark = await stat(join(path, marker));
  const isOurs = folder?.kind === "dir" && folder.uid === process.getuid?.() && mark?.kind === "file";
  if (!isOurs) return false;
  // The mark goes last: what is killed here has to be found again.
  for (const { name } of await list(path)) if (name !== marker) await removeTree(join(path, name));
  await removeTree(path);
  return true;
}

export function realFs(): HostFs {
  return {
    read,
    readText: async (path, options) => Buffer.from(await read(path, options)).toString("utf8"),
    readTail: (path, bytes) =>
      withRegular(path, (handle, { size }) => readUpTo(handle, Math.max(0, size - bytes), bytes)),
    open: openReadHandle,
    stat,
    look,
    list,
    browse,
    lookLink,
    readlink: async (path) => nameOf(await readlink(diskPath(path), { encoding: "buffer" })),
    realpath: async (path) => nameOf(await realpath(diskPath(path), { encoding: "buffer" })),
    writeAtomic,
    create: createFile,
    append: appendText,
    mkdir: async (path, options = {}) => {
      await mkdir(path, { recursive: true, mode: options.mode ?? 0o700 });
    },
    copy: copyRegular,
    rename: (from, to) => rename(from, to),
    syncDir,
    remove: removeFile,
    ...scratchFolders(),
    removeLeftover,
    chmod,
    tree: treeWriter,
    free,
  };
}
