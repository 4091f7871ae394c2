/**
 * Compressors that take blocks and hand out compressed bytes in order. zstd runs on one pool thread beside the main
 * thread; gzip runs block by block on all pool threads, as pigz does it.
 *
 * zstd never gets `nbWorkers`: Node 24.21's stream then ends normally with 0 bytes.
 */
import { constants, crc32, createZstdCompress, deflateRaw } from "node:zlib";

export type Compression = "zstd" | "gzip";
export type Out = (bytes: Uint8Array) => Promise<void>;

export interface Packer {
  /** Resolves when the block's memory may be used again. */
  readonly write: (block: Uint8Array) => Promise<void>;
  /** Resolves when everything has gone out. */
  readonly finish: () => Promise<void>;
  /** Lets go of the engine after a failure. */
  readonly abort: () => void;
}

export function packerFor(compression: Compression, out: Out, level?: number): Packer {
  return compression === "zstd" ? zstdPacker(out, level ?? 3) : gzipPacker(out, level ?? 5);
}

function zstdPacker(out: Out, level: number): Packer {
  const engine = createZstdCompress({
    chunkSize: 256 * 1024,
    params: {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  });
  const pump = (async () => {
    for await (const chunk of engine as AsyncIterable<Uint8Array>) await out(chunk);
  })();
  // Looked at in write and finish; without this a failure between two writes would end the process.
  pump.catch(() => undefined);
  const failed = pump.then(() => new Promise<never>(() => undefined));
  failed.catch(() => undefined);
  return {
    write: async (block) => {
      const written = new Promise<void>((resolve, reject) => {
        engine.write(block, (error) => (error ? reject(error) : resolve()));
      });
      // `out` failing destroys the engine: its own error is the one worth telling.
      await Promise.race([written.catch(() => pump), failed]);
    },
    finish: async () => {
      engine.end();
      await pump;
    },
    abort: () => {
      engine.destroy();
    },
  };
}

const sliceSize = 512 * 1024;
const windowSize = 32 * 1024;
// The pool has four threads unless UV_THREADPOOL_SIZE says otherwise; one more job keeps them busy.
const jobsAtOnce = 5;
const gzipHeader = Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);

function deflateSlice(
  slice: Uint8Array,
  dictionary: Uint8Array,
  level: number,
  last: boolean,
): Promise<Uint8Array> {
  const finishFlush = last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
  // zlib refuses an empty dictionary.
  const options = { level, finishFlush, chunkSize: 128 * 1024 };
  return new Promise((resolve, reject) => {
    deflateRaw(slice, dictionary.length === 0 ? options : { ...options, dictionary }, (error, bytes) =>
      error === null ? resolve(bytes) : reject(error),
    );
  });
}

/** One gzip member: independent deflate blocks, each primed with the 32 KiB before it, joined by sync flushes. */
function gzipPacker(out: Out, level: number): Packer {
  const jobs: Promise<Uint8Array>[] = [];
  let dictionary: Uint8Array = Buffer.alloc(0);
  let crc = 0;
  let size = 0;
  let started = false;
  const oldest = async (): Promise<void> => {
    const job = jobs.shift();
    if (job !== undefined) await out(await job);
  };
  const submit = async (slice: Uint8Array, last: boolean): Promise<void> => {
    if (!started) await out(gzipHeader);
    started = true;
    const job = deflateSlice(slice, dictionary, level, last);
    job.catch(() => undefined);
    jobs.push(job);
    // Node 22 takes an empty block for "begin again".
    if (slice.length > 0) crc = crc32(slice, crc);
    size += slice.length;
    if (slice.length >= windowSize) dictionary = slice.subarray(slice.length - windowSize);
    else dictionary = Buffer.concat([dictionary, slice]).subarray(-windowSize);
    while (jobs.length >= jobsAtOnce) await oldest();
  };
  return {
    write: async (block) => {
      for (let at = 0; at < block.length; at += sliceSize) {
        await submit(Uint8Array.from(block.subarray(at, at + sliceSize)), false);
      }
    },
    finish: async () => {
      await submit(Buffer.alloc(0), true);
      while (jobs.length > 0) await oldest();
      const trailer = Buffer.alloc(8);
      trailer.writeUInt32LE(crc, 0);
      trailer.writeUInt32LE(size % 2 ** 32, 4);
      await out(trailer);
    },
    abort: () => {
      jobs.length = 0;
    },
  };
}
