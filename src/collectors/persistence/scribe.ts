/** What every source of persistence does alike: read files within limits, note what could not be read, write items down. */
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import type { FileStat } from "../../host/host.ts";
import { read, unread } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import { changedText, noPackageText } from "../../model/persistence.ts";
import type { FileFacts, PersistenceItem } from "../../model/persistence.ts";
import { resolveInside } from "../../openclaw/view.ts";
import { factsOf, itemOf, sizeOf } from "./item.ts";
import type { Draft, SourceFile } from "./item.ts";
import type { FileRead } from "../files.ts";
import { hashOf, listFolder, readFile, textOf, troubleOf } from "../files.ts";
import type { PersistenceSource, Sources } from "../sources.ts";
import { type Packages, packagesOf } from "../traces/packages.ts";

export const maxText = 1 << 20;
const maxHashed = 64 << 20;
const maxItems = 20_000;
/** Of all items of a source together. */
const maxChars = 24 << 20;
const maxReasons = 50;
/** Folders where only packages put files. */
const distribution = /^\/(?:usr\/)?(?:lib|lib32|lib64|libexec|share|bin|sbin)\//;

export { factsOf } from "./item.ts";
export type { Draft, SourceFile } from "./item.ts";

export interface Link {
  readonly path: string;
  /** Where it leads, as written. */
  readonly leadsTo: string;
  readonly facts: FileFacts;
  readonly package?: string;
}

export interface Scribe {
  readonly sources: Sources;
  /** The host's packages are known: a file that none of them owns stands out. */
  readonly known: boolean;
  readonly add: (draft: Draft) => void;
  /** Something that could not be read or was not read to the end. */
  readonly miss: (reason: string) => void;
  /** There is nothing of the kind on this host: the reading is "missing" unless something was found or could not be read. */
  readonly absent: (reason: string) => void;
  /** Undefined for what is not there; what could not be read is noted, and without `maxBytes` what lies beyond 1 MiB. */
  readonly file: (path: string, maxBytes?: number) => Promise<SourceFile | undefined>;
  /** Names in a folder; none where there is no such folder. */
  readonly names: (folder: string) => Promise<readonly string[]>;
  /** The symbolic link at a path; undefined for anything else. */
  readonly link: (path: string) => Promise<Link | undefined>;
  /** Of what is at the path itself, links on the way resolved. */
  readonly stat: (path: string) => Promise<FileStat | undefined>;
  /** The package that a file belongs to, and whether it still is as the package brought it. */
  readonly owner: (path: string) => Promise<Pick<SourceFile, "package" | "odd">>;
  readonly reading: () => Reading<PersistenceItem>;
}

/** A source whose reading is what `write` notes down. */
export function sourceOf(
  about: Omit<PersistenceSource, "read">,
  write: (scribe: Scribe) => Promise<void>,
): PersistenceSource {
  return {
    ...about,
    read: async (sources) => {
      const scribe = await scribeOf(about, sources);
      await write(scribe);
      return scribe.reading();
    },
  };
}

export async function scribeOf(
  mechanism: Pick<PersistenceSource, "id" | "attack">,
  sources: Sources,
): Promise<Scribe> {
  const packages = await packagesOf(sources);
  const items: PersistenceItem[] = [];
  const reasons = new Set<string>();
  let left = 0;
  let room = maxChars;
  const miss = (reason: string): void => {
    if (reasons.size < maxReasons) reasons.add(reason);
  };
  let absent: string | undefined;
  const ended = (): Reading<PersistenceItem> => {
    if (absent !== undefined && items.length + reasons.size === 0) return unread("missing", absent);
    return read(items, left === 0 ? [...reasons] : [...reasons, `${left} further items were left out`]);
  };
  return {
    sources,
    known: packages.manager !== "none",
    miss,
    absent: (reason) => void (absent = reason),
    add: (draft) => {
      const item = itemOf(mechanism, draft);
      room -= sizeOf(item);
      if (items.length < maxItems && room > 0) items.push(item);
      else left += 1;
    },
    file: async (path, maxBytes) => {
      const file = await readSource(sources, packages, path, maxBytes ?? maxText);
      // Who asks for a beginning only knows what it leaves out.
      if (typeof file !== "string" && maxBytes === undefined) noteRest(miss, file);
      if (typeof file !== "string") return file;
      if (file !== "") miss(file);
      return undefined;
    },
    names: async (folder) => {
      const { names, trouble } = await listFolder(sources, folder);
      if (trouble !== undefined) miss(trouble.reason);
      return names;
    },
    link: async (path) => await linkAt(sources, packages, path, miss),
    stat: async (path) => await statAt(sources, path, miss),
    owner: async (path) => await ownerAt(packages, path),
    reading: ended,
  };
}

