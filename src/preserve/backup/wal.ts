/** SQLite's write-ahead log, read without SQLite: https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
import type { ReadHandle } from "../../host/host.ts";

const headerSize = 32;
const frameHead = 24;
const chunkSize = 1024 * 1024;

/** Where the pages are that the last commit in the log, and those before it, wrote. Frames count from 1. */
export interface Wal {
  readonly pageSize: number;
  /** Pages of the database after that commit; 0 where the log holds no commit. */
  readonly pages: number;
  readonly frameOf: (page: number) => number | undefined;
  /**
   * Reads the page of a frame. False if the log has been begun anew since, which SQLite does only when every frame stands in
   * the database file. Throws if the frame was written a second time.
   */
  readonly readFrame: (handle: Pick<ReadHandle, "readAt">, frame: number, into: Uint8Array) => boolean;
}

interface Header {
  readonly bytes: Uint8Array;
  readonly pageSize: number;
  /** Byte order of the words that checksums add up. */
  readonly little: boolean;
  readonly salts: readonly [number, number];
  readonly sums: readonly [number, number];
}

/** As many bytes as there are from `position`, up to the buffer's length. */
export function readFully(handle: Pick<ReadHandle, "readAt">, into: Uint8Array, position: number): number {
  let done = 0;
  while (done < into.length) {
    const got = handle.readAt(into.subarray(done), position + done);
    if (got === 0) break;
    done += got;
  }
  return done;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

type Sums = readonly [number, number];

function addUp(view: DataView, from: number, to: number, little: boolean, [first, second]: Sums): Sums {
  let a = first;
  let b = second;
  for (let at = from; at < to; at += 8) {
    a = (a + view.getUint32(at, little) + b) >>> 0;
    b = (b + view.getUint32(at + 4, little) + a) >>> 0;
  }
  return [a, b];
}

/** Undefined for an empty log and for one whose header is not whole: SQLite takes nothing from it either. */
function readHeader(handle: Pick<ReadHandle, "readAt">): Header | undefined {
  const bytes = new Uint8Array(headerSize);
  if (readFully(handle, bytes, 0) < headerSize) return undefined;
  const view = viewOf(bytes);
  const magic = view.getUint32(0);
  const pageSize = view.getUint32(8);
  const isKnown = (magic === 0x377f0682 || magic === 0x377f0683) && view.getUint32(4) === 3007000;
  const isPageSize = pageSize >= 512 && pageSize <= 65536 && (pageSize & (pageSize - 1)) === 0;
  if (!isKnown || !isPageSize) return undefined;
  const little = magic === 0x377f0682;
  const sums = addUp(view, 0, frameHead, little, [0, 0]);
  if (sums[0] !== view.getUint32(24) || sums[1] !== view.getUint32(28)) return undefined;
  return { bytes, pageSize, little, salts: [view.getUint32(16), view.getUint32(20)], sums };
}

interface Frames {
  readonly pages: number;
  readonly frameOf: Map<number, number>;
  /** First half of each frame's checksum, to know it again. */
  readonly marks: Uint32Array;
}

/**
 * Reads the log as far as it holds, which is to the last commit whose frames carry the salts of the header and a chain of
 * right checksums. If the log is begun anew while it is read, it is read again. `pause` is called now and then.
 */
export async function readWal(
  handle: Pick<ReadHandle, "readAt">,
  pause: () => Promise<void>,
): Promise<Wal | undefined> {
  for (;;) {
    const header = readHeader(handle);
    if (header === undefined) return undefined;
    const frames = await readFrames(handle, header, pause);
    // A new log begins with its header: as long as that is the same, no frame that was read here had been overwritten.
    const again = readHeader(handle);
    if (again !== undefined && Buffer.from(again.bytes).equals(header.bytes)) return walOf(header, frames);
  }
}

async function readFrames(
  handle: Pick<ReadHandle, "readAt">,
  header: Header,
  pause: () => Promise<void>,
): Promise<Frames> {
  const frameSize = frameHead + header.pageSize;
  const perChunk = Math.max(1, Math.floor(chunkSize / frameSize));
  const chunk = new Uint8Array(perChunk * frameSize);
  const view = viewOf(chunk);
  const found = collector();
  let sums = header.sums;
  for (let frame = 1; ;) {
    const got = readFully(handle, chunk, headerSize + (frame - 1) * frameSize);
    for (let at = 0; at + frameSize <= got; at += frameSize, frame += 1) {
      const next = checkFrame(view, at, header, sums);
      if (next === undefined) return found.done();
      sums = next;
      found.take(frame, view.getUint32(at), view.getUint32(at + 4), next[0]);
    }
    if (got < chunk.length) return found.done();
    await pause();
  }
}

/** The checksums after this frame; undefined where the log ends. */
function checkFrame(view: DataView, at: number, header: Header, before: Sums): Sums | undefined {
  const { little, salts, pageSize } = header;
  const isOwn = view.getUint32(at + 8) === salts[0] && view.getUint32(at + 12) === salts[1];
  if (!isOwn || view.getUint32(at) === 0) return undefined;
  const head = addUp(view, at, at + 8, little, before);
  const sums = addUp(view, at + frameHead, at + frameHead + pageSize, little, head);
  const isWhole = sums[0] === view.getUint32(at + 16) && sums[1] === view.getUint32(at + 20);
  return isWhole ? sums : undefined;
}

/** Frames count only once a commit follows them. */
function collector(): {
  readonly take: (frame: number, page: number, commitPages: number, mark: number) => void;
  readonly done: () => Frames;
} {
  const frameOf = new Map<number, number>();
  const open = new Map<number, number>();
  let marks = new Uint32Array(1024);
  let pages = 0;
  return {
    take: (frame, page, commitPages, mark) => {
      if (frame > marks.length) {
        const larger = new Uint32Array(marks.length * 2);
        larger.set(marks);
        marks = larger;
      }
      marks[frame - 1] = mark;
      open.set(page, frame);
      if (commitPages === 0) return;
      for (const [each, at] of open) frameOf.set(each, at);
      open.clear();
      pages = commitPages;
    },
    done: () => ({ pages, frameOf, marks }),
  };
}

function walOf({ pageSize, salts }: Header, { pages, frameOf, marks }: Frames): Wal {
  const head = new Uint8Array(frameHead);
  const view = viewOf(head);
  return {
    pageSize,
    pages,
    frameOf: (page) => frameOf.get(page),
    readFrame: (handle, frame, into) => {
      const at = headerSize + (frame - 1) * (frameHead + pageSize);
      // The page before its head: SQLite writes them the other way round, so a head that is still right vouches for the page.
      if (readFully(handle, into, at + frameHead) < into.length) return false;
      if (readFully(handle, head, at) < frameHead) return false;
      if (view.getUint32(8) !== salts[0] || view.getUint32(12) !== salts[1]) return false;
      if (view.getUint32(16) === marks[frame - 1]) return true;
      throw new Error("its log was written anew while it was read");
    },
  };
}
