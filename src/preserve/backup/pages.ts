/** The pages of a database, from its file and from its log. */
import type { FileStat, ReadHandle } from "../../host/host.ts";
import { readFully, readWal, type Wal } from "./wal.ts";

/** The database as it is with its log, for a pair that lies in memory. */
export async function withLog(database: Uint8Array, log: Uint8Array): Promise<Uint8Array> {
  const wal = await readWal(bytesAt(log), () => Promise.resolve());
  const { size, read } = pages({
    file: bytesAt(database),
    log: bytesAt(log),
    wal,
    stat: { size: database.length },
  });
  const whole = new Uint8Array(size);
  for (let at = 0; at < size;) at += read(whole.subarray(at));
  return whole;
}

type Readable = Pick<ReadHandle, "readAt">;

function bytesAt(bytes: Uint8Array): Readable {
  return {
    readAt: (into, position) => {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return part.length;
    },
  };
}

interface Source {
  readonly file: Readable;
  readonly log: Readable | undefined;
  readonly wal: Wal | undefined;
  readonly stat: Pick<FileStat, "size">;
}

/** The pages in their order. What lies beyond the end of the file was never written: SQLite reads it as zeros, too. */
export function pages({
  file,
  log,
  wal,
  stat,
}: Source): Pick<ReadHandle, "read" | "readAt"> & { readonly size: number } {
  const fromFile = (into: Uint8Array, at: number): void => {
    into.fill(0, readFully(file, into, at));
  };
  const hasLog = log !== undefined && wal !== undefined && wal.pages > 0;
  const { size, readAt } = hasLog
    ? merged(log, wal, fromFile)
    : { size: stat.size, readAt: (into: Uint8Array, at: number) => (fromFile(into, at), into.length) };
  const bounded = (into: Uint8Array, at: number): number => {
    const count = Math.min(into.length, size - at);
    return count <= 0 ? 0 : readAt(into.subarray(0, count), at);
  };
  let position = 0;
  return {
    size,
    readAt: bounded,
    read: (into) => {
      const got = bounded(into, position);
      position += got;
      return got;
    },
  };
}

type ReadAt = (into: Uint8Array, at: number) => number;

/** `fromFile` fills the whole of `into`. */
function merged(
  log: Readable,
  wal: Wal,
  fromFile: (into: Uint8Array, at: number) => void,
): { readonly size: number; readonly readAt: ReadAt } {
  const { pageSize } = wal;
  const page = new Uint8Array(pageSize);
  let held = 0;
  const load = (number: number, frame: number): void => {
    if (held === number) return;
    held = 0;
    if (!wal.readFrame(log, frame, page)) fromFile(page, (number - 1) * pageSize);
    held = number;
  };
  const size = wal.pages * pageSize;
  return {
    size,
    readAt: (into, at) => {
      const number = Math.floor(at / pageSize) + 1;
      const frame = wal.frameOf(number);
      const offset = at % pageSize;
      if (frame !== undefined) {
        load(number, frame);
        const part = page.subarray(offset, offset + into.length);
        into.set(part);
        return part.length;
      }
      // As many pages of the file at once as stand side by side.
      let end = number * pageSize;
      while (end < at + into.length && wal.frameOf(end / pageSize + 1) === undefined) end += pageSize;
      const run = into.subarray(0, end - at);
      fromFile(run, at);
      return run.length;
    },
  };
}
