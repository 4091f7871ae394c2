/** One found thing → its tar entry and its line in the manifest. */
import { createHash } from "node:crypto";
import type { FileStat, Host, ReadHandle } from "../../host/host.ts";
import { factsOf, type Manifest } from "../manifest/manifest.ts";
import type { OnPart, TarWriter } from "../tar/tar-writer.ts";
import { type Exclude, type Found, troubleOf } from "./walk.ts";

export interface Partial {
  readonly path: string;
  readonly reason: string;
}

/** Content in place of the file's own. Whether the file changes meanwhile is its own business. */
export interface Content extends ReadHandle {
  /** What is wrong with it, asked once it was read; the entry is partial then. */
  readonly trouble?: () => Promise<string | undefined>;
}

/**
 * Reads some files in another way than as they lie on the disk, such as databases as consistent copies. Its `stat` is what
 * the archive says of the file; undefined: as it lies there.
 */
export type ContentOf = (real: string, stat: FileStat) => Promise<Content | undefined>;

export interface PackState {
  readonly host: Pick<Host, "fs">;
  readonly tar: TarWriter;
  readonly manifest: Manifest;
  /** "dev:ino" → stored name of the first link, for files that have several. */
  readonly links: Map<string, string>;
  readonly partial: Partial[];
  readonly contentOf: ContentOf | undefined;
  readonly onPart: OnPart;
}

const missingFacts = {
  size: 0,
  mode: "0000",
  uid: 0,
  gid: 0,
  mtime: "1970-01-01T00:00:00.000000000Z",
} as const;

function unread(state: PackState, found: Found, reason: string): void {
  const { name, stat } = found;
  const facts = stat === undefined ? missingFacts : { size: sizeOf(stat), ...factsOf(stat) };
  const type = stat?.kind ?? "unknown";
  state.manifest.add({ path: name, type, ...facts, stored: false, reason, partial: true });
  state.partial.push({ path: name, reason });
}

function sizeOf(stat: FileStat): number {
  return stat.kind === "file" ? stat.size : 0;
}

export async function pack(state: PackState, found: Found): Promise<void> {
  const { stat } = found;
  if (stat === undefined) unread(state, found, found.trouble ?? "could not be looked at");
  else if (found.excluded !== undefined) listOnly(state, found, stat, found.excluded);
  else if (stat.kind === "file") await packFile(state, found, stat);
  else if (stat.kind === "dir") await packFolder(state, found, stat);
  else if (stat.kind === "symlink") await packSymlink(state, found, stat);
  else if (stat.kind === "unknown") unread(state, found, "is of an unknown kind");
  else {
    const reason = `a ${stat.kind} is listed and not read`;
    state.manifest.add({
      path: found.name,
      type: stat.kind,
      size: 0,
      ...factsOf(stat),
      stored: false,
      reason,
    });
  }
}

async function packFolder(state: PackState, found: Found, stat: FileStat): Promise<void> {
  const { name, trouble } = found;
  await state.tar.header({ path: name, type: "dir", size: 0, ...headerFacts(stat) });
  state.manifest.add({ path: name, type: "dir", size: 0, ...factsOf(stat), ...partialOf(trouble) });
  if (trouble !== undefined) state.partial.push({ path: name, reason: trouble });
}

function headerFacts(stat: FileStat): Pick<FileStat, "mode" | "uid" | "gid" | "mtimeNs"> {
  return { mode: stat.mode, uid: stat.uid, gid: stat.gid, mtimeNs: stat.mtimeNs };
}

function partialOf(trouble: string | undefined): { readonly partial?: true; readonly reason?: string } {
  return trouble === undefined ? {} : { partial: true, reason: trouble };
}

async function packSymlink(state: PackState, found: Found, stat: FileStat): Promise<void> {
  let link: string;
  try {
    link = await state.host.fs.readlink(found.real);
  } catch (error) {
    unread(state, found, troubleOf(error));
    return;
  }
  await state.tar.header({ path: found.name, type: "symlink", size: 0, link, ...headerFacts(stat) });
  state.manifest.add({ path: found.name, type: "symlink", size: 0, ...factsOf(stat), link });
}

