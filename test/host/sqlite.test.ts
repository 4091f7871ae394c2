import { existsSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { realSqlite } from "../../src/host/real/sqlite.ts";
import { scratchFolder } from "./scratch-folder.ts";

const base = scratchFolder();
const sqlite = realSqlite();
const fresh = (): string => join(mkdtempSync(join(base, "db-")), "case.db");
const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

describe("a database", () => {
  it("and its -wal and -shm are private whatever the umask is", async () => {
    const path = fresh();
    const before = process.umask(0);
    try {
      const db = await sqlite.open(path, { create: true });
      db.pragma("journal_mode = WAL");
      db.exec("CREATE TABLE t (a)");
      expect([path, `${path}-wal`, `${path}-shm`].map(modeOf)).toEqual(["600", "600", "600"]);
      db.close();
    } finally {
      process.umask(before);
    }
  });

  it("takes parameters, never text, and gives rows", async () => {
    const db = await sqlite.open(fresh(), { create: true });
    db.exec("CREATE TABLE t (a, b)");
    const hostile = "'; DROP TABLE t; --";
    expect(db.run("INSERT INTO t VALUES (?, ?)", hostile, new Uint8Array([1, 2]))).toEqual({ changes: 1 });
    db.run("INSERT INTO t VALUES (?, ?)", 5, null);
    expect(db.all("SELECT a FROM t WHERE a = ?", hostile)).toEqual([{ a: hostile }]);
    expect([...db.each("SELECT a, b FROM t ORDER BY rowid")].map((row) => row["b"])).toEqual([
      Buffer.from([1, 2]),
      null,
    ]);
    db.close();
  });

  it("can be asked while rows are stepped through, and stopped early", async () => {
    const db = await sqlite.open(fresh(), { create: true });
    db.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)");
    const seen: unknown[] = [];
    for (const row of db.each("SELECT a FROM t")) {
      seen.push(row["a"], db.all("SELECT count(*) AS n FROM t")[0]?.["n"]);
      if (seen.length === 4) break;
    }
    expect(seen).toEqual([1, 3, 2, 3]);
    db.run("DELETE FROM t");
    db.close();
  });

  it("keeps all of a transaction or nothing", async () => {
    const db = await sqlite.open(fresh(), { create: true });
    db.exec("CREATE TABLE t (a)");
    expect(() =>
      db.transaction(() => {
        db.run("INSERT INTO t VALUES (1)");
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(db.transaction(() => db.run("INSERT INTO t VALUES (2)").changes)).toBe(1);
    expect(db.all("SELECT a FROM t")).toEqual([{ a: 2 }]);
    db.close();
  });

  it("is not made unless asked for, not written when read-only, and never a link", async () => {
    const path = fresh();
    await expect(sqlite.open(path)).rejects.toMatchObject({ code: "ENOENT" });
    expect(existsSync(path)).toBe(false);
    const db = await sqlite.open(path, { create: true });
    db.exec("CREATE TABLE t (a)");
    db.close();
    const reader = await sqlite.open(path, { readOnly: true });
    expect(() => reader.run("INSERT INTO t VALUES (1)")).toThrow("readonly");
    reader.close();
    symlinkSync(path, `${path}-link`);
    await expect(sqlite.open(`${path}-link`)).rejects.toMatchObject({ code: "not-a-file" });
    await expect(sqlite.open(`${path}-link`, { create: true })).rejects.toMatchObject({ code: "ELOOP" });
    await expect(sqlite.open(base)).rejects.toMatchObject({ code: "not-a-file" });
  });

  it("that is none says so when it is read", async () => {
    const path = fresh();
    writeFileSync(path, "this is no database, however long it is ".repeat(100));
    const read = async (): Promise<unknown> => {
      const db = await sqlite.open(path, { readOnly: true });
      try {
        return db.all("SELECT name FROM sqlite_master");
      } finally {
        db.close();
      }
    };
    await expect(read()).rejects.toMatchObject({ code: "SQLITE_NOTADB" });
  });
});
