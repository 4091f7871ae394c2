import type { Host } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import { unpackZstd } from "./zstd.ts";

/** A line longer than this is no transcript event of OpenClaw's making (2026.9.6 limits one to 4 MiB). */
const maxLineBytes = 8 * 1024 * 1024;
/** What is behind this in a file is named as a blind spot: a sparse file costs nothing to make and hours to read. */
const maxFileBytes = 1024 ** 3;
/** Packed data is unpacked in memory, and OpenClaw packs one session at a time. */
const maxPackedBytes = 32 * 1024 * 1024;
const maxUnpackedBytes = 64 * 1024 * 1024;
const chunkBytes = 1024 * 1024;

export interface Line {
  readonly text: string;
  /** 1 for the first of the file; blank lines count. */
  readonly number: number;
}

/** Told once per thing that is wrong, in the middle of a sentence that begins with the file's name. */
export type Say = (problem: string) => void;

/** The lines of a file, packed or not, one at a time. Never throws: what could not be read is said. */
export function* fileLines(host: Pick<Host, "fs">, path: string, say: Say): IterableIterator<Line> {
  try {
    if (path.endsWith(".zst")) yield* packedLines(packedBytes(host, path), say);
    else yield* linesIn(chunksOf(host, path, say), say);
  } catch (error) {
    say(messageOf(error));
  }
}

/** The lines of packed data. */
export function* packedLines(packed: Uint8Array, say: Say): IterableIterator<Line> {
  const { bytes, problem } = unpackZstd(packed, maxUnpackedBytes);
  if (bytes === undefined) say(problem);
  else yield* linesIn([bytes], say);
}

function packedBytes(host: Pick<Host, "fs">, path: string): Uint8Array {
  const file = host.fs.open(path);
  try {
    if (file.stat.size > maxPackedBytes) throw new Error(`it is larger than ${maxPackedBytes} bytes`);
    const bytes = new Uint8Array(file.stat.size);
    let at = 0;
    for (let got = -1; at < bytes.length && got !== 0; at += got) got = file.read(bytes.subarray(at));
    return bytes.subarray(0, at);
  } finally {
    file.close();
  }
}

function* chunksOf(host: Pick<Host, "fs">, path: string, say: Say): IterableIterator<Uint8Array> {
  const file = host.fs.open(path);
  try {
    const buffer = new Uint8Array(chunkBytes);
    let left = maxFileBytes;
    for (let got = file.read(buffer); got > 0; got = file.read(buffer)) {
      yield buffer.subarray(0, Math.min(got, left));
      left -= got;
      if (left <= 0) {
        if (file.stat.size > maxFileBytes)
          say(`it is larger than ${maxFileBytes} bytes; the rest was not read`);
        return;
      }
    }
  } finally {
    file.close();
  }
}

/** Lines that are not blank. A line over the limit is left out, and said. */
export function* linesIn(chunks: Iterable<Uint8Array>, say: Say): IterableIterator<Line> {
  const decoder = new TextDecoder();
  const held = holder();
  let number = 1;
  const lineOf = (bytes: Uint8Array | undefined): readonly Line[] => {
    if (bytes === undefined) say(`line ${number} is longer than ${maxLineBytes} bytes`);
    const text = bytes === undefined ? "" : decoder.decode(bytes);
    return text.trim() === "" ? [] : [{ text, number }];
  };
  for (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield* lineOf(held.endingWith(chunk.subarray(from, end)));
      number += 1;
      from = end + 1;
    }
    held.add(chunk.subarray(from));
  }
  yield* lineOf(held.endingWith(new Uint8Array()));
}

interface Holder {
  /** The chunk is used again, so what outlives it is copied. */
  readonly add: (part: Uint8Array) => void;
  /** The whole line, whose last part this is; undefined for one over the limit. Valid until the next `add`. */
  readonly endingWith: (part: Uint8Array) => Uint8Array | undefined;
}

/** Collects a line that comes in parts in one buffer, so that a file of long lines leaves no trail of them in memory. */
function holder(): Holder {
  let buffer = new Uint8Array(64 * 1024);
  let size = 0;
  const add = (part: Uint8Array): void => {
    const needed = size + part.length;
    if (needed <= maxLineBytes) {
      if (needed > buffer.length) {
        const larger = new Uint8Array(Math.min(maxLineBytes, Math.max(needed, buffer.length * 2)));
        larger.set(buffer.subarray(0, size));
        buffer = larger;
      }
      buffer.set(part, size);
    }
    size = needed;
  };
  const endingWith = (part: Uint8Array): Uint8Array | undefined => {
    const whole = size === 0;
    if (!whole) add(part);
    const length = whole ? part.length : size;
    size = 0;
    if (length > maxLineBytes) return undefined;
    return whole ? part : buffer.subarray(0, length);
  };
  return { add, endingWith };
}
