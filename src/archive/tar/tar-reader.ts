/** Reads tar as a stream: ustar, pax (ours) and GNU (what operators' own `tar czf` makes). Names are data, never paths. */
import type { ByteReader } from "../bytes.ts";
import { damaged } from "../damage.ts";
import { number, text } from "./fields.ts";
import { nameOf } from "../../model/file-names.ts";
import { parsePaxTime } from "./times.ts";

export type TarType = "file" | "dir" | "symlink" | "hardlink" | "fifo" | "block" | "char" | "other";

export interface TarEntry {
  readonly path: string;
  readonly type: TarType;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeNs: bigint;
  /** Target of a symbolic or hard link. */
  readonly link?: string;
}

export type TarEvent =
  | { readonly kind: "entry"; readonly entry: TarEntry }
  /** Bytes of the entry before; valid until the next event. */
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  | { readonly kind: "end" };

const block = 512;
const maxExtension = 1024 * 1024;
const types = new Map<string, TarType>([
  ["0", "file"],
  ["\0", "file"],
  ["7", "file"],
  ["1", "hardlink"],
  ["2", "symlink"],
  ["3", "char"],
  ["4", "block"],
  ["5", "dir"],
  ["6", "fifo"],
]);

function checksumFits(header: Uint8Array): boolean {
  let sum = 8 * 32;
  for (let at = 0; at < block; at += 1) if (at < 148 || at >= 156) sum += header[at] ?? 0;
  return sum === number(header, 148, 8);
}

/** pax records: "LENGTH KEY=VALUE\n", the length in bytes and counting itself. */
export function paxRecords(body: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at);
    const length = Number(body.subarray(at, space === -1 ? at : space).toString("latin1"));
    const end = at + length;
    const equals = body.indexOf(0x3d, space);
    const fits =
      Number.isInteger(length) && space > at && equals > space && end > equals && end <= body.length;
    if (!fits || body[end - 1] !== 0x0a) throw damaged("tar", "a pax header in the archive is malformed");
    records.set(body.toString("latin1", space + 1, equals), body.subarray(equals + 1, end - 1));
    at = end;
  }
  return records;
}

interface Overrides {
  readonly pax: ReadonlyMap<string, Buffer>;
  readonly longName?: Buffer;
  readonly longLink?: Buffer;
}

function paxNumber(overrides: Overrides, key: string, plain: number): number {
  const record = overrides.pax.get(key);
  if (record === undefined) return plain;
  const value = Number(record.toString("latin1"));
  if (!Number.isSafeInteger(value)) throw damaged("tar", `a pax header's ${key} is no whole number`);
  return value;
}

function plainPath(header: Uint8Array): Buffer {
  const name = text(header, 0, 100);
  // Only POSIX ustar has a prefix; GNU tar keeps times there.
  const posix = Buffer.from(header.subarray(257, 263)).equals(Buffer.from("ustar\0"));
  const prefix = posix ? text(header, 345, 155) : Buffer.alloc(0);
  return prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from("/"), name]);
}

function mtimeOf(header: Uint8Array, pax: Overrides["pax"]): bigint {
  const record = pax.get("mtime")?.toString("latin1");
  if (record === undefined) return BigInt(number(header, 136, 12)) * 1_000_000_000n;
  const mtime = parsePaxTime(record);
  if (mtime === undefined) throw damaged("tar", "a pax header's mtime is no time");
  return mtime;
}

/** Before POSIX a folder was a file whose name ends in a slash. */
function typeOf(header: Uint8Array, path: string): TarType {
  const type = types.get(String.fromCharCode(header[156] ?? 0)) ?? "other";
  return type === "file" && path.endsWith("/") ? "dir" : type;
}

function linkOf(header: Uint8Array, type: TarType, overrides: Overrides): { readonly link?: string } {
  if (type !== "symlink" && type !== "hardlink") return {};
  return { link: nameOf(overrides.pax.get("linkpath") ?? overrides.longLink ?? text(header, 157, 100)) };
}

function entryOf(header: Uint8Array, overrides: Overrides): TarEntry {
  const path = nameOf(overrides.pax.get("path") ?? overrides.longName ?? plainPath(header));
  const type = typeOf(header, path);
  const size = paxNumber(overrides, "size", number(header, 124, 12));
  if (path === "" || size < 0) throw damaged("tar", "a tar header makes no sense");
  return {
    path: path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path,
    type,
    size: type === "file" || type === "other" ? size : 0,
    mode: number(header, 100, 8) & 0o7777,
    uid: paxNumber(overrides, "uid", number(header, 108, 8)),
    gid: paxNumber(overrides, "gid", number(header, 116, 8)),
    mtimeNs: mtimeOf(header, overrides.pax),
    ...linkOf(header, type, overrides),
  };
}

async function extension(reader: ByteReader, header: Uint8Array): Promise<Buffer> {
  const size = number(header, 124, 12);
  if (size < 0 || size > maxExtension)
    throw damaged("tar", "a tar extension header is larger than it can be");
  const body = Buffer.from(await reader.exactly(Math.ceil(size / block) * block));
  return body.subarray(0, size);
}

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

/** The next header that is no extension, with what the extensions before it say; undefined at the end marker. */
async function nextEntry(reader: ByteReader, globals: Map<string, Buffer>): Promise<TarEntry | undefined> {
  let overrides: Overrides = { pax: new Map(globals) };
  for (;;) {
    const header = (await reader.exactly(block)).slice();
    if (header[0] === 0 && header.every((byte) => byte === 0)) return undefined;
    if (!checksumFits(header)) throw damaged("tar", "a tar header's checksum is wrong");
    const flag = String.fromCharCode(header[156] ?? 0);
    if (flag === "g")
      for (const [key, value] of paxRecords(await extension(reader, header))) globals.set(key, value);
    else if (flag === "x") {
      overrides = {
        ...overrides,
        pax: new Map([...globals, ...paxRecords(await extension(reader, header))]),
      };
    } else if (flag === "L")
      overrides = { ...overrides, longName: untilNul(await extension(reader, header)) };
    else if (flag === "K") overrides = { ...overrides, longLink: untilNul(await extension(reader, header)) };
    else return entryOf(header, overrides);
  }
}

async function* content(reader: ByteReader, size: number): AsyncGenerator<TarEvent, void, undefined> {
  for (let left = size; left > 0;) {
    const bytes = await reader.some(left);
    if (bytes === undefined)
      throw damaged("truncated", "the archive is truncated: a file in it ends too early");
    left -= bytes.length;
    yield { kind: "data", bytes };
  }
  const padding = (block - (size % block)) % block;
  if (padding > 0) await reader.exactly(padding);
}

/** Every entry in order, to the end marker and beyond it to the end of the stream, where only zeros may stand. */
export async function* readTar(reader: ByteReader): AsyncGenerator<TarEvent, void, undefined> {
  const globals = new Map<string, Buffer>();
  for (let entry = await nextEntry(reader, globals); entry; entry = await nextEntry(reader, globals)) {
    yield { kind: "entry", entry };
    yield* content(reader, entry.size);
    yield { kind: "end" };
  }
  for await (const bytes of reader.rest()) {
    if (bytes.some((byte) => byte !== 0)) throw damaged("tar", "there are bytes after the end of the tar");
  }
}
