/** The real file functions, let loose in one folder only. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type { HostFs } from "../../src/host/fs.ts";
import { realFs } from "../../src/host/real/fs.ts";

export interface Confinement {
  /** The only folder that is written to. Real path. */
  readonly root: string;
  /** Further folders and files that may be read. */
  readonly readable: readonly string[];
}

export interface Faults {
  /**
   * Makes every access (or only reading, or only writing) at and below a path fail with a system error code, as root sees no
   * EACCES and disks are rarely full.
   */
  readonly fail: (path: string, code: string, when?: "read" | "write") => void;
  readonly heal: (path: string) => void;
}

export interface Confined extends Faults {
  readonly fs: HostFs;
  /** Paths that were written, in order, each as often as it was. */
  readonly written: string[];
  readonly removed: string[];
  readonly mayRead: (path: string) => void;
  readonly mayWrite: (path: string) => void;
}

function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Where a path really leads: the nearest part that exists is resolved, the last part is not. */
function realPlace(path: string): string {
  const parent = dirname(path);
  if (parent === path) return path;
  const real = existsSync(parent) ? realpathSync(parent) : realPlace(parent);
  return join(real, path.slice(parent.length));
}

export function confine({ root, readable }: Confinement): Confined {
  const real = realFs();
  const written: string[] = [];
  const removed: string[] = [];
  const faults: { readonly path: string; readonly code: string; readonly when?: "read" | "write" }[] = [];

  const check = (path: string, folders: readonly string[], when: "read" | "write"): void => {
    if (!path.startsWith("/")) throw new Error(`fake host: "${path}" is no absolute path`);
    const whole = resolve(path);
    for (const place of [whole, realPlace(whole)]) {
      if (!folders.some((folder) => within(place, folder))) {
        throw new Error(`fake host: ${when} of "${path}" is outside of ${folders.join(", ")}`);
      }
    }
    const fault = faults.find((each) => within(whole, each.path) && (each.when ?? when) === when);
    if (fault !== undefined) {
      throw Object.assign(new Error(`${fault.code}: made up, ${when} '${path}'`), { code: fault.code, path });
    }
  };
  const mayRead = (path: string): void => check(path, [root, ...readable], "read");
  const mayWrite = (path: string): void => check(path, [root], "write");
  const writes = (path: string): void => {
    mayWrite(path);
    written.push(path);
  };

  const fs: HostFs = {
    read: async (path, options) => (mayRead(path), real.read(path, options)),
    readText: async (path, options) => (mayRead(path), real.readText(path, options)),
    readTail: async (path, bytes) => (mayRead(path), real.readTail(path, bytes)),
    open: (path, saw) => (mayRead(path), real.open(path, saw)),
    stat: async (path) => (mayRead(path), real.stat(path)),
    look: (path) => (mayRead(path), real.look(path)),
    list: async (path) => {
      mayRead(path);
      // A folder that is a link is followed.
      if (existsSync(path)) mayRead(join(realpathSync(path), "."));
      return real.list(path);
    },
    browse: (path) => {
      mayRead(path);
      if (existsSync(path)) mayRead(join(realpathSync(path), "."));
      return real.browse(path);
    },
    readlink: async (path) => (mayRead(path), real.readlink(path)),
    lookLink: (path) => (mayRead(path), real.lookLink(path)),
    realpath: async (path) => (mayRead(path), real.realpath(path)),
    writeAtomic: async (path, data, options) => (writes(path), real.writeAtomic(path, data, options)),
    create: async (path, options) => (writes(path), real.create(path, options)),
    append: async (path, data) => (writes(path), real.append(path, data)),
    mkdir: async (path, options) => (mayWrite(path), real.mkdir(path, options)),
    copy: async (from, to) => {
      mayRead(from);
      writes(to);
      return real.copy(from, to);
    },
    rename: async (from, to) => {
      mayWrite(from);
      writes(to);
      return real.rename(from, to);
    },
    syncDir: async (path) => (mayWrite(path), real.syncDir(path)),
    remove: async (path) => {
      mayWrite(path);
      removed.push(path);
      return real.remove(path);
    },
    removeScratch: async (path) => (mayWrite(path), real.removeScratch(path)),
    scratch: async (parent, prefix) => (mayWrite(parent), real.scratch(parent, prefix)),
    removeLeftover: async (path, marker) => (mayWrite(path), real.removeLeftover(path, marker)),
    tree: (folder) => {
      mayWrite(folder);
      const tree = real.tree(folder);
      // Faults that a test plants below the folder hit here as well.
      return {
        ...tree,
        file: (name) => (mayWrite(join(folder, name)), tree.file(name)),
        folder: (name) => {
          mayWrite(join(folder, name));
          tree.folder(name);
        },
      };
    },
    chmod: async (path, mode) => (mayWrite(path), real.chmod(path, mode)),
    free: async (path) => (mayRead(path), real.free(path)),
  };
  return {
    fs,
    written,
    removed,
    mayRead,
    mayWrite,
    fail: (path, code, when) => {
      faults.push({ path: resolve(path), code, ...(when === undefined ? {} : { when }) });
    },
    heal: (path) => {
      for (let at = faults.length - 1; at >= 0; at -= 1)
        if (faults[at]?.path === resolve(path)) faults.splice(at, 1);
    },
  };
}
