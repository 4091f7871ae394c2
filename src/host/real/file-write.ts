import { randomBytes } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { type FileHandle, copyFile, lstat, open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ClawError, codeOf } from "../../model/errors.ts";
import type { WriteHandle } from "../fs.ts";
import { withRegular } from "./file-open.ts";

const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** At the current position, or at a given one. */
async function writeAll(handle: FileHandle, bytes: Uint8Array, position?: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const at = position === undefined ? null : position + done;
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at);
    done += bytesWritten;
  }
}

/** The owner of the file that is replaced; a plain user cannot give files away, which is no reason to fail. */
async function keepOwner(handle: FileHandle, path: string): Promise<void> {
  const before = await lstat(path).catch(() => undefined);
  if (before?.isFile() !== true) return;
  const now = await handle.stat();
  if (now.uid === before.uid && now.gid === before.gid) return;
  await handle.chown(before.uid, before.gid).catch(() => undefined);
}

/** The new content is either wholly there or not at all. A link at `path` is replaced, not written through. */
export async function writeAtomic(
  path: string,
  data: string | Uint8Array,
  options: { readonly mode?: number } = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.partial`);
  const handle = await open(temporary, newFile, 0o600);
  try {
    try {
      await writeAll(handle, typeof data === "string" ? Buffer.from(data, "utf8") : data);
      await keepOwner(handle, path);
      await handle.chmod(options.mode ?? 0o600);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDir(dirname(path));
}

export async function syncDir(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } catch (error) {
    // Some network and FUSE file systems cannot sync a folder; the rename itself has happened.
    if (!["EINVAL", "ENOTSUP", "EISDIR", "EBADF"].includes(codeOf(error) ?? "")) throw error;
  } finally {
    await handle.close();
  }
}

export async function createFile(
  path: string,
  options: { readonly mode?: number } = {},
): Promise<WriteHandle> {
  const handle = await open(path, newFile, 0o600);
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await handle.close();
  };
  await handle.chmod(options.mode ?? 0o600);
  return {
    write: (bytes) => writeAll(handle, bytes),
    finish: async () => {
      try {
        await handle.sync();
      } finally {
        await close();
      }
    },
    discard: async () => {
      await close();
      await removeFile(path);
    },
  };
}

export async function appendText(path: string, data: string): Promise<void> {
  const flags =
    constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags, 0o600);
  try {
    if (!(await handle.stat()).isFile()) {
      throw new ClawError("not a regular file", { exit: "failed", code: "not-a-file" });
    }
    await writeAll(handle, Buffer.from(data, "utf8"));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * The source is opened first (no link, no FIFO, its access time kept) and copied from what was opened, so that it cannot be
 * swapped in between. An existing destination is never overwritten (code "EEXIST").
 */
export async function copyRegular(from: string, to: string): Promise<number> {
  await withRegular(from, async (source) => {
    if (!(await cloned(source, from, to))) await copyBytes(source, to);
  });
  const copy = await open(to, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    await copy.chmod(0o600);
    return (await copy.stat()).size;
  } finally {
    await copy.close();
  }
}

/** Shares the blocks where the file system can. Where there is no /proc the system copies, by the path. */
async function cloned(source: FileHandle, from: string, to: string): Promise<boolean> {
  const opened = `/proc/self/fd/${source.fd}`;
  const isLinux = existsSync(opened);
  const how = isLinux ? constants.COPYFILE_FICLONE_FORCE : constants.COPYFILE_FICLONE;
  try {
    await copyFile(isLinux ? opened : from, to, how | constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (!isLinux || codeOf(error) === "EEXIST") throw error;
    return false;
  }
}

const copied = 1 << 20;
const zeros = Buffer.alloc(copied);

/**
 * Not by the system's own copying, which opens the source anew and leaves a new access time on it. What is zero becomes a hole:
 * a file that only claims to be large must not fill the disk.
 */
async function copyBytes(source: FileHandle, to: string): Promise<void> {
  const target = await open(to, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    const buffer = Buffer.allocUnsafe(copied);
    let at = 0;
    for (;;) {
      const { bytesRead } = await source.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) break;
      const bytes = buffer.subarray(0, bytesRead);
      if (!zeros.subarray(0, bytesRead).equals(bytes)) await writeAll(target, bytes, at);
      at += bytesRead;
    }
    await target.truncate(at);
  } catch (error) {
    await removeFile(to).catch(() => undefined);
    throw error;
  } finally {
    await target.close();
  }
}

export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}