/** The file; "" where it is not there; a sentence where it could not be read. */
async function readSource(
  sources: Sources,
  packages: Packages,
  path: string,
  maxBytes: number,
): Promise<SourceFile | string> {
  if (await isMissing(sources, path)) return "";
  const file = await readFile(sources, path, maxBytes);
  if (!file.ok) return file.outcome === "missing" ? "" : file.reason;
  const { bytes, whole, stat } = file;
  const sha256 = whole ? digest("sha256", bytes) : await hashWhole(sources, file);
  return { path: file.path, bytes, whole, facts: factsOf(stat, sha256), ...originOf(packages, file) };
}

/** Most files that are looked for are not there: that is cheap to tell. */
async function isMissing(sources: Sources, path: string): Promise<boolean> {
  try {
    return (await sources.host.fs.stat(await placeOf(sources, path))) === undefined;
  } catch {
    // Reading it says why.
    return false;
  }
}

/** Which package owns the file, and what stands out about that and about its mode. */
function originOf(
  packages: Packages,
  { path, bytes, whole, stat }: FileRead,
): Pick<SourceFile, "package" | "odd"> {
  const owned = packages.fileAt(path);
  const owner = owned?.package ?? packages.ownerOf(path);
  const sum = owned?.sum;
  const changed = whole && sum !== undefined && digest(sum.algorithm, bytes) !== sum.hex;
  const nobodys = owner === undefined && packages.manager !== "none" && distribution.test(path);
  return {
    odd: [...(changed ? [changedText] : []), ...(nobodys ? [noPackageText] : []), ...oddMode(stat)],
    ...(owner === undefined ? {} : { package: owner }),
  };
}

async function ownerAt(packages: Packages, path: string): Promise<Pick<SourceFile, "package" | "odd">> {
  const owner = packages.ownerOf(path);
  if (owner === undefined) return { odd: [] };
  const changed = (await packages.verify(path)) === "changed";
  return { package: owner, odd: changed ? [changedText] : [] };
}

function digest(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

/** Large files are hashed all the same, up to 64 MiB. */
async function hashWhole({ host, target }: Sources, { path, stat }: FileRead): Promise<string | undefined> {
  if (stat.size > maxHashed) return undefined;
  try {
    return hashOf(host, await resolveInside(host, target.root, target.toReal(path)), maxHashed);
  } catch {
    return undefined;
  }
}

function oddMode(stat: FileStat): readonly string[] {
  return (stat.mode & 0o002) === 0 ? [] : ["every account may change it"];
}

/** The place itself: links on the way are resolved inside the root, the last part is not followed. */
async function placeOf(sources: Sources, path: string): Promise<string> {
  const real = sources.target.toReal(path);
  return join(await folderOf(sources, dirname(real)), basename(real));
}

/** Folders are asked for again and again, and are where they were a moment ago. */
const folders = new WeakMap<Sources["readings"], Map<string, Promise<string>>>();

function folderOf({ host, target, readings }: Sources, folder: string): Promise<string> {
  const known = folders.get(readings) ?? new Map<string, Promise<string>>();
  folders.set(readings, known);
  const place = known.get(folder) ?? resolveInside(host, target.root, folder);
  known.set(folder, place);
  return place;
}

async function statAt(
  sources: Sources,
  path: string,
  miss: (reason: string) => void,
): Promise<FileStat | undefined> {
  try {
    return await sources.host.fs.stat(await placeOf(sources, path));
  } catch (error) {
    const trouble = troubleOf(path, error);
    if (trouble.outcome !== "missing") miss(trouble.reason);
    return undefined;
  }
}

async function linkAt(
  sources: Sources,
  packages: Packages,
  path: string,
  miss: (reason: string) => void,
): Promise<Link | undefined> {
  const { host, target } = sources;
  try {
    const real = await placeOf(sources, path);
    const stat = await host.fs.stat(real);
    if (stat?.kind !== "symlink") return undefined;
    const onHost = target.toHost(target.toReal(path));
    const owner = packages.ownerOf(onHost);
    return {
      path: onHost,
      leadsTo: await host.fs.readlink(real),
      facts: factsOf(stat),
      ...(owner === undefined ? {} : { package: owner }),
    };
  } catch (error) {
    miss(troubleOf(path, error).reason);
    return undefined;
  }
}

/** The text of a file, or of its beginning where it was not read whole, which is noted. */
export function wholeText({ miss }: Scribe, file: SourceFile): string {
  noteRest(miss, file);
  return textOf(file.bytes);
}

function noteRest(miss: Scribe["miss"], { whole, path, bytes }: SourceFile): void {
  if (!whole) miss(`${path}: only the first ${bytes.length} bytes were looked at`);
}
