import { existsSync, readdirSync, unlinkSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Root, SealRequest } from "../../src/archive/index.ts";
import { databaseChecker } from "../../src/preserve/backup/database-check.ts";
import { databaseCopies } from "../../src/preserve/backup/databases.ts";
import { openArchive } from "../../src/archive/index.ts";
import { readAll, seal, type Sealed, testKey } from "../archive/sealing.ts";
import { fakeHost, type FakeHost } from "../support/fake-host.ts";

let fake: FakeHost;
let folder: string;
const open: Database.Database[] = [];

beforeEach(async () => {
  const { privateKey } = await testKey();
  // The key is made by the clock of this machine.
  fake = await fakeHost({ now: new Date(), readable: [dirname(privateKey)] });
  folder = join(fake.home, "state");
  await mkdir(folder);
});
afterEach(async () => {
  for (const db of open.splice(0)) db.close();
  await fake.cleanup();
});

function live(name: string, rows = 50): Database.Database {
  const db = new Database(join(folder, name));
  open.push(db);
  db.pragma("journal_mode = wal");
  db.pragma("wal_autocheckpoint = 0");
  db.exec("CREATE TABLE t(id INTEGER PRIMARY KEY, text TEXT)");
  db.exec("CREATE INDEX text_of ON t(text)");
  for (let row = 0; row < rows; row += 1)
    db.prepare("INSERT INTO t(text) VALUES (?)").run(`row ${row} ${"x".repeat(500)}`);
  return db;
}

async function sealed(request: Partial<SealRequest> = {}): Promise<Sealed> {
  const roots: readonly Root[] = [{ real: folder, as: "/home/claw/state" }];
  return seal(
    folder,
    { roots, kind: "backup", outFile: join(fake.home, "a.tar.zst.gpg"), ...request },
    fake.host,
  );
}

async function checked({ archive, unlock }: Sealed, most?: number): Promise<unknown> {
  const scratch = join(fake.home, "data");
  await mkdir(scratch, { recursive: true });
  const checker = databaseChecker(fake.host, scratch, most);
  try {
    for await (const event of openArchive(fake.host, archive, unlock)) await checker.take(event);
    return await checker.finish();
  } finally {
    await checker.close();
    expect(readdirSync(scratch)).toEqual([]);
  }
}

describe("databases in a backup", () => {
  it("a journal that comes and goes while the folder is read is no loss", async () => {
    live("memory.sqlite").pragma("journal_mode = delete");
    await writeFile(join(folder, "memory.sqlite-journal"), "");
    const { look } = fake.host.fs;
    Object.assign(fake.host.fs, {
      look: (path: string) => {
        if (path.endsWith("-journal")) unlinkSync(path);
        return look(path);
      },
    });
    const result = await sealed(databaseCopies(fake.host));
    expect(result.partial).toEqual([]);
    // Of a file that nothing makes superfluous it is told.
    await writeFile(join(folder, "other-journal"), "");
    const told = await sealed({ ...databaseCopies(fake.host), outFile: join(fake.home, "b.tar.zst.gpg") });
    expect(told.partial).toEqual([{ path: "home/claw/state/other-journal", reason: "is not there" }]);
  });

  it("are whole copies, told by their bytes and not by their names; log and index are listed and not kept", async () => {
    live("no-such-ending");
    const copies = databaseCopies(fake.host);
    const result = await sealed(copies);
    expect(result.partial).toEqual([]);
    const { list } = await readAll(result.archive, result.unlock, fake.host);
    expect(list.filter(({ type }) => type === "file").map(({ path }) => path)).toEqual([
      "home/claw/state/no-such-ending",
    ]);
    const copy = join(fake.home, "copy");
    await writeFile(copy, Buffer.from(list.at(-1)?.content ?? "", "latin1"));
    const db = new Database(copy);
    open.push(db);
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(db.prepare("SELECT count(*) FROM t").pluck().get()).toBe(50);
  });

  it("one that is no database inside is kept as it lies there, with its log, and is partial", async () => {
    await writeFile(
      join(folder, "broken.sqlite"),
      Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(2032, 9)]),
    );
    await writeFile(join(folder, "broken.sqlite-wal"), "log");
    await writeFile(join(folder, "alone-wal"), "no database of this name");
    const result = await sealed(databaseCopies(fake.host));
    expect(result.partial).toEqual([
      {
        path: "home/claw/state/broken.sqlite",
        reason: expect.stringMatching(/^archived as it lies there, with what lies beside it: /) as string,
      },
    ]);
    const { list } = await readAll(result.archive, result.unlock, fake.host);
    expect(list.map(({ path }) => path)).toEqual([
      "home/claw/state",
      "home/claw/state/alone-wal",
      "home/claw/state/broken.sqlite",
      "home/claw/state/broken.sqlite-wal",
    ]);
  });

  it("on a disk that fails in the middle, the copy is partial and the log is kept with it", async () => {
    const db = live("live.sqlite");
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.exec("UPDATE t SET text = 'y' WHERE id = 1");
    const { host } = fake;
    const failing = {
      ...host,
      fs: {
        ...host.fs,
        open: (path: string): ReturnType<typeof host.fs.open> => {
          const handle = host.fs.open(path);
          if (!path.endsWith("live.sqlite")) return handle;
          const readAt = (into: Uint8Array, position: number): number => {
            if (position >= 8192) throw Object.assign(new Error("EIO"), { code: "EIO" });
            return handle.readAt(into, position);
          };
          return { ...handle, readAt };
        },
      },
    };
    const result = await sealed(databaseCopies(failing));
    expect(result.partial).toEqual([
      { path: "home/claw/state/live.sqlite", reason: "could be read only in part (EIO); the rest is zeros" },
    ]);
    const { list } = await readAll(result.archive, result.unlock, fake.host);
    expect(list.map(({ path }) => path)).toContain("home/claw/state/live.sqlite-wal");
  });
});

describe.each([
  ["in memory", undefined],
  ["in a scratch file", 0],
] as const)("databases of an archive, checked %s", (_where, most) => {
  it("copies of a backup", async () => {
    live("a.sqlite");
    live("b");
    await writeFile(join(folder, "notes.md"), "x".repeat(512));
    expect(await checked(await sealed(databaseCopies(fake.host)), most)).toEqual([
      { path: "home/claw/state/a.sqlite", integrity: "ok" },
      { path: "home/claw/state/b", integrity: "ok" },
    ]);
  });

  it("raw pairs of an evidence seal: what only the log holds counts", async () => {
    live("a.sqlite");
    await writeFile(join(folder, "a.sqlite!x"), "sorts between the two");
    expect(await checked(await sealed({ kind: "evidence" }), most)).toEqual([
      { path: "home/claw/state/a.sqlite", integrity: "ok" },
    ]);
  });

  it("a broken one is told", async () => {
    const db = live("a.sqlite", 400);
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.pragma("journal_mode = delete");
    open.splice(0).forEach((one) => one.close());
    const path = join(folder, "a.sqlite");
    const bytes = await readFile(path);
    bytes.fill(0xff, 3 * 4096, 5 * 4096);
    await writeFile(path, bytes);
    const [found] = (await checked(await sealed({ kind: "evidence" }), most)) as { integrity: string }[];
    expect(found?.integrity).toMatch(/malformed|invalid|btree|Tree|Page/);
    expect(existsSync(path)).toBe(true);
  });
});
