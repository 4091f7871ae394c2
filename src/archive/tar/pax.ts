/** tar headers as POSIX.1-2001 (pax) has them: what does not fit a ustar field stands in a pax record before the entry. */
import type { TarType } from "./tar-reader.ts";
import { nameBytes } from "../../model/file-names.ts";
import { paxTime } from "./times.ts";

export const blockSize = 512;

export interface PaxEntry {
  readonly path: string;
  readonly type: Extract<TarType, "file" | "dir" | "symlink" | "hardlink">;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeNs: bigint;
  readonly link?: string;
  readonly uname?: string;
  readonly gname?: string;
}

const flags = { file: "0", hardlink: "1", symlink: "2", dir: "5" } as const;
const maxOctal11 = 0o77777777777;
const maxOctal7 = 0o7777777;

/** "LENGTH KEY=VALUE\n"; the length counts its own digits. */
function record(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from("\n")]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function put(header: Buffer, at: number, length: number, value: Uint8Array): void {
  header.set(value.subarray(0, length), at);
}

function octal(header: Buffer, at: number, length: number, value: number): void {
  header.write(value.toString(8).padStart(length - 1, "0"), at, "latin1");
}

/** Only what every tar reads alike; the true name stands in the pax record. */
function asciiName(bytes: Buffer, length: number): Buffer {
  if (isPlain(bytes) && bytes.length <= length) return bytes;
  return Buffer.from(bytes.subarray(0, length).map((byte) => (byte < 0x20 || byte > 0x7e ? 0x5f : byte)));
}

function isPlain(bytes: Buffer): boolean {
  if (bytes.length > 100) return false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}

interface Fields {
  readonly name: Buffer;
  readonly link: Buffer;
  readonly flag: string;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly seconds: number;
  readonly uname: string;
  readonly gname: string;
}

function ustar(fields: Fields): Buffer {
  const header = Buffer.alloc(blockSize);
  put(header, 0, 100, fields.name);
  octal(header, 100, 8, fields.mode & 0o7777);
  octal(header, 108, 8, fields.uid);
  octal(header, 116, 8, fields.gid);
  octal(header, 124, 12, fields.size);
  octal(header, 136, 12, fields.seconds);
  header.fill(0x20, 148, 156);
  header.write(fields.flag, 156, "latin1");
  put(header, 157, 100, fields.link);
  header.write("ustar\u000000", 257, "latin1");
  put(header, 265, 31, asciiName(Buffer.from(fields.uname), 31));
  put(header, 297, 31, asciiName(Buffer.from(fields.gname), 31));
  let sum = 0;
  // Not by iterator: this runs twice for each of a hundred thousand small files.
  for (let at = 0; at < blockSize; at += 1) sum += header[at] ?? 0;
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

function records(entry: PaxEntry, path: Buffer, link: Buffer): Buffer {
  const lines: Buffer[] = [];
  const add = (key: string, value: Buffer | string): void => {
    lines.push(record(key, Buffer.from(value)));
  };
  const wholeSeconds = entry.mtimeNs % 1_000_000_000n === 0n;
  const seconds = entry.mtimeNs / 1_000_000_000n;
  if (!wholeSeconds || seconds < 0n || seconds > BigInt(maxOctal11)) add("mtime", paxTime(entry.mtimeNs));
  if (!isPlain(path)) add("path", path);
  if (!isPlain(link)) add("linkpath", link);
  if (entry.size > maxOctal11) add("size", String(entry.size));
  if (entry.uid > maxOctal7) add("uid", String(entry.uid));
  if (entry.gid > maxOctal7) add("gid", String(entry.gid));
  return Buffer.concat(lines);
}

function inField(value: number, max: number): number {
  return value >= 0 && value <= max ? value : 0;
}

export function padding(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}

const paxFolder = Buffer.from("PaxHeaders/");

/** The header blocks of one entry; its content, padded to 512 bytes, comes after them. */
export function paxHeader(entry: PaxEntry): Buffer {
  const path = nameBytes(entry.type === "dir" ? `${entry.path}/` : entry.path);
  const link = nameBytes(entry.link ?? "");
  const main = ustar({
    name: asciiName(path, 100),
    link: asciiName(link, 100),
    flag: flags[entry.type],
    size: inField(entry.size, maxOctal11),
    mode: entry.mode,
    uid: inField(entry.uid, maxOctal7),
    gid: inField(entry.gid, maxOctal7),
    seconds: inField(Number(entry.mtimeNs / 1_000_000_000n), maxOctal11),
    uname: entry.uname ?? "",
    gname: entry.gname ?? "",
  });
  const body = records(entry, path, link);
  if (body.length === 0) return main;
  const extended = ustar({
    name: asciiName(Buffer.concat([paxFolder, path.subarray(-80)]), 100),
    link: Buffer.alloc(0),
    flag: "x",
    size: body.length,
    mode: 0o600,
    uid: 0,
    gid: 0,
    seconds: 0,
    uname: "",
    gname: "",
  });
  return Buffer.concat([extended, body, Buffer.alloc(padding(body.length)), main]);
}

/** Two zero blocks. */
export const endOfTar = Buffer.alloc(2 * blockSize);
