import { copyFileSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSnapshot } from "../../src/preserve/backup/sqlite-snapshot.ts";
import { tempFolder } from "../archive/sealing.ts";
import { hammer, readWhole, snapshotHost, snapshots } from "./backup-writer.ts";

let folder: string;
let path: string;
let db: Database.Database;

beforeEach(() => {
  folder = tempFolder();
  path = join(folder, "live.sqlite");
  db = new Database(path);
  db.pragma("journal_mode = wal");
  db.pragma("wal_autocheckpoint = 0");
  db.exec("CREATE TABLE t(id INTEGER PRIMARY KEY, text TEXT)");
  add(100);
});
afterEach(() => {
  db.close();
});

function add(rows: number): void {
  const one = db.prepare("INSERT INTO t(text) VALUES (?)");
  db.transaction(() => {
    for (let each = 0; each < rows; each += 1) one.run("x".repeat(1000));
  })();
}

/** Integrity and rows of the bytes of a database that needs no log. */
function judged(bytes: Buffer): { readonly integrity: unknown; readonly rows: unknown } {
  const copy = join(folder, "copy.sqlite");
  writeFileSync(copy, bytes);
  const opened = new Database(copy);
  try {
    return {
      integrity: opened.pragma("integrity_check", { simple: true }),
      rows: opened.prepare("SELECT count(*) FROM t").pluck().get(),
    };
  } catch (error) {
    return { integrity: (error as Error).message, rows: undefined };
  } finally {
    opened.close();
  }
}

async function taken(still = false): Promise<Buffer> {
  const snapshot = await openSnapshot(snapshotHost, path, { still });
  try {
    const whole = readWhole(snapshot);
    expect(await snapshot.trouble()).toBeUndefined();
    return whole;
  } finally {
    snapshot.close();
  }
}

describe("a copy of a live database", () => {
  it("holds what is only in the log", async () => {
    expect(statSync(path).size).toBe(4096);
    expect(judged(await taken())).toEqual({ integrity: "ok", rows: 100 });
  });

  it("the naive copy of the file alone has nothing, and the file before with the log after a checkpoint is broken", () => {
    expect(judged(readFileSync(path)).rows).toBeUndefined();

    db.pragma("wal_checkpoint(TRUNCATE)");
    const early = join(folder, "early.sqlite");
    copyFileSync(path, early);
    add(300);
    db.pragma("wal_checkpoint(TRUNCATE)");
    add(1);
    copyFileSync(`${path}-wal`, `${early}-wal`);
    const opened = new Database(early);
    expect(opened.pragma("integrity_check", { simple: true })).not.toBe("ok");
    opened.close();
  });

  it("what is committed and moved into the file later does not reach it", async () => {
    const snapshot = await openSnapshot(snapshotHost, path);
    add(500);
    db.exec("UPDATE t SET text = 'changed'");
    db.pragma("wal_checkpoint(PASSIVE)");
    expect(judged(readWhole(snapshot))).toEqual({ integrity: "ok", rows: 100 });
    snapshot.close();
    expect(judged(await taken())).toEqual({ integrity: "ok", rows: 600 });
  });

  it("the log is begun anew under it, after everything had been moved into the file", async () => {
    db.pragma("wal_checkpoint(FULL)");
    const snapshot = await openSnapshot(snapshotHost, path);
    const first = new Uint8Array(10_000);
    expect(snapshot.read(first)).toBeGreaterThan(0);
    const before = readFileSync(`${path}-wal`).subarray(0, 32);
    db.exec("UPDATE t SET text = 'changed'");
    expect(readFileSync(`${path}-wal`).subarray(0, 32).equals(before)).toBe(false);
    db.pragma("wal_checkpoint(PASSIVE)");
    const whole = Buffer.alloc(snapshot.stat.size);
    for (let at = 0; at < whole.length;) at += snapshot.readAt(whole.subarray(at), at);
    snapshot.close();
    expect(judged(whole)).toEqual({ integrity: "ok", rows: 100 });
    expect(whole.includes("changed")).toBe(false);
  });

  it("a log that is cut to nothing under it", async () => {
    db.pragma("wal_checkpoint(FULL)");
    const snapshot = await openSnapshot(snapshotHost, path);
    expect(db.pragma("wal_checkpoint(TRUNCATE)")).toEqual([{ busy: 0, log: 0, checkpointed: 0 }]);
    expect(statSync(`${path}-wal`).size).toBe(0);
    expect(judged(readWhole(snapshot))).toEqual({ integrity: "ok", rows: 100 });
    snapshot.close();
  });

  it("a transaction that is being written does not count", async () => {
    db.pragma("cache_size = 2");
    db.exec("BEGIN");
    db.exec("INSERT INTO t(text) SELECT text FROM t; INSERT INTO t(text) SELECT text FROM t");
    expect(judged(await taken())).toEqual({ integrity: "ok", rows: 100 });
    db.exec("ROLLBACK");
  });

  it("shrunk by VACUUM: as large as the database is now", async () => {
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.exec("DELETE FROM t WHERE id > 3");
    db.exec("VACUUM");
    const whole = await taken();
    expect(whole.length).toBeLessThan(statSync(path).size);
    expect(judged(whole)).toEqual({ integrity: "ok", rows: 3 });
  });

  it.each([512, 1024, 65536])("pages of %d bytes", async (pageSize) => {
    db.close();
    path = join(folder, "other.sqlite");
    db = new Database(path);
    db.pragma(`page_size = ${pageSize}`);
    db.pragma("journal_mode = wal");
    db.exec("CREATE TABLE t(id INTEGER PRIMARY KEY, text TEXT)");
    add(200);
    const whole = await taken();
    expect(whole.length % pageSize).toBe(0);
    expect(judged(whole)).toEqual({ integrity: "ok", rows: 200 });
  });

  it("a writer without a log waits until the copy is made", async () => {
    db.pragma("journal_mode = delete");
    const snapshot = await openSnapshot(snapshotHost, path);
    const other = new Database(path, { timeout: 0 });
    expect(() => other.exec("DELETE FROM t")).toThrow("database is locked");
    expect(judged(readWhole(snapshot))).toEqual({ integrity: "ok", rows: 100 });
    snapshot.close();
    other.exec("DELETE FROM t");
    other.close();
  });
});

