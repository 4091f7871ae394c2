/** Reading files of the examined host by their path there, on a live host and on a mounted disk alike. */
import { createHash } from "node:crypto";
import type { FileStat, Host, ReadHandle } from "../host/host.ts";
import { outcomeOf, reasonOf } from "../openclaw/failures.ts";
import type { Unread } from "../openclaw/failures.ts";
import type { Target } from "../openclaw/types.ts";
import { resolveInside } from "../openclaw/view.ts";

/** Where to read: the machine and how paths of the examined host map to it. */
export interface Ground {
  readonly host: Host;
  readonly target: Target;
}

export interface Trouble {
  readonly ok: false;
  readonly outcome: Unread;
  /** Path on the examined host. */
  readonly path: string;
  readonly reason: string;
}
export interface FileRead {
  readonly ok: true;
  /** Path on the examined host. */
  readonly path: string;
  readonly stat: FileStat;
  /** At most `maxBytes` from the beginning. */
  readonly bytes: Uint8Array;
  readonly whole: boolean;
}

/** The outcome that a file system error stands for. `path` as on the examined host. */
export function troubleOf(path: string, error: unknown): Trouble {
  return { ok: false, outcome: outcomeOf(error), path, reason: reasonOf(error, path) };
}

/** A path of the examined host ("~" is the examined home) as a real path, links on the way resolved inside the root. */
async function locate({ host, target }: Ground, hostPath: string): Promise<string> {
  return resolveInside(host, target.root, target.toReal(hostPath));
}

/** The beginning of a regular file. Never throws, never blocks on a FIFO. */
export async function readFile(
  ground: Ground,
  hostPath: string,
  maxBytes: number,
): Promise<FileRead | Trouble> {
  const path = ground.target.toHost(ground.target.toReal(hostPath));
  try {
    const real = await locate(ground, hostPath);
    const stat = await ground.host.fs.stat(real);
    // A link that was resolved and still is one leads nowhere.
    if (stat === undefined || stat.kind === "symlink")
      return { ok: false, outcome: "missing", path, reason: `${path} is not there` };
    if (stat.kind !== "file") {
      return { ok: false, outcome: "error", path, reason: `${path} is a ${stat.kind}, not a file` };
    }
    const handle = ground.host.fs.open(real);
    try {
      const { bytes, whole } = readUpTo(handle, maxBytes);
      return { ok: true, path, stat: handle.stat, bytes, whole };
    } finally {
      handle.close();
    }
  } catch (error) {
    return troubleOf(path, error);
  }
}

/** Into one buffer as large as needed: many files read one after another must not pile up as pieces. */
function readUpTo(
  handle: ReadHandle,
  maxBytes: number,
): { readonly bytes: Uint8Array; readonly whole: boolean } {
  // Files of /proc say that they are empty, and logs grow.
  const expected = handle.stat.size === 0 ? 65_536 : handle.stat.size + 1;
  let buffer: Buffer = Buffer.allocUnsafeSlow(Math.min(expected, maxBytes + 1));
  let size = 0;
  while (size <= maxBytes) {
    if (size === buffer.length) buffer = grown(buffer, maxBytes + 1);
    const got = handle.read(buffer.subarray(size));
    if (got === 0) return { bytes: sized(buffer, size), whole: true };
    size += got;
  }
  return { bytes: buffer.subarray(0, maxBytes), whole: false };
}

/** Without a tail that nobody needs. */
function sized(buffer: Buffer, size: number): Uint8Array {
  const bytes = buffer.subarray(0, size);
  return size * 2 < buffer.length ? Uint8Array.from(bytes) : bytes;
}

function grown(buffer: Buffer, max: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(buffer.length * 2, 65_536), max));
  buffer.copy(larger);
  return larger;
}

/** SHA-256 of a whole file that stays below `maxBytes`; undefined for a larger one. */
export function hashOf(host: Host, realPath: string, maxBytes: number): string | undefined {
  const handle = host.fs.open(realPath);
  try {
    if (handle.stat.size > maxBytes) return undefined;
    const hash = createHash("sha256");
    const chunk = new Uint8Array(1 << 20);
    let size = 0;
    for (;;) {
      const got = handle.read(chunk);
      if (got === 0) return hash.digest("hex");
      size += got;
      if (size > maxBytes) return undefined;
      hash.update(chunk.subarray(0, got));
    }
  } finally {
    handle.close();
  }
}

export interface Listed {
  /** Names of what is in the folder; empty where there is no such folder. */
  readonly names: readonly string[];
  readonly trouble?: Trouble;
}

/** The names in a folder of the examined host, at most `max`. A folder that is not there is no trouble. */
export async function listFolder(ground: Ground, hostPath: string, max = 2000): Promise<Listed> {
  const path = ground.target.toHost(ground.target.toReal(hostPath));
  try {
    const real = await locate(ground, hostPath);
    const stat = await ground.host.fs.stat(real);
    if (stat?.kind !== "dir") return { names: [] };
    const names = (await ground.host.fs.list(real)).map((entry) => entry.name);
    if (names.length <= max) return { names };
    const reason = `${path} holds ${names.length} entries, the first ${max} were read`;
    return { names: names.slice(0, max), trouble: { ok: false, outcome: "error", path, reason } };
  } catch (error) {
    const trouble = troubleOf(path, error);
    return trouble.outcome === "missing" ? { names: [] } : { names: [], trouble };
  }
}

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** UTF-8 with U+FFFD for what is none. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Modification time as ISO 8601. */
export function modifiedAt(stat: FileStat): string {
  return new Date(stat.mtimeMs).toISOString();
}
