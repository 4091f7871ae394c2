import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { ClawError, codeOf } from "../../model/errors.ts";
import { nameBytes } from "../../model/file-names.ts";
import type { FileKind, FileStat, ReadHandle } from "../fs.ts";

/** A path as the system takes it: names that are no UTF-8 become the bytes that they stand for. */
export function diskPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : nameBytes(path);
}

interface Kinded {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isBlockDevice(): boolean;
  isCharacterDevice(): boolean;
}

/** Asked once for every file of a walk, what is most common first. */
export function kindOf(entry: Kinded): FileKind {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "dir";
  if (entry.isSymbolicLink()) return "symlink";
  return rareKindOf(entry);
}

function rareKindOf(entry: Kinded): FileKind {
  if (entry.isFIFO()) return "fifo";
  if (entry.isSocket()) return "socket";
  if (entry.isBlockDevice()) return "block";
  return entry.isCharacterDevice() ? "char" : "unknown";
}

export function statOf(stats: BigIntStats): FileStat {
  return {
    kind: kindOf(stats),
    size: Number(stats.size),
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    atimeMs: Number(stats.atimeMs),
    mtimeMs: Number(stats.mtimeMs),
    mtimeNs: stats.mtimeNs,
    ctimeMs: Number(stats.ctimeMs),
    birthtimeMs: Number(stats.birthtimeMs),
    dev: Number(stats.dev),
    ino: Number(stats.ino),
    nlink: Number(stats.nlink),
  };
}

export function look(path: string): FileStat | undefined {
  try {
    return statOf(lstatSync(diskPath(path), { bigint: true }));
  } catch (error) {
    throwUnlessMissing(error);
    return undefined;
  }
}

export function throwUnlessMissing(error: unknown): void {
  const code = codeOf(error);
  if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
}

function notAFile(path: string, kind: FileKind): ClawError {
  return new ClawError(`not a regular file but a ${kind}`, {
    exit: "failed",
    code: "not-a-file",
    hint: `look at ${JSON.stringify(path)} by hand`,
  });
}

// A link is never followed, a FIFO never waited for; libuv adds O_CLOEXEC. O_NOATIME keeps the access time as evidence.
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const noAtime = "O_NOATIME" in constants ? constants.O_NOATIME : undefined;

/** Opening a device can have effects (tapes rewind): only what lstat calls a file, or a link (ELOOP then), is opened. */
function checkKind(path: string): void {
  const kind = kindOf(lstatSync(diskPath(path)));
  if (kind !== "file" && kind !== "symlink") throw notAFile(path, kind);
}

/** An fd on a regular file; the caller closes it. Whoever has just looked, and `saw` a file, spares a look. */
export function openRegular(path: string, saw?: FileStat): { readonly fd: number; readonly stat: FileStat } {
  if (saw?.kind !== "file") checkKind(path);
  const fd = openQuietly(path);
  try {
    const stat = statOf(fstatSync(fd, { bigint: true }));
    if (stat.kind !== "file") throw notAFile(path, stat.kind);
    return { fd, stat };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function openQuietly(name: string): number {
  const path = diskPath(name);
  if (noAtime === undefined) return openSync(path, readFlags);
  try {
    return openSync(path, readFlags | noAtime);
  } catch (error) {
    // Only the owner and root may ask for O_NOATIME.
    if (codeOf(error) !== "EPERM") throw error;
    return openSync(path, readFlags);
  }
}

export function openReadHandle(path: string, saw?: FileStat): ReadHandle {
  const { fd, stat } = openRegular(path, saw);
  let closed = false;
  return {
    stat,
    read: (buffer) => readSync(fd, buffer, 0, buffer.length, null),
    readAt: (buffer, position) => readSync(fd, buffer, 0, buffer.length, position),
    close: () => {
      if (!closed) closeSync(fd);
      closed = true;
    },
  };
}

/** As openRegular, on the thread pool: a dead network mount must not stop the whole program. */
export async function withRegular<T>(
  path: string,
  work: (handle: FileHandle, stat: FileStat) => Promise<T>,
): Promise<T> {
  checkKind(path);
  const handle = await openQuietlyAsync(path);
  try {
    const stat = statOf(await handle.stat({ bigint: true }));
    if (stat.kind !== "file") throw notAFile(path, stat.kind);
    return await work(handle, stat);
  } finally {
    await handle.close();
  }
}

async function openQuietlyAsync(name: string): Promise<FileHandle> {
  const path = diskPath(name);
  if (noAtime === undefined) return open(path, readFlags);
  try {
    return await open(path, readFlags | noAtime);
  } catch (error) {
    if (codeOf(error) !== "EPERM") throw error;
    return open(path, readFlags);
  }
}

/** Reads from `position` to the end, at most `max` bytes; the size in stat is not believed (/proc says 0, logs grow). */
export async function readUpTo(handle: FileHandle, position: number, max: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  while (total < max) {
    const buffer = Buffer.allocUnsafe(Math.min(max - total, 256 * 1024));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position + total);
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    total += bytesRead;
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, total);
}
