/** The SQLite databases inside an archive, checked while it is read: `PRAGMA integrity_check` on each, a raw one with its log. */
import { join } from "node:path";
import type { ArchiveEvent, TarEntry } from "../../archive/index.ts";
import { ownedScratch } from "../../case/owned-scratch.ts";
import type { Db, Host } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import { str } from "../../model/json.ts";
import { collector, type Collector, type Held } from "./held.ts";
import { withLog } from "./pages.ts";
import { headSize } from "./sqlite-snapshot.ts";

export interface CheckedDatabase {
  /** As stored. */
  readonly path: string;
  /** "ok", or the first thing that is wrong. */
  readonly integrity: string;
}

export interface DatabaseChecker {
  /** Every event of the archive, in order. */
  readonly take: (event: ArchiveEvent) => Promise<void>;
  readonly finish: () => Promise<readonly CheckedDatabase[]>;
  /** Removes what is on the disk, whatever happened. */
  readonly close: () => Promise<void>;
}

const inMemory = 64 * 1024 * 1024;
const prefix = "verify-";

/**
 * Databases up to 64 MiB are checked in memory. A larger one goes into a file (0600) in a folder of ours (0700) below
 * `scratch`, which is unlinked as soon as SQLite has it open; what a run that was killed left there goes first.
 */
export function databaseChecker(host: Host, scratch: string, most: number = inMemory): DatabaseChecker {
  const checked: CheckedDatabase[] = [];
  let folder: string | undefined;
  let database: Held | undefined;
  let current: Collector | undefined;
  const settle = async (log?: Held): Promise<void> => {
    if (database === undefined) return;
    const { path } = database;
    const integrity = await integrityOf(host, database, log);
    database = undefined;
    checked.push({ path, integrity });
  };
  const place = async (name: string): Promise<string> => {
    folder ??= await ownedScratch(host, scratch, prefix);
    return join(folder, name);
  };
  const begin = ({ path, size, type }: TarEntry): Collector | undefined => {
    const isLog = database !== undefined && path === `${database.path}-wal`;
    if (type !== "file" || size < headSize || (!isLog && size % 512 !== 0)) return undefined;
    const name = String(checked.length);
    // A log stands beside its database, or both are in memory.
    const stays = isLog ? database?.bytes !== undefined : size <= most;
    const file = stays ? undefined : () => place(isLog ? `${name}-wal` : name);
    return collector(host, { path, size, isLog, file });
  };
  return {
    take: async (event) => {
      if (event.kind === "entry") {
        // What belongs to a database follows it, as names are sorted.
        if (database !== undefined && !event.entry.path.startsWith(database.path)) await settle();
        current = begin(event.entry);
      } else if (event.kind === "data") await current?.take(event.bytes);
      else {
        const held = await current?.end();
        current = undefined;
        if (held === undefined) return;
        if (held.path === `${database?.path ?? ""}-wal`) await settle(held);
        else {
          await settle();
          database = held;
        }
      }
    },
    finish: async () => {
      await settle();
      return checked;
    },
    close: async () => {
      if (folder !== undefined) await host.fs.removeScratch(folder);
    },
  };
}

async function integrityOf(host: Host, database: Held, log: Held | undefined): Promise<string> {
  let db: Db | undefined;
  try {
    db = await opened(host, database, log);
    const [row] = db.all("PRAGMA integrity_check(1)");
    return str(row?.["integrity_check"]) ?? "no answer";
  } catch (error) {
    return messageOf(error);
  } finally {
    db?.close();
  }
}

async function opened(host: Host, { bytes, file }: Held, log: Held | undefined): Promise<Db> {
  if (bytes !== undefined)
    return host.sqlite.openBytes(
      withoutLog(log?.bytes === undefined ? bytes : await withLog(bytes, log.bytes)),
    );
  if (file === undefined) throw new TypeError("a database is held somewhere");
  const db = await host.sqlite.open(file);
  try {
    // No index of the log on the disk; and the log is open once something was read.
    db.pragma("locking_mode = EXCLUSIVE");
    db.all("SELECT count(*) AS n FROM sqlite_schema");
    return db;
  } catch (error) {
    db.close();
    throw error;
  } finally {
    for (const end of ["-wal", "-shm", ""]) await host.fs.remove(`${file}${end}`);
  }
}

/** A database in memory has no log: its header must not ask for one. */
function withoutLog(bytes: Uint8Array): Uint8Array {
  bytes.fill(1, 18, 20);
  return bytes;
}
