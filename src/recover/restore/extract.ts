import type { ArchiveEvent, Contents, TarEntry } from "../../archive/index.ts";
import type { Host, TreeFile } from "../../host/host.ts";
import { cancelled } from "../../model/errors.ts";
import { admission, type Admitted, type Limits } from "./admission.ts";
import { refused } from "./refuse.ts";
import { selectionOf } from "./selection.ts";
import { planting, type Planting } from "./planting.ts";

export type ExtractHost = Pick<Host, "fs" | "facts" | "signal" | "clock">;

export interface ExtractProgress {
  readonly entries: number;
  readonly bytes: number;
}

export interface ExtractRequest {
  /** What `openArchive` gives. It is read to its end: only then is what was written known to be what was sealed. */
  readonly events: AsyncGenerator<ArchiveEvent, Contents, undefined>;
  /** An empty 0700 folder of ours. When extract throws, the caller removes it with what is in it. */
  readonly into: string;
  /** Stored names; folders with all that is below them. */
  readonly only?: readonly string[];
  /**
   * Stored name of a file that is not wanted → name of the wanted hard link that takes its content (see `survey`). Without
   * it a hard link whose file is not wanted is refused.
   */
  readonly stead?: ReadonlyMap<string, string>;
  readonly limits?: Limits;
  readonly onProgress?: (progress: ExtractProgress) => void;
}

export interface Extracted {
  /** What was written; `contents` counts what the archive holds. */
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
  readonly contents: Contents;
  /** SQLite files by their first bytes, relative to `into`. */
  readonly databases: readonly string[];
  /** What is not as it was sealed, in whole sentences. */
  readonly notes: readonly string[];
}

const entriesBetweenPauses = 256;
const magic = Buffer.from("SQLite format 3\0");

/**
 * Writes the entries of an archive into an empty folder: 0700 folders first, files with O_EXCL, symbolic links last, and the
 * facts of folders at the very end. Throws "tampered" (exit 5) for an entry that would leave the folder, stand in another's
 * way, or be no file, link or folder, and for an archive that is not what was sealed; the file system's errors as they are.
 */
export async function extract(host: ExtractHost, request: ExtractRequest): Promise<Extracted> {
  const work = extraction(host, request);
  try {
    let seen = 0;
    for (;;) {
      const next = await request.events.next();
      if (host.signal.aborted) throw cancelled();
      if (next.done === true) return work.finish(next.value);
      work.take(next.value);
      // Writing is synchronous: without a pause Ctrl-C would be heard late.
      if (next.value.kind === "end" && ++seen % entriesBetweenPauses === 0) await host.clock.sleep(0);
    }
  } finally {
    work.abandon();
    await request.events.return(undefined as never).catch(() => undefined);
  }
}

interface Extraction {
  readonly take: (event: ArchiveEvent) => void;
  readonly finish: (contents: Contents) => Extracted;
  /** Closes what is open. */
  readonly abandon: () => void;
}

/** The file that is being written. */
interface Open {
  readonly file: TreeFile;
  readonly name: string;
  readonly entry: TarEntry;
  size: number;
  head: Buffer;
}

function extraction(host: ExtractHost, request: ExtractRequest): Extraction {
  const { into, only, stead = new Map<string, string>(), limits, onProgress } = request;
  const admit = admission(limits);
  const selected = selectionOf(only);
  const plant = planting(host, into);
  const databases: string[] = [];
  let open: Open | undefined;
  const begin = (entry: TarEntry): void => {
    const admitted = admit(entry);
    const name = nameFor(admitted, stead, selected.takes);
    if (admitted.type === "dir" && (name !== undefined || selected.leadsTo(admitted.name)))
      plant.folder(admitted.name, entry);
    else if (name === undefined) return;
    else if (admitted.type === "symlink") plant.symlink(name, entry);
    else if (admitted.type === "hardlink") hardLink(plant, admitted, stead, entry);
    else open = { file: plant.file(name), name, entry, size: 0, head: Buffer.alloc(0) };
  };
  const end = (): void => {
    if (open === undefined) return;
    const { file, name, entry, size, head } = open;
    if (size !== entry.size)
      throw refused("wrong-size", "a file has another size than its header says", entry.path);
    open = undefined;
    file.finish(plant.factsOf(entry));
    plant.counted(size);
    if (head.equals(magic)) databases.push(name);
    onProgress?.(plant.progress());
  };
  return {
    take: (event) => {
      if (event.kind === "entry") begin(event.entry);
      else if (event.kind === "end") end();
      else if (open !== undefined) {
        open.file.write(event.bytes);
        open.size += event.bytes.length;
        open.head = headOf(open.head, event.bytes);
      }
    },
    finish: (contents) => {
      plant.settle();
      return { ...plant.counts(), contents, databases, notes: plant.notes() };
    },
    abandon: () => open?.file.abandon(),
  };
}

function headOf(head: Buffer, more: Uint8Array): Buffer {
  if (head.length >= magic.length) return head;
  return Buffer.concat([head, more.subarray(0, magic.length - head.length)]);
}

/** Under which name an entry is written; undefined if it is not. */
function nameFor(
  { name, type }: Admitted,
  stead: ReadonlyMap<string, string>,
  takes: (name: string) => boolean,
): string | undefined {
  if (takes(name)) return name;
  return type === "file" ? stead.get(name) : undefined;
}

function hardLink(
  plant: Planting,
  { name, existing = "" }: Admitted,
  stead: ReadonlyMap<string, string>,
  entry: TarEntry,
): void {
  const first = stead.get(existing) ?? existing;
  // It was written already, when the file whose content it shares went by.
  if (first !== name) plant.hardLink(name, first, entry);
}