async function packFile(state: PackState, found: Found, stat: FileStat): Promise<void> {
  const { name } = found;
  const inode = inodeOf(stat);
  const link = inode === undefined ? undefined : state.links.get(inode);
  if (link !== undefined) {
    await state.tar.header({ path: name, type: "hardlink", size: 0, link, ...headerFacts(stat) });
    state.manifest.add({ path: name, type: "hardlink", size: 0, ...factsOf(stat), link });
    return;
  }
  let content: Content | undefined;
  let handle: ReadHandle;
  try {
    content = await state.contentOf?.(found.real, stat);
    handle = content ?? state.host.fs.open(found.real, stat);
  } catch (error) {
    unread(state, found, troubleOf(error));
    return;
  }
  try {
    await packContent(state, found, handle, content);
  } finally {
    handle.close();
  }
  // By the opened file: the name may have been given to another one since lstat.
  const opened = inodeOf(handle.stat);
  if (opened !== undefined) state.links.set(opened, name);
}

/** Undefined where there is one link, or the number was rounded: two files must never be taken for one. */
function inodeOf({ nlink, dev, ino }: FileStat): string | undefined {
  return nlink > 1 && Number.isSafeInteger(ino) && Number.isSafeInteger(dev) ? `${dev}:${ino}` : undefined;
}

async function packContent(
  state: PackState,
  { name, real }: Found,
  handle: ReadHandle,
  content: Content | undefined,
): Promise<void> {
  const { stat } = handle;
  await state.tar.header({ path: name, type: "file", size: stat.size, ...headerFacts(stat) });
  const { sha256, trouble: readTrouble } = await state.tar.content(handle, state.onPart);
  await state.tar.pad(stat.size);
  const told = content === undefined ? changedMeanwhile(state, real, stat) : await content.trouble?.();
  const trouble = readTrouble ?? told;
  const line = { path: name, type: "file", size: stat.size, ...factsOf(stat), sha256, ...partialOf(trouble) };
  state.manifest.add(line);
  if (trouble !== undefined) state.partial.push({ path: name, reason: trouble });
}

// Smaller files are read in one system call, or two without a pause between them.
const oneRead = 256 * 1024;

/** A file rewritten in place keeps its size; its times give it away. */
function changedMeanwhile(state: PackState, real: string, before: FileStat): string | undefined {
  if (before.size <= oneRead) return undefined;
  try {
    const now = state.host.fs.look(real);
    if (now === undefined) return "was removed while it was read";
    if (now.ino !== before.ino || now.dev !== before.dev) return "was replaced while it was read";
    const same = now.mtimeNs === before.mtimeNs && now.size === before.size;
    return same ? undefined : "changed while it was read";
  } catch (error) {
    return troubleOf(error);
  }
}

/** Files in a listed exclude are hashed, so that a changed one can still be told from a good one. */
function listOnly(state: PackState, found: Found, stat: FileStat, { reason, list }: Exclude): void {
  const { name } = found;
  const hash = stat.kind === "file" && list === true ? hashOf(state, found) : {};
  const facts = { size: sizeOf(stat), ...factsOf(stat) };
  state.manifest.add({ path: name, type: stat.kind, ...facts, ...hash, stored: false, reason });
}

function hashOf(state: PackState, { real }: Found): { readonly sha256?: string } {
  try {
    const handle = state.host.fs.open(real);
    try {
      const hash = createHash("sha256");
      const buffer = new Uint8Array(oneRead);
      let left = handle.stat.size;
      for (let got = handle.read(buffer); got > 0 && left > 0; got = handle.read(buffer)) {
        hash.update(buffer.subarray(0, Math.min(got, left)));
        left -= got;
      }
      return { sha256: hash.digest("hex") };
    } finally {
      handle.close();
    }
  } catch {
    // Listed without a hash: it is not kept anyway.
    return {};
  }
}
