/** A process that hammers a database, and what must be true of every copy of it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Host, ReadHandle } from "../../src/host/host.ts";
import { realFs } from "../../src/host/real/fs.ts";
import { realSqlite } from "../../src/host/real/sqlite.ts";
import { openSnapshot } from "../../src/preserve/backup/sqlite-snapshot.ts";

const script = fileURLToPath(new URL("../fixtures/backup/database-writer.ts", import.meta.url));

const sqlite = realSqlite();

export const snapshotHost: Pick<Host, "fs" | "sqlite" | "clock"> = {
  fs: realFs(),
  sqlite: {
    ...sqlite,
    open: async (...given) => {
      const db = await sqlite.open(...given);
      // On a busy machine the writers hold their locks nearly all the time: sooner or later there is a gap.
      db.pragma("busy_timeout = 600000");
      return db;
    },
  },
  clock: {
    now: () => new Date(),
    monotonic: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  },
};

export interface Hammered {
  readonly folder: string;
  readonly path: string;
  readonly close: () => Promise<void>;
}

/** Starts writers on a new database, and waits until there is something in it. */
export async function hammer(mode: "wal" | "delete", writers: number): Promise<Hammered> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "claw-ir-hammer-")));
  const path = join(folder, "live.sqlite");
  const running: ChildProcess[] = [];
  for (let seed = 1; seed <= writers; seed += 1) {
    const child = spawn(process.execPath, [script, path, mode, String(seed)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    running.push(child);
    await once(child.stdout, "data");
  }
  return {
    folder,
    path,
    close: async () => {
      for (const child of running) {
        expect(child.exitCode, "a writer ended by itself").toBeNull();
        const ended = once(child, "exit");
        child.kill("SIGKILL");
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function readWhole(handle: ReadHandle): Buffer {
  const whole = Buffer.alloc(handle.stat.size);
  // Odd sizes: reads begin and end in the middle of pages.
  for (let at = 0; at < whole.length;) {
    const got = handle.read(whole.subarray(at, Math.min(whole.length, at + 77_777)));
    if (got === 0) break;
    at += got;
  }
  return whole;
}

/** Rows of `journal`; throws or fails if the copy is not a committed state. */
async function judge(copy: string): Promise<number> {
  const db = await snapshotHost.sqlite.open(copy);
  try {
    expect(db.all("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    const [row] = db.all(
      "SELECT (SELECT sum(value) FROM debit) + (SELECT sum(value) FROM credit) AS balance, (SELECT count(*) FROM journal) AS rows",
    );
    expect(row?.["balance"]).toBe(0);
    return Number(row?.["rows"]);
  } finally {
    db.close();
  }
}

async function removeAll(copy: string): Promise<void> {
  for (const end of ["", "-wal", "-shm"]) await rm(copy + end, { force: true });
}

/**
 * Takes copies while the writers go on, at least so many and until they have got something in between: each one whole, none
 * older than the one before. Returns the rows of each.
 */
export async function snapshots({ folder, path }: Hammered, rounds: number): Promise<readonly number[]> {
  const rows: number[] = [];
  const copy = join(folder, "copy.sqlite");
  for (let round = 0; round < rounds || rows.at(-1) === rows[0]; round += 1) {
    const snapshot = await openSnapshot(snapshotHost, path);
    let whole: Buffer;
    try {
      whole = readWhole(snapshot);
      // While it is still held, so that writers and checkpoints meet it.
      await snapshotHost.clock.sleep(round % 7);
      expect(Buffer.compare(whole, again(snapshot))).toBe(0);
      expect(await snapshot.trouble()).toBeUndefined();
    } finally {
      snapshot.close();
    }
    await writeFile(copy, whole);
    rows.push(await judge(copy));
    await removeAll(copy);
  }
  expect(rows).toEqual(rows.toSorted((a, b) => a - b));
  return rows;
}

/** The same pages a second time, from their places: they must not have moved meanwhile. */
function again(snapshot: ReadHandle): Buffer {
  const whole = Buffer.alloc(snapshot.stat.size);
  for (let at = 0; at < whole.length;) at += snapshot.readAt(whole.subarray(at, at + 131_072), at);
  return whole;
}

/** The naive way, with the log or without: true if the copy was a committed state. */
export async function naiveCopyHolds({ folder, path }: Hammered, withLog: boolean): Promise<boolean> {
  const copy = join(folder, "naive.sqlite");
  await copyFile(path, copy);
  // What the reader of a large file does in between.
  await snapshotHost.clock.sleep(15);
  if (withLog) await copyFile(`${path}-wal`, `${copy}-wal`).catch(() => undefined);
  try {
    await judge(copy);
    return true;
  } catch {
    return false;
  } finally {
    await removeAll(copy);
  }
}
