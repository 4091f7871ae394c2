/**
 * A walk over trees of the examined host: every entry once, without following a link, leaving out what the kernel makes up and
 * what other machines serve. Folders of any size and trees of any depth take the same memory.
 */
import type { FileStat } from "../../host/host.ts";
import { codeOf } from "../../model/errors.ts";
import { isInside, resolveInside } from "../../openclaw/view.ts";
import { type Ground, troubleOf } from "../files.ts";
import { isPseudo, type MountTable, mountTable } from "./skipped-mounts.ts";

export interface Entry {
  /** Path on the examined host. */
  readonly path: string;
  readonly name: string;
  /** Path of its folder on the examined host; entries of one folder follow one another. */
  readonly folder: string;
  readonly stat: FileStat;
  /** Where a symbolic link leads, as it is written; absent where it cannot be read. */
  readonly link?: string;
}

export interface WalkLimits {
  readonly entries: number;
  /** Folders that wait to be entered, all together. */
  readonly waiting: number;
}

export interface Walk {
  /** Once only. */
  readonly entries: Iterable<Entry>;
  /** What was not walked, and why: complete when `entries` has ended. */
  readonly reasons: () => readonly string[];
}

interface Folder {
  readonly real: string;
  readonly path: string;
  readonly dev: number;
}

interface Ways {
  readonly ground: Ground;
  readonly mounts: MountTable | undefined;
  readonly limits: WalkLimits;
  readonly missed: Missed;
}

const limitsByDefault: WalkLimits = { entries: 1_000_000, waiting: 100_000 };

/** `roots` as paths on the examined host ("~" is its home); what is not there is left out without a word. */
export async function walk(
  ground: Ground,
  roots: readonly string[],
  limits: WalkLimits = limitsByDefault,
): Promise<Walk> {
  const missed = new Missed();
  const mounts = await mountTable(ground);
  const starts: Folder[] = [];
  for (const root of roots) {
    const start = await startAt(ground, root, mounts, missed);
    if (start !== undefined) starts.push(start);
  }
  // What another root covers is not walked twice.
  const outer = starts.filter((one, i) => !starts.some((other, j) => covers(other.real, one.real, j < i)));
  const ways: Ways = { ground, mounts, limits, missed };
  return { entries: eachOf(ways, outer), reasons: () => missed.sentences() };
}

/** `other` is above `one`, or is the same and comes earlier. */
function covers(other: string, one: string, earlier: boolean): boolean {
  return other === one ? earlier : isInside(one, other);
}

async function startAt(
  ground: Ground,
  root: string,
  mounts: MountTable | undefined,
  missed: Missed,
): Promise<Folder | undefined> {
  const { host, target } = ground;
  const path = target.toHost(target.toReal(root));
  try {
    const real = await resolveInside(host, target.root, target.toReal(root));
    const type = mounts?.skippedAbove(real);
    if (type !== undefined) {
      missed.fileSystem(path, type);
      return undefined;
    }
    const stat = host.fs.look(real);
    return stat?.kind === "dir" ? { real, path: target.toHost(real), dev: stat.dev } : undefined;
  } catch (error) {
    missed.failure(path, error);
    return undefined;
  }
}

function* eachOf(ways: Ways, starts: readonly Folder[]): Generator<Entry> {
  let count = 0;
  for (const start of starts) {
    const stat = ways.ground.host.fs.look(start.real);
    if (stat === undefined) continue;
    yield { path: start.path, name: start.path, folder: start.path, stat };
    const waiting = [start];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      for (const entry of entriesOf(ways, folder, waiting)) {
        count += 1;
        if (count > ways.limits.entries) {
          ways.missed.end(ways.limits.entries);
          return;
        }
        yield entry;
      }
    }
  }
}

/** A folder that is closed, gone or broken gives what it gave until then. */
function* entriesOf(ways: Ways, folder: Folder, waiting: Folder[]): Generator<Entry> {
  const { host } = ways.ground;
  try {
    for (const { name } of host.fs.browse(folder.real)) {
      const real = joined(folder.real, name);
      const path = joined(folder.path, name);
      const type = ways.mounts?.skipped.get(real);
      // Not even looked at: a dead server would hold the look as long as it is dead.
      if (type === undefined) {
        const entry = look(ways, folder, { name, real, path }, waiting);
        if (entry !== undefined) yield entry;
      } else {
        ways.missed.fileSystem(path, type);
      }
    }
  } catch (error) {
    ways.missed.failure(folder.path, error);
  }
}

function joined(folder: string, name: string): string {
  return folder === "/" ? `/${name}` : `${folder}/${name}`;
}

function look(
  { ground, mounts, limits, missed }: Ways,
  folder: Folder,
  { name, real, path }: { readonly name: string; readonly real: string; readonly path: string },
  waiting: Folder[],
): Entry | undefined {
  const { fs } = ground.host;
  try {
    const stat = fs.look(real);
    if (stat === undefined) return undefined;
    const entry = { path, name, folder: folder.path, stat };
    if (stat.kind === "symlink") return { ...entry, link: fs.lookLink(real) };
    if (stat.kind !== "dir") return entry;
    if (mounts === undefined && stat.dev !== folder.dev) missed.otherDevice(path);
    else if (waiting.length >= limits.waiting) missed.crowded(path);
    else waiting.push({ real, path, dev: stat.dev });
    return entry;
  } catch (error) {
    if (codeOf(error) !== "ENOENT") missed.failure(path, error);
    return undefined;
  }
}

const shown = 3;

/** Counts what was not walked: names only the first of each kind, because there can be as many as files. */
class Missed {
  readonly #kinds = new Map<string, { count: number; readonly paths: string[] }>();
  #limit: string | undefined;

  failure(path: string, error: unknown): void {
    const { outcome } = troubleOf(path, error);
    if (outcome === "missing") return;
    const code = codeOf(error);
    if (outcome === "denied") this.#add("may not be read by this user", path);
    else if (code === "ENAMETOOLONG") this.#add("lie too deep to be named", path);
    else this.#add(`could not be read (${code ?? "error"})`, path);
  }

  fileSystem(path: string, type: string): void {
    // What the kernel makes up holds no files: nothing is missed.
    if (!isPseudo(type)) this.#add(`not walked, a file system of type ${type}`, path);
  }

  otherDevice(path: string): void {
    this.#add("not walked, another file system and the mount table could not be read", path);
  }

  crowded(path: string): void {
    this.#add("not walked, too many folders", path);
  }

  end(entries: number): void {
    this.#limit = `the walk ended after ${entries} entries`;
  }

  sentences(): readonly string[] {
    const kinds = [...this.#kinds].map(([what, { count, paths }]) => {
      const more = count > paths.length ? ` and ${count - paths.length} more` : "";
      return `${paths.join(", ")}${more}: ${what}`;
    });
    return this.#limit === undefined ? kinds : [...kinds, this.#limit];
  }

  #add(what: string, path: string): void {
    const kind = this.#kinds.get(what) ?? { count: 0, paths: [] };
    this.#kinds.set(what, kind);
    kind.count += 1;
    if (kind.paths.length < shown) kind.paths.push(JSON.stringify(path).slice(0, 200));
  }
}
