import { createHash } from "node:crypto";
import type { ReadHandle } from "../../host/host.ts";
import type { Packer } from "../compress/packer.ts";
import { blockSize, endOfTar, type PaxEntry, padding, paxHeader } from "./pax.ts";
import { troubleOf } from "../seal/walk.ts";

export interface FileResult {
  /** Of the bytes that stand in the archive. */
  readonly sha256: string;
  /** Why they are not what the file was when it was opened. */
  readonly trouble?: string;
}

/** Told after each block of a file but the last one: so many bytes of it are in the archive. */
export type OnPart = (bytes: number) => void;

export interface TarWriter {
  readonly header: (entry: PaxEntry) => Promise<void>;
  /** The content of an open file: exactly as many bytes as it had when it was opened, hashed on the way. */
  readonly content: (handle: ReadHandle, onPart?: OnPart) => Promise<FileResult>;
  readonly bytes: (bytes: Uint8Array) => Promise<void>;
  /** Zeros up to the next multiple of 512 after `size` bytes of content. */
  readonly pad: (size: number) => Promise<void>;
  readonly finish: () => Promise<void>;
}

interface Blocks {
  /** The free part of the current block. */
  readonly space: () => Uint8Array;
  /** The first `count` bytes of it are filled now. */
  readonly advance: (count: number) => Promise<void>;
  /** Copies what fits without filling the block; false, and nothing done, for more. */
  readonly put: (bytes: Uint8Array) => boolean;
  readonly flush: () => Promise<void>;
}

/** One block is read and hashed into while others are compressed: as many as the packer can work on, and no more. */
function blockRing(packer: Packer): Blocks {
  const free: Buffer[] = [];
  const inFlight: Promise<void>[] = [];
  const take = (): Buffer => free.pop() ?? Buffer.allocUnsafeSlow(packer.blockSize);
  let block = take();
  let fill = 0;
  const flush = async (): Promise<void> => {
    const full = block;
    const sent = packer.write(full.subarray(0, fill)).then(() => void free.push(full));
    // Awaited below; without this a failure before that would end the process.
    sent.catch(() => undefined);
    inFlight.push(sent);
    fill = 0;
    if (inFlight.length >= packer.blocks) await inFlight.shift();
    block = take();
  };
  return {
    space: () => block.subarray(fill),
    put: (bytes) => {
      if (fill + bytes.length >= packer.blockSize) return false;
      block.set(bytes, fill);
      fill += bytes.length;
      return true;
    },
    advance: async (count) => {
      fill += count;
      if (fill === packer.blockSize) await flush();
    },
    flush: async () => {
      if (fill > 0) await flush();
      await Promise.all(inFlight);
    },
  };
}

const zeros = new Uint8Array(blockSize);

/** Writes pax tar into a packer. Only `content` reads anything. */
export function tarWriter(packer: Packer): TarWriter {
  const blocks = blockRing(packer);
  const bytes = async (all: Uint8Array): Promise<void> => {
    if (blocks.put(all)) return;
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
    content: (handle, onPart) => copyContent(handle, blocks, onPart),
    pad: (length) => bytes(zeros.subarray(0, padding(length))),
    finish: async () => {
      await bytes(endOfTar);
      await blocks.flush();
      await packer.finish();
    },
  };
}

async function copyContent(handle: ReadHandle, blocks: Blocks, onPart?: OnPart): Promise<FileResult> {
  const hash = createHash("sha256");
  const source = contentSource(handle);
  for (let left = handle.stat.size; left > 0;) {
    const kept = source.fill(blocks.space(), left);
    hash.update(kept);
    left -= kept.length;
    await blocks.advance(kept.length);
    if (left > 0) onPart?.(handle.stat.size - left);
  }
  const trouble = source.trouble();
  return { sha256: hash.digest("hex"), ...(trouble === undefined ? {} : { trouble }) };
}

interface ContentSource {
  /** The next bytes of the file, at the beginning of `space` and at most `left`; zeros where it has none. */
  readonly fill: (space: Uint8Array, left: number) => Uint8Array;
  /** Asked at the end. */
  readonly trouble: () => string | undefined;
}

/** Exactly as many bytes as fstat said, whatever happens to the file meanwhile. */
function contentSource(handle: ReadHandle): ContentSource {
  let trouble: string | undefined;
  // One byte more than fstat said is asked for where there is space: small files take one read.
  let askedBeyond = false;
  let grew = false;
  return {
    fill: (space, left) => {
      askedBeyond = space.length > left;
      const got = trouble === undefined ? readOrTrouble(handle, space.subarray(0, left + 1)) : 0;
      if (typeof got === "number" && got > 0) {
        grew = got > left;
        return space.subarray(0, Math.min(got, left));
      }
      trouble ??=
        got === 0
          ? "shrank while it was read; the rest is zeros"
          : `could be read only in part (${got}); the rest is zeros`;
      return space.subarray(0, left).fill(0);
    },
    trouble: () => {
      grew ||= !askedBeyond && hasMore(handle);
      return (
        trouble ??
        (grew ? `grew while it was read; its first ${handle.stat.size} bytes are archived` : undefined)
      );
    },
  };
}

function readOrTrouble(handle: ReadHandle, into: Uint8Array): number | string {
  try {
    return handle.read(into);
  } catch (error) {
    return troubleOf(error);
  }
}

/** A file that was appended to has a byte after those that fstat told of. */
function hasMore(handle: ReadHandle): boolean {
  const more = readOrTrouble(handle, new Uint8Array(1));
  return typeof more === "number" && more > 0;
}