describe("nobody has it open", () => {
  it("nothing is left beside it", async () => {
    db.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(judged(await taken())).toEqual({ integrity: "ok", rows: 100 });
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(existsSync(`${path}-shm`)).toBe(false);
  });

  it("on a mounted disk: the log of a crash is taken in, and nothing is touched", async () => {
    const crashed = join(folder, "crashed.sqlite");
    for (const end of ["", "-wal"]) copyFileSync(path + end, crashed + end);
    path = crashed;
    const before = statSync(`${path}-wal`, { bigint: true });
    expect(judged(await taken(true))).toEqual({ integrity: "ok", rows: 100 });
    expect(existsSync(`${path}-shm`)).toBe(false);
    expect(statSync(`${path}-wal`, { bigint: true }).mtimeNs).toBe(before.mtimeNs);
  });

  it("a log with a flipped bit counts up to the last commit before it", async () => {
    const mark = statSync(`${path}-wal`).size;
    add(50);
    const crashed = join(folder, "flipped.sqlite");
    const wal = readFileSync(`${path}-wal`);
    wal[mark + 200] = (wal[mark + 200] ?? 0) ^ 1;
    copyFileSync(path, crashed);
    writeFileSync(`${crashed}-wal`, wal);
    path = crashed;
    expect(judged(await taken(true))).toEqual({ integrity: "ok", rows: 100 });
  });

  it("somebody begins to write meanwhile: told", async () => {
    db.close();
    const snapshot = await openSnapshot(snapshotHost, path);
    db = new Database(path);
    add(1);
    readWhole(snapshot);
    expect(await snapshot.trouble()).toBe("changed while it was read");
    snapshot.close();
  });
});

describe("no consistent copy can be had", () => {
  it("it is held exclusively", async () => {
    db.pragma("journal_mode = delete");
    db.exec("BEGIN EXCLUSIVE");
    const impatient = {
      ...snapshotHost,
      sqlite: {
        ...snapshotHost.sqlite,
        open: async (...given: Parameters<typeof snapshotHost.sqlite.open>) => {
          const opened = await snapshotHost.sqlite.open(...given);
          opened.pragma("busy_timeout = 10");
          return opened;
        },
      },
    };
    await expect(openSnapshot(impatient, path)).rejects.toThrow("database is locked");
    db.exec("ROLLBACK");
  });

  it("it only looks like a database", async () => {
    const other = join(folder, "other.sqlite");
    writeFileSync(other, Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(5000, 7)]));
    await expect(openSnapshot(snapshotHost, other)).rejects.toThrow(/not a database|malformed/);
  });

  it("it was replaced while it was read", async () => {
    const snapshot = await openSnapshot(snapshotHost, path);
    copyFileSync(path, join(folder, "new"));
    renameSync(join(folder, "new"), path);
    readWhole(snapshot);
    expect(await snapshot.trouble()).toBe("was replaced while it was read");
    snapshot.close();
  });
});

describe("under processes that write", () => {
  it.each(["wal", "delete"] as const)("ten copies, journal mode %s", async (mode) => {
    const writers = await hammer(mode, mode === "wal" ? 2 : 1);
    try {
      const rows = await snapshots(writers, 10);
      expect(rows.at(-1)).toBeGreaterThan(rows[0] ?? 0);
    } finally {
      await writers.close();
    }
  });
});
