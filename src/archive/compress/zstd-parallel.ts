/**
 * Whole zstd frames that say how large their content is are decompressed as jobs on Node's thread pool, some at once, in
 * order. Our own archives consist of such frames; so do those of pzstd.
 */
import { zstdDecompress } from "node:zlib";
import { type ByteReader, release } from "../bytes.ts";
import { damaged } from "../damage.ts";

// One frame of ours holds 4 MiB; what is much larger is decompressed as a stream.
const maxContent = 8 * 1024 * 1024;
const maxFrame = 2 * maxContent;
const atOnce = 3;
const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const longestHeader = 18;

interface FrameHeader {
  readonly size: number;
  readonly content: number;
  readonly checksum: boolean;
}

/** Undefined unless a frame begins here that is small enough and says its size. RFC 8878 §3.1.1.1. */
export function smallFrame(bytes: Uint8Array): FrameHeader | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const descriptor = head[4];
  if (descriptor === undefined || !head.subarray(0, 4).equals(magic)) return undefined;
  const single = (descriptor & 0x20) !== 0;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const at = 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  if (sizeBytes === 0 || head.length < at + sizeBytes) return undefined;
  // Two bytes count from 256 on; eight are read as six, more than which is too large anyway.
  const content =
    sizeBytes === 8
      ? head.readUInt16LE(at + 6) * 2 ** 48 + head.readUIntLE(at, 6)
      : head.readUIntLE(at, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
  if (content > maxContent) return undefined;
  return { size: at + sizeBytes, content, checksum: (descriptor & 4) !== 0 };
}

/** The frame's bytes, found by its blocks' lengths. */
async function wholeFrame(reader: ByteReader, { size, content, checksum }: FrameHeader): Promise<Buffer> {
  let frame = Buffer.allocUnsafeSlow(size + content + (content >> 6) + 64);
  let total = 0;
  const add = async (count: number): Promise<Buffer> => {
    if (total + count > maxFrame) throw damaged("altered", "a zstd frame is larger than what it holds");
    if (total + count > frame.length) frame = Buffer.concat([frame.subarray(0, total)], maxFrame);
    frame.set(await reader.exactly(count), total);
    total += count;
    return frame.subarray(total - count, total);
  };
  await add(size);
  for (let last = false; !last;) {
    const header = (await add(3)).readUIntLE(0, 3);
    last = (header & 1) === 1;
    // A run of one byte is stored as that byte.
    await add(((header >> 1) & 3) === 1 ? 1 : header >> 3);
  }
  if (checksum) await add(4);
  return frame.subarray(0, total);
}

function decompressFrame(frame: Uint8Array, content: number): Promise<Uint8Array> {
  const options = { chunkSize: Math.max(1024, content), maxOutputLength: Math.max(1, content) };
  return new Promise((resolve, reject) => {
    zstdDecompress(frame, options, (error, bytes) => {
      if (error !== null) reject(error);
      else if (bytes.length === content) resolve(bytes);
      else reject(damaged("altered", "a zstd frame does not hold what it says"));
    });
  });
}

/** Yields what small frames hold, as long as they come; what follows them is left in `reader`. Returns their number. */
export async function* smallFrames(reader: ByteReader): AsyncGenerator<Uint8Array, number, undefined> {
  const jobs: Promise<Uint8Array>[] = [];
  let frames = 0;
  for (; ; frames += 1) {
    const header = smallFrame(await reader.peek(longestHeader));
    if (header === undefined) break;
    const frame = await wholeFrame(reader, header);
    const job = decompressFrame(frame, header.content).finally(() => {
      release(new Uint8Array(frame.buffer));
    });
    // Awaited below; without this a failure before that would end the process.
    job.catch(() => undefined);
    jobs.push(job);
    if (jobs.length >= atOnce) yield* oldest(jobs);
  }
  while (jobs.length > 0) yield* oldest(jobs);
  return frames;
}

async function* oldest(jobs: Promise<Uint8Array>[]): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = await jobs.shift();
  if (bytes === undefined || bytes.length === 0) return;
  yield bytes;
  release(bytes);
}
