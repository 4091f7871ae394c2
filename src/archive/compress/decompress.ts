/**
 * Decompression that cannot hang and cannot lose bytes. Three traps of Node's streams are closed here: a write after
 * the end of the compressed data never calls back (22, 24), a second zstd frame is silently dropped (22, 24), and a zstd
 * stream that is cut off ends like a whole one (22).
 */
import type { Transform } from "node:stream";
import { createGunzip, createInflate, createInflateRaw, createZstdDecompress } from "node:zlib";
import { ByteReader } from "../bytes.ts";
import { asDamage, damaged } from "../damage.ts";
import { type FrameScan, frameScan } from "./zstd-frames.ts";
import { smallFrames } from "./zstd-parallel.ts";

export type Encoding = "zstd" | "gzip" | "zlib" | "deflate";

const chunkSize = 1024 * 1024;

const engines = {
  zstd: () => createZstdDecompress({ chunkSize }),
  gzip: () => createGunzip({ chunkSize }),
  zlib: () => createInflate({ chunkSize }),
  deflate: () => createInflateRaw({ chunkSize }),
} as const;

/** `bytesWritten` counts what the engine took, not what was handed to it. */
type Engine = Transform & { readonly bytesWritten: number };
type Pull = () => Promise<Uint8Array | undefined>;

function isOver(engine: Engine): boolean {
  return engine.readableEnded || engine.destroyed;
}

/** Feeds `engine` until it or the source has ended; returns what the engine did not want. */
async function feed(engine: Engine, pull: Pull): Promise<Uint8Array> {
  const over = new Promise<void>((resolve) => engine.once("close", resolve));
  let fed = 0;
  for (;;) {
    const chunk = await pull();
    if (chunk === undefined) {
      engine.end();
      return Buffer.alloc(0);
    }
    if (isOver(engine)) return Uint8Array.from(chunk);
    fed += chunk.length;
    const written = new Promise<void>((resolve) => {
      engine.write(chunk, () => {
        resolve();
      });
    });
    await Promise.race([written, over]);
    // At the end of its data the engine calls back, or does not, and leaves the rest of the chunk.
    const left = fed - engine.bytesWritten;
    if (left > 0 || isOver(engine)) return Uint8Array.from(chunk.subarray(chunk.length - left));
  }
}

/** One frame or member. Returns the bytes after it. */
async function* frame(engine: Engine, pull: Pull): AsyncGenerator<Uint8Array, Uint8Array, undefined> {
  const feeding = feed(engine, pull).catch((error: unknown) => {
    engine.destroy(asDamage(error));
    return Buffer.alloc(0);
  });
  try {
    for await (const chunk of engine as AsyncIterable<Uint8Array>) yield chunk;
  } finally {
    engine.destroy();
  }
  return feeding;
}

/** Decompresses to the end of `source`, reading it to its end also behind the data: checks that stand there are not skipped. */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new ByteReader(source);
  try {
    const before = encoding === "zstd" ? yield* smallFrames(reader) : 0;
    if (before === 0 || isZstd(await reader.peek(4))) yield* streamed(reader, encoding);
    let extra = false;
    for (let more = await reader.some(Infinity); more !== undefined; more = await reader.some(Infinity)) {
      extra = true;
    }
    if (extra) throw damaged("structure", "there are bytes after the end of the compressed data");
  } catch (error) {
    throw asDamage(error);
  } finally {
    await reader.close();
  }
}

/** One frame or member after the other through an engine: for everything that is not a small zstd frame. */
async function* streamed(
  reader: ByteReader,
  encoding: Encoding,
): AsyncGenerator<Uint8Array, void, undefined> {
  const scan = encoding === "zstd" ? frameScan() : undefined;
  const iterator = scanned(reader.rest(), scan);
  let left: Uint8Array = Buffer.alloc(0);
  const pull: Pull = async () => {
    if (left.length > 0) {
      const chunk = left;
      left = Buffer.alloc(0);
      return chunk;
    }
    const next = await iterator.next();
    return next.done === true ? undefined : next.value;
  };
  do {
    left = yield* frame(engines[encoding](), pull);
    while (left.length < 4) {
      const more = await iterator.next();
      if (more.done === true) break;
      left = Buffer.concat([left, more.value]);
    }
  } while (encoding === "zstd" && isZstd(left));
  const extra = left.length > 0;
  for (let more = await iterator.next(); more.done !== true; more = await iterator.next());
  if (extra) throw damaged("structure", "there are bytes after the end of the compressed data");
  if (scan?.whole() === false) throw damaged("truncated", "the compressed data is cut off");
}

async function* scanned(
  source: AsyncIterable<Uint8Array>,
  scan: FrameScan | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    scan?.feed(chunk);
    yield chunk;
  }
}

export function isZstd(bytes: Uint8Array): boolean {
  return bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;
}
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
