/** Log files of the examined host with their rotated predecessors, decompressed within limits, line by line. */
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import type { FileStat } from "../../../host/host.ts";
import { codeOf, messageOf } from "../../../model/errors.ts";
import { resolveInside } from "../../../openclaw/view.ts";
import type { Reading } from "../../../model/outcome.ts";
import { unread } from "../../../model/outcome.ts";
import { type Ground, listFolder, textOf, troubleOf } from "../../files.ts";

/** Of one file, as far as it is read and decompressed; of a longer one the end. */
export const fileBytes = 16 << 20;
const allBytes = 128 << 20;
const lineChars = 16_384;
const maxFiles = 400;

export interface LogFile {
  /** Path on the examined host. */
  readonly path: string;
  readonly stat: FileStat;
  /** Decompressed; at most `fileBytes` from the end. */
  readonly bytes: Uint8Array;
  /** It is longer. */
  readonly cut: boolean;
}

/** Newest first; each is read when it is asked for. Why something could not be read goes to `reasons`. */
export async function* logFiles(
  ground: Ground,
  folder: string,
  pattern: RegExp,
  reasons: string[],
): AsyncGenerator<LogFile> {
  const { names, trouble } = await listFolder(ground, folder, 5000);
  if (trouble !== undefined) reasons.push(trouble.reason);
  const found: { readonly path: string; readonly real: string; readonly stat: FileStat }[] = [];
  for (const name of names.filter((each) => pattern.test(each)).slice(0, maxFiles)) {
    const path = `${folder}/${name}`;
    try {
      const real = await resolveInside(ground.host, ground.target.root, ground.target.toReal(path));
      const stat = await ground.host.fs.stat(real);
      if (stat?.kind === "file") found.push({ path, real, stat });
    } catch (error) {
      reasons.push(troubleOf(path, error).reason);
    }
  }
  found.sort((a, b) => b.stat.mtimeMs - a.stat.mtimeMs || (a.path < b.path ? -1 : 1));
  let left = allBytes;
  for (const { path, real, stat } of found) {
    if (left <= 0) {
      reasons.push(`${path} was not read: older than the newest ${allBytes >> 20} MiB of logs`);
      continue;
    }
    try {
      const raw = await ground.host.fs.readTail(real, fileBytes);
      const { bytes, cut } = decompressed(path, raw, stat.size > raw.length);
      left -= bytes.length;
      if (cut) reasons.push(`of ${path} only ${fileBytes >> 20} MiB were read`);
      yield { path, stat, bytes, cut };
    } catch (error) {
      reasons.push(readTrouble(path, error));
    }
  }
}

function readTrouble(path: string, error: unknown): string {
  const code = codeOf(error) ?? "";
  if (code === "ERR_BUFFER_TOO_LARGE")
    return `${path} was not read: it unpacks to more than ${fileBytes >> 20} MiB`;
  if (/^Z_|ZSTD/.test(code)) return `${path} is damaged: ${messageOf(error)}`;
  return troubleOf(path, error).reason;
}

/** Throws for a packed file that is damaged or unpacks to too much: half of it would look like a whole one. */
function decompressed(
  path: string,
  raw: Uint8Array,
  cut: boolean,
): { readonly bytes: Uint8Array; readonly cut: boolean } {
  const packed = /\.(gz|zst|xz|bz2)$/.exec(path)?.[1];
  if (packed === undefined) return { bytes: raw, cut };
  const limit = { maxOutputLength: fileBytes };
  if (packed === "gz") return { bytes: gunzipSync(raw, limit), cut: false };
  if (packed === "zst") return { bytes: zstdDecompressSync(raw, limit), cut: false };
  throw new Error(`packed with ${packed}, which is not read`);
}

export interface LogText {
  /** 1, 2, 3, …, counted from the beginning of what was read. */
  readonly number: number;
  /** Without its end; at most 16 Ki characters. */
  readonly text: string;
}

/** The lines of a file. The first one of a cut file is a fragment and left out; empty lines are. */
export function* linesOf({ bytes, cut }: Pick<LogFile, "bytes" | "cut">): Generator<LogText> {
  const newline = 10;
  let number = 0;
  for (let from = 0; from < bytes.length;) {
    const found = bytes.indexOf(newline, from);
    const end = found < 0 ? bytes.length : found;
    number += 1;
    // Four bytes are the most that one character takes.
    const text = textOf(bytes.subarray(from, Math.min(end, from + lineChars * 4))).slice(0, lineChars);
    if (text.trim() !== "" && !(cut && number === 1)) yield { number, text };
    from = end + 1;
  }
}

/** The time zone of the examined host by name; undefined where it has none. */
export async function zoneOf({ host, target }: Ground): Promise<string | undefined> {
  try {
    const named = await host.fs.readText(target.toReal("/etc/timezone"), { maxBytes: 4096 });
    if (named.trim() !== "") return named.trim();
  } catch {
    // Most systems have only the link.
  }
  try {
    const link = await host.fs.readlink(target.toReal("/etc/localtime"));
    return /\/zoneinfo\/(.+)$/.exec(link)?.[1];
  } catch {
    return undefined;
  }
}

/** There are logs, and none of them could be read: "denied" only where that is all there is to it. */
export function noneReadable(reasons: readonly string[]): Reading<never> {
  const closed = reasons.every((reason) => reason.endsWith("may not be read by this user"));
  return unread(closed ? "denied" : "error", reasons.join("; "));
}
