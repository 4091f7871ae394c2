/** What every source of persistence does alike: read files within limits, note what could not be read, write items down. */
import type { FileStat } from "../../host/host.ts";
import { read, unread } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import type { PersistenceItem } from "../../model/persistence.ts";
import { listFolder, textOf } from "../files.ts";
import type { PersistenceSource, Sources } from "../sources.ts";
import { packagesOf } from "../traces/packages.ts";
import { itemOf, sizeOf } from "./item.ts";
import type { Draft, SourceFile } from "./item.ts";
import { type Link, linkAt, statAt } from "./places.ts";
import { ownerAt, readSource } from "./source-file.ts";

export const maxText = 1 << 20;
const maxItems = 20_000;
/** Of all items of a source together. */
const maxChars = 24 << 20;
const maxReasons = 50;

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

/** The text of a file, or of its beginning where it was not read whole, which is noted. */
export function wholeText({ miss }: Scribe, file: SourceFile): string {
  noteRest(miss, file);
  return textOf(file.bytes);
}

function noteRest(miss: Scribe["miss"], { whole, path, bytes }: SourceFile): void {
  if (!whole) miss(`${path}: only the first ${bytes.length} bytes were looked at`);
}
