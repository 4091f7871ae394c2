/** One gzip member of deflate slices: each is primed with the 32 KiB before it, and all are joined by sync flushes. */
import { constants, crc32, deflateRaw } from "node:zlib";
import { inOrder, type Out, type Packer } from "./packer.ts";

const sliceSize = 1024 * 1024;
const windowSize = 32 * 1024;
const header = Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);

interface Slice {
  readonly bytes: Uint8Array;
  /** What stands before it. */
  readonly dictionary: Uint8Array;
  readonly level: number;
  readonly last: boolean;
}

function deflateSlice({ bytes, dictionary, level, last }: Slice): Promise<Uint8Array> {
  const options = {
    level,
    memLevel: 9,
    finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    chunkSize: Math.max(1024, bytes.length >> 1),
    // zlib refuses an empty dictionary.
    ...(dictionary.length === 0 ? {} : { dictionary }),
  };
  return new Promise((resolve, reject) => {
    deflateRaw(bytes, options, (error, deflated) => (error === null ? resolve(deflated) : reject(error)));
  });
}

const sampleSize = 16 * 1024;

/** Media and archives do not get smaller: they are stored, which takes no time, instead of searched for what is not there. */
async function deflateOrStore(slice: Slice): Promise<Uint8Array> {
  const { bytes } = slice;
  if (bytes.length < 4 * sampleSize) return deflateSlice(slice);
  for (const at of [0, bytes.length >> 1, bytes.length - sampleSize]) {
    const sample = bytes.subarray(at, at + sampleSize);
    const packed = await deflateSlice({ bytes: sample, dictionary: Buffer.alloc(0), level: 1, last: true });
    if (packed.length < sampleSize * 0.98) return deflateSlice(slice);
  }
  return deflateSlice({ ...slice, level: 0 });
}

function trailer(crc: number, size: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(crc, 0);
  bytes.writeUInt32LE(size % 2 ** 32, 4);
  return bytes;
}

export function gzipPacker(out: Out, level: number): Packer {
  const after = inOrder();
  let dictionary: Uint8Array = Buffer.alloc(0);
  let crc = 0;
  let size = 0;
  let begun = false;
  const submit = (bytes: Uint8Array, last: boolean): Promise<void> => {
    const job = deflateOrStore({ bytes, dictionary, level, last });
    job.catch(() => undefined);
    // Node 22 takes an empty block for "begin again".
    if (bytes.length > 0) crc = crc32(bytes, crc);
    size += bytes.length;
    // Copied: the block's memory is used again.
    dictionary = Buffer.concat([dictionary, bytes.subarray(-windowSize)]).subarray(-windowSize);
    const first = !begun;
    begun = true;
    return after(async () => {
      if (first) await out(header);
      await out(await job);
    });
  };
  const write = async (block: Uint8Array): Promise<void> => {
    let sent: Promise<void> = Promise.resolve();
    for (let at = 0; at < block.length; at += sliceSize) {
      sent = submit(block.subarray(at, at + sliceSize), false);
    }
    await sent;
  };
  return {
    blockSize: sliceSize,
    // The pool's four threads, and one in waiting.
    blocks: 5,
    write,
    finish: async () => {
      await submit(Buffer.alloc(0), true);
      await after(() => out(trailer(crc, size)));
    },
    // Each slice has an engine of its own, which ends with it.
    abort: () => undefined,
  };
}
