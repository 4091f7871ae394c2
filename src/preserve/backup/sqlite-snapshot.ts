/**
 * A consistent copy of a live SQLite database as a stream: no plaintext copy on the disk, no memory that grows with it.
 *
 * Why it is consistent. A read transaction is held, so that a checkpoint moves nothing into the database file that is newer
 * than the transaction, and the log is not begun anew as long as it holds something the file does not. The log is then read
 * to its last commit M, at or after the transaction's own. What is read is, for each page, the newest frame up to M, and the
 * file's page where there is none: such a page was not written since the transaction began. If the transaction needed no log
 * at all (everything had been moved into the file), nothing at all is moved into the file while it lasts, but the log may be
 * begun anew once; a frame that is gone then stands in the file. Without a log the held transaction is a lock: writers wait
 * before they touch the file.
 *
 * POSIX locks: closing any descriptor of a file drops this process's locks on it. The database is therefore opened before
 * SQLite opens it, and closed after SQLite has closed it.
 */
import type { Db, FileStat, Host, ReadHandle } from "../../host/host.ts";
import type { Content } from "../../archive/index.ts";
import { codeOf } from "../../model/errors.ts";
import { pages } from "./pages.ts";
import { readFully, readWal } from "./wal.ts";

type SnapshotHost = Pick<Host, "fs" | "sqlite" | "clock">;

const magic = Buffer.from("SQLite format 3\0", "latin1");

/** What the first bytes say; undefined for what is no SQLite database. */
export function databaseHeader(handle: ReadHandle): { readonly wal: boolean } | undefined {
  const head = new Uint8Array(headSize);
  return readFully(handle, head, 0) < headSize ? undefined : headerOf(head);
}

export const headSize = 20;

/** The same of the first `headSize` bytes. */
export function headerOf(head: Uint8Array): { readonly wal: boolean } | undefined {
  return Buffer.from(head.subarray(0, magic.length)).equals(magic) ? { wal: head[18] === 2 } : undefined;
}

export interface SnapshotOptions {
  /** Nobody writes to it and nothing beside it may be touched: a mounted disk. No transaction is held then. */
  readonly still?: boolean;
}

/**
 * Opens the database for reading page by page; `stat.size` is that of the copy. Throws what SQLite or the file system
 * throws where no consistent copy can be had: the file is not really a database, is locked by another program, needs a
 * recovery that would write to it. After reading, `trouble` says whether the copy is whole.
 */
export async function openSnapshot(
  host: SnapshotHost,
  path: string,
  { still = false }: SnapshotOptions = {},
): Promise<Required<Content>> {
  const file = host.fs.open(path);
  const closers: (() => void)[] = [() => file.close()];
  const close = (): void => {
    for (const one of closers.splice(0).reverse()) one();
  };
  try {
    const before = await marks(host, path);
    // Without a log nobody has it open, and SQLite would leave an empty log beside it: then it is only looked at.
    const isClosed = databaseHeader(file)?.wal === true && before.wal === undefined;
    const isPinned = !still && !isClosed;
    if (isPinned) {
      const db = await pin(host, path);
      closers.push(() => db.close());
    } else if (await hasHotJournal(host, path))
      throw new Error("a transaction that was not ended has to be rolled back");
    const stat = await sameFile(host, path, file);
    const log = openLog(host, path);
    if (log !== undefined) closers.push(() => log.close());
    const wal = log === undefined ? undefined : await readWal(log, () => host.clock.sleep(0));
    const trouble = async (): Promise<string | undefined> => {
      if (isPinned)
        return sameFile(host, path, file).then(
          () => undefined,
          () => "was replaced while it was read",
        );
      const now = await marks(host, path);
      return now.db === before.db && now.wal === before.wal ? undefined : "changed while it was read";
    };
    const { size, read, readAt } = pages({ file, log, wal, stat });
    return { stat: { ...stat, size }, read, readAt, trouble, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Holds a read transaction until it is closed. Waits up to five seconds for a lock. */
async function pin(host: SnapshotHost, path: string): Promise<Db> {
  const db = await host.sqlite.open(path, { readOnly: true });
  try {
    db.exec("BEGIN");
    db.all("SELECT count(*) AS n FROM sqlite_schema");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

async function sameFile(host: SnapshotHost, path: string, { stat }: ReadHandle): Promise<FileStat> {
  const now = await host.fs.stat(path);
  if (now !== undefined && now.ino === stat.ino && now.dev === stat.dev) return now;
  throw new Error("it was replaced by another file");
}

function openLog(host: SnapshotHost, path: string): ReadHandle | undefined {
  try {
    return host.fs.open(`${path}-wal`);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function marks(
  host: SnapshotHost,
  path: string,
): Promise<{ readonly db: string; readonly wal: string | undefined }> {
  const [db, wal] = [await host.fs.stat(path), await host.fs.stat(`${path}-wal`)];
  return { db: markOf(db) ?? "none", wal: markOf(wal) };
}

function markOf(stat: FileStat | undefined): string | undefined {
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}`;
}

const journalMagic = Buffer.from("d9d505f920a163d7", "hex");

/** A rollback journal of a transaction that a crash has cut off; one that was ended is empty or begins with zeros. */
async function hasHotJournal(host: SnapshotHost, path: string): Promise<boolean> {
  const stat = await host.fs.stat(`${path}-journal`);
  if (stat === undefined || stat.size === 0) return false;
  const journal = host.fs.open(`${path}-journal`);
  try {
    const head = new Uint8Array(journalMagic.length);
    return readFully(journal, head, 0) === head.length && journalMagic.equals(head);
  } finally {
    journal.close();
  }
}
