/**
 * "bplist00" (CFBinaryPList.c of Apple's CoreFoundation): objects, a table of their offsets, and a trailer of 32 bytes. Objects may
 * name one another in circles or many times over: depth and number of values are limited.
 */
import { maxDepth, maxValues, type Plist } from "./plist-value.ts";

interface Table {
  readonly bytes: Buffer;
  readonly offsets: (index: number) => number | undefined;
  readonly refSize: number;
  readonly count: number;
  left: number;
}

/** Seconds between 1970 and 2001, from where macOS counts. */
const macEpoch = 978_307_200;

/** Undefined for anything that is not one whole, sound list. */
export function parseBinaryPlist(given: Uint8Array): Plist | undefined {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  if (bytes.length < 40 || bytes.toString("latin1", 0, 6) !== "bplist") return undefined;
  const trailer = bytes.subarray(bytes.length - 32);
  const offsetSize = trailer[6] ?? 0;
  const refSize = trailer[7] ?? 0;
  const count = Number(trailer.readBigUInt64BE(8));
  const top = Number(trailer.readBigUInt64BE(16));
  const start = Number(trailer.readBigUInt64BE(24));
  const sizes = offsetSize >= 1 && offsetSize <= 8 && refSize >= 1 && refSize <= 8;
  if (!sizes || count < 1 || count > maxValues * 4 || start + count * offsetSize > bytes.length - 32)
    return undefined;
  const offsets = (index: number): number | undefined =>
    index < count ? unsigned(bytes, start + index * offsetSize, offsetSize) : undefined;
  return valueAt({ bytes, offsets, refSize, count, left: maxValues }, top, 0);
}

/** Big-endian; undefined outside the bytes. */
function unsigned(bytes: Buffer, at: number, size: number): number | undefined {
  if (at < 0 || at + size > bytes.length) return undefined;
  let value = 0;
  for (let i = 0; i < size; i += 1) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

function valueAt(table: Table, index: number, depth: number): Plist | undefined {
  table.left -= 1;
  const at = table.offsets(index);
  const marker = at === undefined ? undefined : table.bytes[at];
  if (at === undefined || marker === undefined || table.left < 0 || depth > maxDepth) return undefined;
  const kind = marker >> 4;
  const info = marker & 15;
  if (kind === 8 || kind < 4) return scalar(table.bytes, kind, info, at + 1);
  const sized = lengthAt(table.bytes, at, info);
  return sized === undefined ? undefined : sizedValue(table, kind, sized, depth);
}

function sizedValue(table: Table, kind: number, sized: Sized, depth: number): Plist | undefined {
  if (kind < 7) return content(table.bytes, kind, sized);
  if (kind === 13) return dictionary(table, sized, depth);
  return kind >= 10 && kind <= 12 ? array(table, sized, depth) : undefined;
}

/** null, false, true; an integer; a real; a date; the number of a keyed archive's object. */
function scalar(bytes: Buffer, kind: number, info: number, at: number): Plist | undefined {
  if (kind === 1) return integer(bytes, at, 1 << info);
  if (kind === 2) return real(bytes, at, 1 << info);
  if (kind === 3) return date(bytes, at);
  if (kind === 8) return unsigned(bytes, at, info + 1);
  return constants.get(info);
}

const constants: ReadonlyMap<number, Plist> = new Map<number, Plist>([
  [0, ""],
  [8, false],
  [9, true],
]);

interface Sized {
  readonly from: number;
  readonly length: number;
}

/** Lengths of 15 and more follow as an integer object of their own. */
function lengthAt(bytes: Buffer, at: number, info: number): Sized | undefined {
  if (info < 15) return { from: at + 1, length: info };
  const marker = bytes[at + 1];
  if (marker === undefined || marker >> 4 !== 1) return undefined;
  const size = 1 << (marker & 15);
  const length = size > 8 ? undefined : unsigned(bytes, at + 2, size);
  return length === undefined || length > bytes.length ? undefined : { from: at + 2 + size, length };
}

function integer(bytes: Buffer, at: number, size: number): number | undefined {
  if (at + size > bytes.length) return undefined;
  if (size === 8) return Number(bytes.readBigInt64BE(at));
  if (size === 16) return Number(bytes.readBigInt64BE(at + 8));
  return size <= 4 ? unsigned(bytes, at, size) : undefined;
}

function real(bytes: Buffer, at: number, size: number): number | undefined {
  if (at + size > bytes.length) return undefined;
  return size === 4 ? bytes.readFloatBE(at) : size === 8 ? bytes.readDoubleBE(at) : undefined;
}

function date(bytes: Buffer, at: number): Date | undefined {
  if (at + 8 > bytes.length) return undefined;
  // A double counts seconds: their thousandths are never exact.
  const made = new Date(Math.round((bytes.readDoubleBE(at) + macEpoch) * 1000));
  return Number.isNaN(made.getTime()) ? undefined : made;
}

function content(bytes: Buffer, kind: number, { from, length }: Sized): Plist | undefined {
  const size = kind === 6 ? length * 2 : length;
  if (from + size > bytes.length) return undefined;
  const part = bytes.subarray(from, from + size);
  if (kind === 4) return new Uint8Array(part);
  if (kind === 5) return part.toString("latin1");
  return Buffer.from(part).swap16().toString("utf16le");
}

function array(table: Table, { from, length }: Sized, depth: number): Plist | undefined {
  if (from + length * table.refSize > table.bytes.length) return undefined;
  const found: Plist[] = [];
  for (let i = 0; i < length; i += 1) {
    const ref = unsigned(table.bytes, from + i * table.refSize, table.refSize);
    const value = ref === undefined ? undefined : valueAt(table, ref, depth + 1);
    if (value === undefined) return undefined;
    found.push(value);
  }
  return found;
}

function dictionary(table: Table, { from, length }: Sized, depth: number): Plist | undefined {
  const half = length * table.refSize;
  if (from + 2 * half > table.bytes.length) return undefined;
  const found: [string, Plist][] = [];
  for (let i = 0; i < length; i += 1) {
    const keyRef = unsigned(table.bytes, from + i * table.refSize, table.refSize);
    const valueRef = unsigned(table.bytes, from + half + i * table.refSize, table.refSize);
    const key = keyRef === undefined ? undefined : valueAt(table, keyRef, depth + 1);
    const value = valueRef === undefined ? undefined : valueAt(table, valueRef, depth + 1);
    if (typeof key !== "string" || value === undefined) return undefined;
    found.push([key, value]);
  }
  return Object.fromEntries(found);
}
