/** OpenPGP packets as bytes: headers, partial body lengths (RFC 4880 §4.2), and nothing of what is inside them. */
import type { ByteReader } from "../bytes.ts";
import { damaged } from "../damage.ts";

export const tags = {
  pkesk: 1,
  signature: 2,
  skesk: 3,
  onePass: 4,
  compressed: 8,
  encryptedWithoutIntegrity: 9,
  marker: 10,
  literal: 11,
  seipd: 18,
  aead: 20,
  padding: 21,
} as const;

export interface PacketHeader {
  readonly tag: number;
  /** "rest" is the old format's indeterminate length: everything up to the end. */
  readonly length: number | "partial" | "rest";
  /** Only for "partial". */
  readonly first: number;
}

export interface Framer {
  /** Finished frames; each is valid until the next but one is asked for. */
  readonly push: (bytes: Uint8Array) => Generator<Uint8Array, void>;
  /** The last frame: its length is a plain one. */
  readonly end: () => Uint8Array;
}

function plainLength(length: number): Buffer {
  if (length < 192) return Buffer.of(length);
  if (length < 8384) return Buffer.of(((length - 192) >> 8) + 192, (length - 192) & 0xff);
  const bytes = Buffer.of(255, 0, 0, 0, 0);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

/** A whole packet in the new format. */
export function packet(tag: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0xc0 | tag), plainLength(body.length), body]);
}

// 1 MiB: framing costs nothing, and a frame is a write of a good size.
const partialBits = 20;
const partialSize = 1 << partialBits;

/** Frames a body whose length is not known before its end, as partial bodies of 1 MiB. */
export function framer(tag: number): Framer {
  const empty = (): Buffer => Buffer.allocUnsafeSlow(partialSize + 2);
  let frame = empty();
  let other: Buffer | undefined;
  let fill = 0;
  let first = true;
  const head = (): Buffer => (first ? Buffer.of(0xc0 | tag) : Buffer.alloc(0));
  return {
    push: function* (bytes) {
      for (let at = 0; at < bytes.length;) {
        const count = Math.min(partialSize - fill, bytes.length - at);
        frame.set(bytes.subarray(at, at + count), 2 + fill);
        fill += count;
        at += count;
        if (fill < partialSize) continue;
        const whole = frame;
        whole[0] = 0xc0 | tag;
        whole[1] = 0xe0 | partialBits;
        frame = other ?? empty();
        other = whole;
        fill = 0;
        const begin = first ? 0 : 1;
        first = false;
        yield whole.subarray(begin);
      }
    },
    end: () => Buffer.concat([head(), plainLength(fill), frame.subarray(2, 2 + fill)]),
  };
}

async function byte(reader: ByteReader): Promise<number> {
  return (await reader.exactly(1))[0] ?? 0;
}

async function big(reader: ByteReader, bytes: 1 | 2 | 4): Promise<number> {
  const value = Buffer.from(await reader.exactly(bytes));
  return value.readUIntBE(0, bytes);
}

async function newLength(reader: ByteReader, tag: number): Promise<PacketHeader> {
  const octet = await byte(reader);
  if (octet < 192) return { tag, length: octet, first: 0 };
  if (octet < 224) return { tag, length: ((octet - 192) << 8) + (await byte(reader)) + 192, first: 0 };
  if (octet < 255) return { tag, length: "partial", first: 2 ** (octet & 0x1f) };
  return { tag, length: await big(reader, 4), first: 0 };
}

/** The next packet's header; undefined at the end. */
export async function readHeader(reader: ByteReader): Promise<PacketHeader | undefined> {
  if (await reader.ended()) return undefined;
  const head = await byte(reader);
  if ((head & 0x80) === 0)
    throw damaged("structure", "this is no OpenPGP message: no packet where one must be");
  if ((head & 0x40) !== 0) return newLength(reader, head & 0x3f);
  const tag = (head >> 2) & 0x0f;
  const size = ([1, 2, 4] as const)[head & 3];
  return { tag, length: size === undefined ? "rest" : await big(reader, size), first: 0 };
}

/** The body's bytes; each chunk is valid until the next one is asked for. Truncation throws. */
export async function* readBody(
  reader: ByteReader,
  header: PacketHeader,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (header.length === "rest") {
    for (let chunk = await reader.some(Infinity); chunk !== undefined; chunk = await reader.some(Infinity)) {
      yield chunk;
    }
    return;
  }
  let part: PacketHeader =
    header.length === "partial" ? header : { tag: header.tag, length: header.length, first: 0 };
  for (;;) {
    for (let left = part.length === "partial" ? part.first : Number(part.length); left > 0;) {
      const chunk = await reader.some(left);
      if (chunk === undefined)
        throw damaged("truncated", "the archive is truncated: it ends within a packet");
      left -= chunk.length;
      yield chunk;
    }
    if (part.length !== "partial") return;
    part = await newLength(reader, header.tag);
  }
}

/** A small packet's whole body. `max` guards the memory against a length that lies. */
export async function wholeBody(reader: ByteReader, header: PacketHeader, max: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of readBody(reader, header)) {
    total += chunk.length;
    if (total > max)
      throw damaged("structure", `an OpenPGP packet of kind ${header.tag} is larger than it can be`);
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}
