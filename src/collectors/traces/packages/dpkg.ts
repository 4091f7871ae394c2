/**
 * The database of dpkg: `info/*.list` (paths), `info/*.md5sums` (contents without configuration files), `status` (versions and
 * the sums of configuration files) and `diversions`. Formats: dpkg(1), dpkg-divert(1), deb-md5sums(5).
 */
import { join } from "node:path";
import type { Host } from "../../../host/host.ts";
import { boundedText, linesOf } from "./bounded-text.ts";
import { type PackageDatabase, type PackageFile, outcomeFields } from "./index-of.ts";

const maxLists = 64 << 20;
const maxPaths = 1_500_000;
const maxPackages = 50_000;
const maxFile = 12 << 20;
const keptSums = 64;

/** Files that a package diverted: whoever else lists `from` has its file at `to`. */
export interface Diversion {
  readonly from: string;
  readonly to: string;
  /** Undefined for one made by hand, which moves every package's file. */
  readonly by?: string;
}

/** Three lines each: the path, where it goes, the package that made it (":" for one made by hand). */
export function parseDiversions(text: string): readonly Diversion[] {
  const lines = text.split("\n");
  const found: Diversion[] = [];
  for (let i = 0; i + 2 < lines.length; i += 3) {
    const [from = "", to = "", by = ""] = lines.slice(i, i + 3);
    if (from.startsWith("/") && to.startsWith("/")) found.push(by === ":" ? { from, to } : { from, to, by });
  }
  return found;
}

const conffile = /^ (\/.*) ([0-9a-f]{32})(?: obsolete| remove-on-upgrade)*$/;

/** The sums of configuration files that are installed, by path. */
export function parseConffiles(status: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let inside = false;
  for (const line of linesOf(status)) {
    if (!line.startsWith(" ")) inside = line.startsWith("Conffiles:");
    else if (inside) {
      const match = conffile.exec(line);
      if (match?.[1] !== undefined && match[2] !== undefined) found.set(match[1], match[2]);
    }
  }
  return found;
}

/** Path (with the leading "/") → MD5 in hex. */
export function parseMd5sums(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of linesOf(text)) {
    const match = /^([0-9a-f]{32}) {2}(.+)$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined)
      found.set(`/${match[2].replace(/^\/+/, "")}`, match[1]);
  }
  return found;
}

/** Paths of a `.list`, without the folders that other paths of it lie in. */
export function* parseList(text: string): Generator<string> {
  let before = "";
  for (const line of linesOf(text)) {
    if (isPath(before) && !line.startsWith(`${before}/`)) yield before;
    before = line;
  }
  if (isPath(before)) yield before;
}

function isPath(line: string): boolean {
  return line.startsWith("/") && line !== "/.";
}

/** `real` is the real path of var/lib/dpkg. */
export async function readDpkg(host: Host, real: string): Promise<PackageDatabase> {
  const info = join(real, "info");
  const problems: string[] = [];
  const note = (what: string, problem: string): void => {
    if (problems.length < 20) problems.push(`dpkg's ${what}: ${problem}`);
  };
  const read = (path: string, what: string): string => {
    const { text, problem } = boundedText(host, path, maxFile);
    if (problem !== undefined) note(what, problem);
    return text;
  };
  const names = (await host.fs.list(info))
    .flatMap(({ name, kind }) => (kind === "file" && name.endsWith(".list") ? [name.slice(0, -5)] : []))
    .slice(0, maxPackages);
  const diversions = parseDiversions(boundedText(host, join(real, "diversions"), maxFile).text);
  const placeOf = placing(diversions);
  const database: Parts = {
    names,
    placeOf,
    owners: ownersOf(names, placeOf, (name) => read(join(info, `${name}.list`), `list of ${name}`), note),
    back: new Map(diversions.map((one) => [one.to, one.from])),
    conffiles: parseConffiles(read(join(real, "status"), "status")),
    sumsOf: remembered(keptSums, (name) =>
      parseMd5sums(boundedText(host, join(info, `${name}.md5sums`), maxFile).text),
    ),
  };
  return {
    manager: "dpkg",
    ...outcomeFields(problems),
    owner: (path) => nameAt(database, path),
    file: (path) => fileAt(database, path),
    files: () => everyFile(database),
  };
}

interface Parts {
  /** Packages as their files in `info` are called, such as "libc6:amd64". */
  readonly names: readonly string[];
  readonly owners: ReadonlyMap<string, number>;
  readonly placeOf: (name: string, path: string) => string;
  /** Diverted path → the one that the package lists. */
  readonly back: ReadonlyMap<string, string>;
  readonly conffiles: ReadonlyMap<string, string>;
  readonly sumsOf: (name: string) => ReadonlyMap<string, string>;
}

function nameAt({ names, owners }: Parts, path: string): string | undefined {
  const index = owners.get(path);
  return index === undefined ? undefined : bare(names[index] ?? "");
}

function fileAt({ names, owners, back, conffiles, sumsOf }: Parts, path: string): PackageFile | undefined {
  const index = owners.get(path);
  if (index === undefined) return undefined;
  const name = names[index] ?? "";
  const original = back.get(path) ?? path;
  const kept = conffiles.get(original);
  const hex = kept ?? sumsOf(name).get(original);
  const sum = hex === undefined ? {} : { sum: { algorithm: "md5", hex } as const };
  return { path, package: bare(name), config: kept !== undefined, ...sum };
}

function* everyFile(database: Parts): Generator<PackageFile> {
  const { names, placeOf, sumsOf, conffiles } = database;
  for (const name of names) {
    for (const [path, hex] of sumsOf(name)) {
      const sum = { algorithm: "md5", hex } as const;
      yield { path: placeOf(name, path), package: bare(name), sum, config: false };
    }
  }
  for (const [path, hex] of conffiles) {
    yield { path, package: nameAt(database, path) ?? "", sum: { algorithm: "md5", hex }, config: true };
  }
}

/** Where a package's file lies, after diversions. */
function placing(diversions: readonly Diversion[]): Parts["placeOf"] {
  const moved = new Map(diversions.map((one) => [one.from, one]));
  return (name, path) => {
    const diversion = moved.get(path);
    return diversion === undefined || diversion.by === bare(name) ? path : diversion.to;
  };
}

/** "libc6:amd64" → "libc6". */
function bare(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(0, colon);
}

/** Path → index of its package. What goes beyond the limits is a problem, not a longer run. */
function ownersOf(
  names: readonly string[],
  placeOf: (name: string, path: string) => string,
  listOf: (name: string) => string,
  note: (name: string, problem: string) => void,
): ReadonlyMap<string, number> {
  const owners = new Map<string, number>();
  let bytes = 0;
  for (const [index, name] of names.entries()) {
    const text = listOf(name);
    bytes += text.length;
    if (bytes > maxLists || owners.size > maxPaths) {
      note("lists", `too much to hold; ${index} of ${names.length} packages are known`);
      break;
    }
    for (const path of parseList(text)) owners.set(placeOf(name, path), index);
  }
  return owners;
}

/** Keeps the last `max` answers: neighbouring questions are about the same few packages. */
function remembered<T>(max: number, make: (key: string) => T): (key: string) => T {
  const kept = new Map<string, T>();
  return (key) => {
    const before = kept.get(key);
    if (before !== undefined) return before;
    const made = make(key);
    if (kept.size >= max) for (const oldest of [...kept.keys()].slice(0, 1)) kept.delete(oldest);
    kept.set(key, made);
    return made;
  };
}
