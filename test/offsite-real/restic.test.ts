/** Backups in a real restic repository: made while a database is written to, thinned out, checked, restored, every file compared. */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import { databaseCopies } from "../../src/preserve/backup/databases.ts";
import {
  checkRestored,
  listSnapshots,
  resticBackup,
  type ResticResult,
  restoreFromRestic,
} from "../../src/preserve/offsite/index.ts";
import { ground, type Ground, isThere } from "./programs.ts";

interface Setting extends Ground {
  readonly state: string;
  readonly repository: string;
  readonly passwordFile: string;
  readonly dataDir: string;
}

/** With a database in WAL mode that stays open, its log not yet moved into it. */
function setting(): Setting {
  const at = ground();
  const state = join(at.root, "home", "[state] $HOME *");
  mkdirSync(join(state, "agents"), { recursive: true });
  mkdirSync(join(state, "cache"));
  writeFileSync(join(state, "openclaw.json"), "{}", { mode: 0o600 });
  writeFileSync(join(state, "cache", "asset.js"), "made again");
  writeFileSync(join(state, "agents", "log.jsonl"), "one\n");
  const db = new Database(join(state, "state?.sqlite"));
  db.pragma("journal_mode = WAL");
  db.pragma("wal_autocheckpoint = 0");
  db.exec("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), (2), (3)");
  onTestFinished(() => void db.close());
  const passwordFile = join(at.root, "password");
  writeFileSync(passwordFile, "FAKE password\n", { mode: 0o600 });
  const dataDir = join(at.root, "data");
  mkdirSync(dataDir, { mode: 0o700 });
  return { ...at, state, repository: join(at.root, "repository"), passwordFile, dataDir };
}

function backup(at: Setting, more: Partial<Parameters<typeof resticBackup>[1]> = {}): Promise<ResticResult> {
  const copies = databaseCopies(at.host);
  return resticBackup(at.host, {
    repository: at.repository,
    passwordFile: at.passwordFile,
    stateDir: at.state,
    dataDir: at.dataDir,
    plan: {
      roots: [{ real: at.state, as: at.state }],
      excludes: [{ real: join(at.state, "cache"), reason: "made again" }],
      contentOf: copies.contentOf,
      leaveOut: copies.leaveOut,
      about: { stateDir: at.state },
    },
    mayInit: () => Promise.resolve(true),
    ...more,
  });
}

describe.runIf(isThere("restic"))("the real restic", () => {
  it("keeps a state with its databases as consistent copies, and gives it back whole", async () => {
    const at = setting();
    const made = await backup(at);
    expect(made).toMatchObject({ files: 3, partial: [], verified: true, forgotten: 0 });
    expect(readdirSync(at.dataDir)).toEqual([]);

    const into = join(at.root, "into");
    mkdirSync(into, { mode: 0o700 });
    const restored = await restoreFromRestic(at.host, { ...at, snapshot: "latest", into });
    expect(restored.end).toMatchObject({ stateDir: at.state, kind: "backup" });
    expect(await checkRestored(at.host, into, restored.lines)).toEqual({
      expected: 3,
      matched: 3,
      missing: [],
      different: [],
      changed: [],
    });
    const back = join(into, at.state);
    expect(readdirSync(back).sort()).toEqual(["agents", "openclaw.json", "state?.sqlite"]);
    expect(readdirSync(into)).toEqual([at.root.split("/")[1]]);
    const db = new Database(join(back, "state?.sqlite"), { readonly: true });
    expect(db.prepare("SELECT count(*) AS n FROM t").get()).toEqual({ n: 3 });
    expect(db.pragma("integrity_check")).toEqual([{ integrity_check: "ok" }]);
    db.close();
  });

  it("finds what it saved before, keeps as many as it is told, and lists them", async () => {
    const at = setting();
    const first = await backup(at);
    appendFileSync(join(at.state, "agents", "log.jsonl"), "two\n");
    const second = await backup(at, { keep: { last: 1 } });
    expect(second.forgotten).toBe(1);
    const [only, ...more] = await listSnapshots(at.host, at);
    expect(more).toEqual([]);
    expect(only?.id.startsWith(second.snapshot)).toBe(true);
    expect(only?.id.startsWith(first.snapshot)).toBe(false);
    await expect(
      restoreFromRestic(at.host, { ...at, snapshot: first.snapshot, into: at.root }),
    ).rejects.toMatchObject({ exit: "notFound", code: "no-snapshot" });
  });

  it("a file altered in what was restored is told, one that is gone too", async () => {
    const at = setting();
    await backup(at);
    const into = join(at.root, "into");
    mkdirSync(into, { mode: 0o700 });
    const { lines } = await restoreFromRestic(at.host, { ...at, snapshot: "latest", into });
    const config = join(into, at.state, "openclaw.json");
    const { mtime } = await import("node:fs/promises").then(({ stat }) => stat(config));
    writeFileSync(config, "[]");
    await import("node:fs/promises").then(({ utimes }) => utimes(config, mtime, mtime));
    const told = await checkRestored(at.host, into, [
      ...lines,
      { ...lines.find(({ type }) => type === "file")!, path: "gone" },
    ]);
    expect(told.missing).toEqual(["gone"]);
    // utimes keeps milliseconds only, so that the altered file may count as written meanwhile; never as matched.
    expect([...told.different, ...told.changed]).toEqual([join(at.state, "openclaw.json").slice(1)]);
  });

  it("no repository and a wrong password have the exit codes of the contract", async () => {
    const at = setting();
    const no = (): Promise<boolean> => Promise.resolve(false);
    await expect(backup(at, { mayInit: no })).rejects.toMatchObject({
      exit: "notFound",
      code: "no-repository",
    });
    expect(existsSync(at.repository)).toBe(false);
    await backup(at);
    const other = join(at.root, "other");
    writeFileSync(other, "not it\n");
    await expect(backup(at, { passwordFile: other })).rejects.toMatchObject({ exit: "wrongKey" });
    expect(readdirSync(at.dataDir)).toEqual([]);
  });

  it("what restic cannot read is partial, not lost in silence", async () => {
    const at = setting();
    const secret = join(at.state, "agents", "closed.txt");
    writeFileSync(secret, "x");
    chmodSync(secret, 0o000);
    const made = await backup(at);
    // root reads it all the same.
    const expected = process.getuid?.() === 0 ? [] : [expect.objectContaining({ path: secret.slice(1) })];
    expect(made.partial).toEqual(expected);
  });

  it("the password and the repository's content are in no argument", async () => {
    const at = setting();
    const seen: string[] = [];
    const host = {
      ...at.host,
      run: (...[argv, options]: Parameters<typeof at.host.run>) => {
        seen.push(JSON.stringify({ argv, env: options.env }));
        return at.host.run(argv, options);
      },
    };
    await backup({ ...at, host });
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.filter((line) => line.includes(readFileSync(at.passwordFile, "utf8").trim()))).toEqual([]);
    await expect(backup(at, { repository: "rest:https://me:FAKE@example.org/" })).rejects.toMatchObject({
      exit: "usage",
      code: "secret-in-argument",
    });
  });
});
