/**
 * Compressors that take blocks and hand out compressed bytes in order. Each block is a job of its own on Node's thread
 * pool: zstd as one frame per block, as pzstd does it, gzip as one member of slices, as pigz does it.
 *
 * The zstd stream never gets `nbWorkers`: Node 24.21's then ends normally with 0 bytes.
 */
import { constants, createZstdCompress, zstdCompressSync } from "node:zlib";
import { release } from "../bytes.ts";
import { gzipPacker } from "./gzip.ts";
import { inOrder, type Out, type Packer } from "./packer.ts";

export type Compression = "zstd" | "gzip";
export function packerFor(compression: Compression, out: Out, level?: number): Packer {
  return compression === "zstd" ? zstdPacker(out, level ?? 3) : gzipPacker(out, level ?? 5);
}

// As large as the window of level 3: a frame for each block costs 2 % of size.
const frameSize = 2 * 1024 * 1024;
// The pool has four threads: one is left for the files.
const engines = 3;

/** Joins what an engine hands out. The engine fills one buffer after another: all but the last one may be given back. */
function pieceList(): {
  readonly push: (piece: Uint8Array) => void;
  readonly join: () => Uint8Array;
} {
  let pieces: Uint8Array[] = [];
  let current: Uint8Array | undefined;
  return {
    push: (piece) => void pieces.push(piece),
    join: () => {
      const whole = Buffer.concat(pieces);
      for (const piece of pieces) {
        if (current !== undefined && current.buffer !== piece.buffer) release(current);
        current = new Uint8Array(piece.buffer);
      }
      pieces = [];
      return whole;
    },
  };
}

interface FrameEngine {
  /** The block as one whole frame. */
  readonly compress: (block: Uint8Array) => Promise<Uint8Array>;
  readonly close: () => void;
}

/** Kept from frame to frame: its tables are as large as a block, and memory that comes and goes is not given back. */
function frameEngine(level: number): FrameEngine {
  const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 };
  const stream = createZstdCompress({ chunkSize: 256 * 1024, flush: constants.ZSTD_e_end, params });
  const pieces = pieceList();
  stream.on("data", pieces.push);
  // A failure is told by the callback of the write that met it.
  stream.on("error", () => undefined);
  let last: Promise<unknown> = Promise.resolve();
  const one = (block: Uint8Array): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      stream.write(block, (error) => {
        const frame = pieces.join();
        if (error) reject(error);
        else resolve(frame);
      });
    });
  return {
    compress: (block) => {
      const frame = last.then(() => one(block));
      last = frame.catch(() => undefined);
      return frame;
    },
    close: () => {
      stream.destroy();
    },
  };
}

function zstdPacker(out: Out, level: number): Packer {
  const after = inOrder();
  const ring: FrameEngine[] = [];
  let count = 0;
  const write = (block: Uint8Array): Promise<void> => {
    const job = (ring[count % engines] ??= frameEngine(level)).compress(block);
    job.catch(() => undefined);
    count += 1;
    return after(async () => {
      const frame = await job;
      await out(frame);
      release(frame);
    });
  };
  const close = (): void => {
    for (const engine of ring) engine.close();
  };
  return {
    blockSize: frameSize,
    blocks: engines,
    write,
    finish: async () => {
      // No block at all is an empty frame; a stream engine makes none.
      if (count === 0) await after(() => out(zstdCompressSync(Buffer.alloc(0))));
      await after(() => Promise.resolve());
      close();
    },
    abort: close,
  };
}
