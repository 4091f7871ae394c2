import type { Content, ContentOf, LeaveOut } from "../../archive/index.ts";
import type { FileStat, Host, ReadHandle } from "../../host/host.ts";
import { ClawError, codeOf, messageOf } from "../../model/errors.ts";
import { databaseHeader, openSnapshot, type SnapshotOptions } from "./sqlite-snapshot.ts";

export interface DatabaseCopies {
  readonly contentOf: ContentOf;
  /** The log, index and journal of a database whose consistent copy is archived: a copy needs none, and they would not fit it. */
  readonly leaveOut: LeaveOut;
}

type CopyHost = Pick<Host, "fs" | "sqlite" | "clock">;

const sides = /^(.+)-(?:wal|shm|journal)$/s;

/**
 * SQLite databases as consistent copies, told by their first bytes and not by their names. One that cannot be copied like
 * this is archived as it lies there, with what belongs to it, and is partial.
 */
export function databaseCopies(host: CopyHost, options: SnapshotOptions = {}): DatabaseCopies {
  const whole = new Set<string>();
  return {
    contentOf: async (real, stat) => {
      if (!isDatabase(host, real, stat)) return undefined;
      try {
        return rememberWhole(await openSnapshot(host, real, options), () => whole.add(real));
      } catch (error) {
        if (error instanceof ClawError && error.exit === "cancelled") throw error;
        return asItLies(host, real, error);
      }
    },
    leaveOut: (real) => {
      const database = sides.exec(real)?.[1];
      if (database === undefined || !whole.has(database)) return undefined;
      return "belongs to a database whose consistent copy is in the archive";
    },
  };
}

/** A database is a whole number of pages, which spares the look into nearly every other file. */
function isDatabase(host: CopyHost, real: string, { size }: FileStat): boolean {
  if (size === 0 || size % 512 !== 0) return false;
  const handle = host.fs.open(real);
  try {
    return databaseHeader(handle) !== undefined;
  } finally {
    handle.close();
  }
}

/** Calls `then` once the copy was read to its end without an error and nothing was wrong with it. */
function rememberWhole(copy: Required<Content>, then: () => void): Content {
  let failed = false;
  return {
    ...copy,
    read: (buffer) => {
      try {
        return copy.read(buffer);
      } catch (error) {
        failed = true;
        throw error;
      }
    },
    trouble: async () => {
      const trouble = await copy.trouble();
      if (trouble === undefined && !failed) then();
      return trouble;
    },
  };
}

function asItLies(host: CopyHost, real: string, error: unknown): Content {
  const handle: ReadHandle = host.fs.open(real);
  const busy = codeOf(error)?.startsWith("SQLITE_BUSY") === true;
  const why = busy ? "another program holds it locked" : messageOf(error);
  return {
    ...handle,
    trouble: () => Promise.resolve(`archived as it lies there, with what lies beside it: ${why}`),
  };
}
