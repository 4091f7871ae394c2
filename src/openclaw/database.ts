import { basename, join } from "node:path";
import type { FileStat, Host } from "../host/host.ts";
import type { Db } from "../host/host.ts";
import { messageOf } from "../model/errors.ts";
import { isDict } from "../model/json.ts";
import { outcomeOf, reasonOf } from "./failures.ts";
import type { Unread } from "./failures.ts";
import type { FileView } from "./view.ts";

/** Opened from a copy, or why it could not be. */
export type Opened =
  | { readonly ok: true; readonly db: Db; readonly version: number; readonly notes: readonly string[] }
  | { readonly ok: false; readonly outcome: Unread; readonly reason: string };

const attempts = 4;
const header = "SQLite format 3\0";

/** Lock files that OpenClaw keeps as SQLite databases: held exclusively by a live gateway, and without data. */
const lockDatabase = /\.(?:lock|generation-lock|generation-writer|reindex-lock)\.sqlite$/;

export function isLockDatabase(name: string): boolean {
  return lockDatabase.test(name);
}

export function isDataBase(name: string): boolean {
  return name.endsWith(".sqlite") && !isLockDatabase(name);
}

/**
 * Copies a database with its -wal into `folder` and opens the copy read-only. The original is only read, so its bytes,
 * times and -shm stay as they are; SQLite makes a fresh -shm for the copy. If the gateway writes meanwhile, the copy is
 * made again; after four tries the last one is used and a note says so. `shown` is the path on the examined host.
 */
export async function openCopy(
  host: Host,
  view: FileView,
  place: {
    readonly path: string;
    readonly shown: string;
    readonly folder: string;
    /** Where its -wal lies, if not beside it under the usual name. */
    readonly wal?: string | undefined;
  },
): Promise<Opened> {
  try {
    const original = await view.resolve(place.path);
    const stat = await host.fs.stat(original);
    if (stat === undefined) return { ok: false, outcome: "missing", reason: `${place.shown} is not there` };
    if (stat.kind !== "file")
      return { ok: false, outcome: "error", reason: `${place.shown} is no regular file but a ${stat.kind}` };
    // What is none is not copied: it can be as large as its maker likes.
    if (stat.size > 0 && !hasHeader(host, original))
      return { ok: false, outcome: "error", reason: `${place.shown} is no SQLite database` };
    const copy = join(place.folder, basename(place.path));
    const wal = place.wal === undefined ? `${original}-wal` : await view.resolve(place.wal);
    const steady = await copySteady(host, original, wal, copy);
    const notes = steady
      ? []
      : [`${place.shown} changed while it was copied; its newest rows may be missing`];
    return await openChecked(host, copy, place.shown, notes);
  } catch (error) {
    return { ok: false, outcome: outcomeOf(error), reason: reasonOf(error, place.shown) };
  }
}

/** True when the database and its -wal stood still while they were copied. */
async function copySteady(host: Host, original: string, wal: string, copy: string): Promise<boolean> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const before = await marks(host, original, wal);
    await host.fs.remove(copy);
    await host.fs.remove(`${copy}-wal`);
    await host.fs.copy(original, copy);
    if (before.wal !== "none") await copyIfThere(host, wal, `${copy}-wal`);
    const after = await marks(host, original, wal);
    if (before.db === after.db && before.wal === after.wal) return true;
    if (attempt < attempts) await host.clock.sleep(50 * attempt);
  }
  return false;
}

async function copyIfThere(host: Host, from: string, to: string): Promise<void> {
  try {
    await host.fs.copy(from, to);
  } catch (error) {
    // It may have been checkpointed away between the look and the copy; the next attempt sees that.
    if (outcomeOf(error) !== "missing") throw error;
  }
}

async function marks(
  host: Host,
  path: string,
  walPath: string,
): Promise<{ readonly db: string; readonly wal: string }> {
  const wal = await host.fs.stat(walPath);
  return { db: mark(await host.fs.stat(path)), wal: wal?.kind === "file" ? mark(wal) : "none" };
}

function mark(stat: FileStat | undefined): string {
  return stat === undefined ? "none" : `${stat.ino}:${stat.size}:${String(stat.mtimeNs)}`;
}

async function openChecked(
  host: Host,
  copy: string,
  shown: string,
  notes: readonly string[],
): Promise<Opened> {
  const stat = await host.fs.stat(copy);
  const wal = await host.fs.stat(`${copy}-wal`);
  if ((stat?.size ?? 0) === 0 && (wal?.size ?? 0) === 0)
    return { ok: false, outcome: "error", reason: `${shown} is empty` };
  if (!hasHeader(host, copy))
    return { ok: false, outcome: "error", reason: `${shown} is no SQLite database` };
  const db = await host.sqlite.open(copy, { readOnly: true });
  try {
    const version = versionOf(db.pragma("user_version"));
    db.all("SELECT count(*) AS n FROM sqlite_master");
    return { ok: true, db, version, notes };
  } catch (error) {
    db.close();
    return { ok: false, outcome: "error", reason: `${shown} is damaged: ${messageOf(error)}` };
  }
}

function hasHeader(host: Host, path: string): boolean {
  const file = host.fs.open(path);
  try {
    const buffer = new Uint8Array(header.length);
    const got = file.read(buffer);
    return got === header.length && new TextDecoder("latin1").decode(buffer) === header;
  } finally {
    file.close();
  }
}

function versionOf(pragma: unknown): number {
  const row: unknown = Array.isArray(pragma) ? (pragma as readonly unknown[])[0] : undefined;
  const value = isDict(row) ? row["user_version"] : pragma;
  return typeof value === "number" ? value : 0;
}
