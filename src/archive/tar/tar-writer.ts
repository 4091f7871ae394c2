import { createHash } from "node:crypto";
import type { ReadHandle } from "../../host/host.ts";
import type { Packer } from "../compress/compress.ts";
import { endOfTar, type PaxEntry, padding, paxHeader } from "./pax.ts";
import { troubleOf } from "../seal/walk.ts";

export interface FileResult {
  /** Of the bytes that stand in the archive. */
  readonly sha256: string;
  /** Why they are not what the file was when it was opened. */
  readonly trouble?: string;
}

export interface TarWriter {
  readonly header: (entry: PaxEntry) => Promise<void>;
  /** The content of an open file: exactly as many bytes as it had when it was opened, hashed on the way. */
  readonly content: (handle: ReadHandle) => Promise<FileResult>;
  readonly bytes: (bytes: Uint8Array) => Promise<void>;
  /** Zeros up to the next multiple of 512 after `size` bytes of content. */
  readonly pad: (size: number) => Promise<void>;
  readonly finish: () => Promise<void>;
}

const size = 1024 * 1024;

interface Blocks {
  /** The free part of the current block. */
  readonly space: () => Uint8Array;
  /** The first `count` bytes of it are filled now. */
  readonly advance: (count: number) => Promise<void>;
  readonly flush: () => Promise<void>;
}

/** Two blocks of 1 MiB: one is read and hashed into while the other is compressed. */
function twoBlocks(packer: Packer): Blocks {
  let block = Buffer.allocUnsafeSlow(size);
  let other = Buffer.allocUnsafeSlow(size);
  let fill = 0;
  let inFlight: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    await inFlight;
    inFlight = packer.write(block.subarray(0, fill));
    inFlight.catch(() => undefined);
    [block, other] = [other, block];
    fill = 0;
  };
  return {
    space: () => block.subarray(fill),
    advance: async (count) => {
      fill += count;
      if (fill === size) await flush();
    },
    flush: async () => {
      if (fill > 0) await flush();
      await inFlight;
    },
  };
}

/** Writes pax tar into a packer. Only `content` reads anything. */
export function tarWriter(packer: Packer): TarWriter {
  const blocks = twoBlocks(packer);
  const bytes = async (all: Uint8Array): Promise<void> => {
    for (let at = 0; at < all.length;) {
      const space = blocks.space();
      const count = Math.min(space.length, all.length - at);
      space.set(all.subarray(at, at + count));
      at += count;
      await blocks.advance(count);
    }
  };
  return {
    bytes,
    header: (entry) => bytes(paxHeader(entry)),
    content: (handle) => copyContent(handle, blocks),
    pad: (length) => bytes(new Uint8Array(padding(length))),
    finish: async () => {
      await bytes(endOfTar);
      await blocks.flush();
      await packer.finish();
    },
  };
}

async function copyContent(handle: ReadHandle, blocks: Blocks): Promise<FileResult> {
  const hash = createHash("sha256");
  let trouble: string | undefined;
  for (let left = handle.stat.size; left > 0;) {
    const space = blocks.space();
    const want = space.subarray(0, Math.min(space.length, left));
    const got = trouble === undefined ? readOrTrouble(handle, want) : 0;
    if (typeof got === "string") trouble = `could be read only in part (${got}); the rest is zeros`;
    else if (got === 0) trouble ??= "shrank while it was read; the rest is zeros";
    const count = typeof got === "number" && got > 0 ? got : want.fill(0).length;
    hash.update(want.subarray(0, count));
    left -= count;
    await blocks.advance(count);
  }
  trouble ??= grew(handle);
  return { sha256: hash.digest("hex"), ...(trouble === undefined ? {} : { trouble }) };
}

function readOrTrouble(handle: ReadHandle, into: Uint8Array): number | string {
  try {
    return handle.read(into);
  } catch (error) {
    return troubleOf(error);
  }
}

/** One more byte than fstat said: it was appended to, and what is archived is its beginning. */
function grew(handle: ReadHandle): string | undefined {
  const more = readOrTrouble(handle, new Uint8Array(1));
  return typeof more === "number" && more > 0
    ? `grew while it was read; its first ${handle.stat.size} bytes are archived`
    : undefined;
}
