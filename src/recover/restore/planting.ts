import type { TarEntry } from "../../archive/index.ts";
import type { Host, TreeFacts, TreeFile, TreeWriter } from "../../host/host.ts";
import { codeOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { parentsOf } from "./admission.ts";
import { leadsOut } from "./link-target.ts";
import { refused } from "./refuse.ts";

/** Puts entries that were admitted into the folder, and remembers what can only be done at the end. */
export interface Planting {
  readonly file: (name: string) => TreeFile;
  readonly folder: (name: string, entry: TarEntry) => void;
  readonly symlink: (name: string, entry: TarEntry) => void;
  readonly hardLink: (name: string, existing: string, entry: TarEntry) => void;
  readonly factsOf: (entry: TarEntry) => TreeFacts;
  /** A file of so many bytes is complete. */
  readonly counted: (bytes: number) => void;
  readonly progress: () => { readonly entries: number; readonly bytes: number };
  /** Makes the symbolic links, then gives the folders their facts, inner ones first. */
  readonly settle: () => void;
  readonly counts: () => { readonly entries: number; readonly files: number; readonly bytes: number };
  readonly notes: () => readonly string[];
}

const permissions = 0o777;

export function planting(host: Pick<Host, "fs" | "facts">, into: string): Planting {
  const tree = host.fs.tree(into);
  const isRoot = host.facts.uid === 0;
  const folders = new Map<string, TarEntry>();
  const links = new Map<string, TarEntry>();
  const odd = { special: 0, foreign: 0, outside: [] as string[] };
  const count = { entries: 0, files: 0, bytes: 0 };

  const factsOf = ({ mode, mtimeNs, uid, gid }: TarEntry): TreeFacts => {
    if ((mode & ~permissions) !== 0) odd.special += 1;
    if (!isRoot && uid !== host.facts.uid) odd.foreign += 1;
    return { mode: mode & permissions, mtimeNs, ...(isRoot ? { owner: { uid, gid } } : {}) };
  };
  const { makeFolder, makeParents } = folderMaker(tree);
  return {
    factsOf,
    file: (name) => {
      makeParents(name);
      return fresh(name, () => tree.file(name));
    },
    folder: (name, entry) => {
      makeParents(name);
      makeFolder(name);
      folders.set(name, entry);
      count.entries += 1;
    },
    symlink: (name, entry) => {
      makeParents(name);
      links.set(name, entry);
      count.entries += 1;
      if (leadsOut(name, entry.link ?? "")) odd.outside.push(name);
    },
    hardLink: (name, existing, entry) => {
      makeParents(name);
      const symlink = links.get(existing);
      if (symlink !== undefined) links.set(name, symlink);
      else
        fresh(name, () => {
          linkOrSay(() => tree.hardLink(name, existing), entry);
        });
      count.entries += 1;
    },
    counted: (bytes) => {
      count.entries += 1;
      count.files += 1;
      count.bytes += bytes;
    },
    progress: () => ({ entries: count.entries, bytes: count.bytes }),
    settle: () => {
      for (const [name, entry] of links)
        fresh(name, () => tree.symlink(name, entry.link ?? "", factsOf({ ...entry, mode: 0 })));
      const inner = [...folders].toSorted(([a], [b]) => depth(b) - depth(a));
      for (const [name, entry] of inner) tree.settle(name, folderFacts(name, factsOf(entry)));
    },
    counts: () => ({ ...count }),
    notes: () => [...notesOf(odd)],
  };
}

interface FolderMaker {
  readonly makeFolder: (name: string) => void;
  readonly makeParents: (name: string) => void;
}

/** Each folder once, whether an entry describes it or a name implies it. */
function folderMaker(tree: TreeWriter): FolderMaker {
  const made = new Set<string>([""]);
  const makeFolder = (name: string): void => {
    if (made.has(name)) return;
    fresh(name, () => {
      tree.folder(name);
    });
    made.add(name);
  };
  return {
    makeFolder,
    makeParents: (name) => {
      for (const parent of parentsOf(name)) makeFolder(parent);
    },
  };
}

/** The folder itself has to stay one that its owner can move. */
function folderFacts(name: string, facts: TreeFacts): TreeFacts {
  return name === "" ? { ...facts, mode: facts.mode | 0o700 } : facts;
}

function depth(name: string): number {
  return name === "" ? 0 : name.split("/").length;
}

/** Admitted names differ, but a file system that folds case or accents may take two for one. */
function fresh<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    throw refused("duplicate-name", "two names in it are one on this file system", name);
  }
}

function linkOrSay(make: () => void, entry: TarEntry): void {
  try {
    make();
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    throw refused("unsafe-link", "a hard link in it leads to a file that was not restored", entry.path);
  }
}

function* notesOf(odd: {
  readonly special: number;
  readonly foreign: number;
  readonly outside: readonly string[];
}): Generator<string> {
  if (odd.special > 0)
    yield `${countText(odd.special, "entry", "entries")} had setuid, setgid or sticky bits; they were not restored.`;
  if (odd.foreign > 0)
    yield `${countText(odd.foreign, "entry belongs", "entries belong")} to another user now than then: owners are restored as root only.`;
  if (odd.outside.length === 0) return;
  const some = odd.outside.slice(0, 5).map((name) => shown(name, 120));
  const more = odd.outside.length > some.length ? " and others" : "";
  yield `${countText(odd.outside.length, "symbolic link leads", "symbolic links lead")} out of what was restored: ${some.join(", ")}${more}.`;
}

function countText(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
