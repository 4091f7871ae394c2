import { chmodSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { gpgDecrypt, gpgHome, noGpg } from "../archive/gpg.ts";
import { lockedElsewhere, type Made, setting, type Setting } from "./backup-setting.ts";

describe("backup create", () => {
  let at: Setting;
  let made: Made;
  beforeAll(async () => {
    at = await setting();
    made = await at.make();
  });

  it("writes one archive into the data folder, private, read back, in the contract's shape", () => {
    expect(made).toMatchObject({
      archive: join(at.backups, "openclaw-backup-claw-20261122T100000Z.tar.zst.gpg"),
      kind: "backup",
      createdAt: "2026-11-22T10:00:00.000Z",
      recipients: [at.key.fingerprint],
      passphrase: false,
      partial: [],
      verified: true,
    });
    expect(statSync(at.backups).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(at.backups))
      expect(statSync(join(at.backups, name)).mode & 0o777).toBe(0o600);
    expect(statSync(made.archive).size).toBe(made.bytes);
  });

  it("notes the run", async () => {
    expect(await at.status()).toMatchObject({
      backup: { last: { exit: 0, archive: made.archive, scheduled: false } },
    });
  });

  it("no lock stays behind", () => {
    expect(readdirSync(at.dataDir).filter((name) => name.includes("lock"))).toEqual([]);
  });

  it.skipIf(noGpg !== undefined)(
    "gpg and tar open it; databases are whole, what OpenClaw makes again is not there",
    async () => {
      const gpg = gpgHome();
      try {
        gpg.run(["--import", at.privateKey]);
        const out = join(at.root, "opened");
        await mkdir(out);
        gpg.pipe(`${gpgDecrypt} ${made.archive} | tar -x --zstd -C ${out}`);
        const state = join(out, at.stateDir);
        expect(await readFile(join(state, "openclaw.json"))).toEqual(
          await readFile(join(at.stateDir, "openclaw.json")),
        );
        expect(await readdir(join(state, "agents/main/agent"))).toEqual(["openclaw-agent.sqlite"]);
        expect(await readdir(join(state, "state"))).toEqual([
          "openclaw-quarantine.sqlite",
          "openclaw.sqlite",
        ]);
        expect(await readdir(join(state, "tmp"))).not.toContain(`openclaw-0`);
        for (const name of ["agents/main/agent/openclaw-agent.sqlite", "state/openclaw.sqlite"]) {
          const db = new Database(join(state, name));
          expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
          db.close();
        }
        const manifest = (await readFile(join(out, "MANIFEST.jsonl"), "utf8")).trimEnd().split("\n");
        const lines = manifest.map((line) => JSON.parse(line) as Record<string, unknown>);
        const left = lines
          .filter(({ stored }) => stored === false)
          .map(({ path, reason }) => `${String(path)}: ${String(reason)}`);
        const said = (name: string): string => left.find((line) => line.includes(`${name}: `)) ?? "";
        expect(said("state/openclaw.sqlite-wal")).toContain("belongs to a database whose consistent copy");
        expect(said("generation-lock.sqlite")).toContain("a lock without data");
        const name = at.stateDir.slice(1);
        expect(lines.at(-1)).toMatchObject({
          type: "end",
          home: at.home,
          stateDir: at.stateDir,
          configPath: join(at.stateDir, "openclaw.json"),
          roots: [name],
          workspaces: [join(at.stateDir, "workspace")],
          openclaw: "2026.9.6",
        });
      } finally {
        gpg.close();
      }
    },
  );

  it("tells people where it is, who opens it, and what to do next", async () => {
    await at.advance(86_400_000);
    const { exit, out, err } = await at.backup("create");
    expect(exit).toBe(0);
    expect(err).toMatch(/^sealing to ed25519 [0-9A-F]{40} evidence\n$/);
    expect(out).toMatch(
      /^✓ backup sealed and read back in .*: \d+ files, .* in .*\n {2}\/.*\.tar\.zst\.gpg\n {2}opened by key [0-9A-F]{40}\n/,
    );
    expect(out).toContain("not signed");
    expect(out).toMatch(/\n {4}claw-ir drill --private-key FILE\n$/);
  });

  it("--dry-run shows what would go in, and writes nothing", async () => {
    const before = at.written.length;
    const { exit, out } = await at.backup("create", "--dry-run");
    expect(exit).toBe(0);
    expect(out).toMatch(/^dry run: a backup of \d+ files/);
    expect(out).toContain(`  ${at.stateDir}\n`);
    expect(out).toContain("cache: a cache: OpenClaw makes it again");
    expect(at.written.slice(before)).toEqual([]);
    expect(at.asked().slice(-1)).not.toEqual(["seal.to"]);
  });
});

describe("where a backup goes", () => {
  it("-o a file, -o a folder", async () => {
    const at = await setting();
    const file = join(at.root, "elsewhere.tar.gz.gpg");
    expect((await at.make("-o", file, "--compression", "gzip")).archive).toBe(file);
    const folder = join(at.root, "stick");
    await mkdir(folder);
    expect((await at.make("-o", folder)).archive).toBe(
      join(folder, "openclaw-backup-claw-20261123T100000Z.tar.zst.gpg"),
    );
  });

  it.each([
    ["the state folder", (at: Setting) => join(at.stateDir, "backup.gpg")],
    ["a workspace", (at: Setting) => join(at.stateDir, "workspace", "x.gpg")],
    ["the state folder by a link", (at: Setting) => join(at.root, "link", "x.gpg")],
  ])("not into %s", async (_where, place) => {
    const at = await setting();
    await symlink(at.stateDir, join(at.root, "link"));
    const { exit, err } = await at.backup("create", "--json", "-o", place(at));
    expect(exit).toBe(2);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "output-inside-state" } });
  });

  it("never over another file", async () => {
    const at = await setting();
    const file = join(at.root, "mine.gpg");
    await writeFile(file, "mine");
    const { exit, err } = await at.backup("create", "--json", "-o", file);
    expect(exit).toBe(1);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "archive-exists" } });
    expect(await readFile(file, "utf8")).toBe("mine");
  });
});

describe("one at a time", () => {
  it("another claw-ir holds the lock: exit 11 and who; told in status.json", async () => {
    const at = await setting();
    await lockedElsewhere(at);
    const { exit, err } = await at.backup("create", "--json");
    expect(exit).toBe(11);
    expect(JSON.parse(err)).toMatchObject({
      error: { code: "backup-locked", hint: expect.stringContaining("process 1 on other-host") as string },
    });
    expect(await at.status()).toMatchObject({ backup: { last: { exit: 11, code: "backup-locked" } } });
  });

  it("a lock whose process is gone is taken over, and what it left is removed", async () => {
    const at = await setting();
    await mkdir(at.backups, { mode: 0o700 });
    const holder = { pid: 99_999, startTicks: 7, host: "claw", at: "2026-11-20T10:00:00.000Z", nonce: "00" };
    await writeFile(join(at.dataDir, "backup.lock"), `${JSON.stringify(holder)}\n`);
    const killed = "openclaw-backup-claw-20261120T100000Z";
    const theirs = [
      `${killed}.tar.zst.gpg.partial`,
      `${killed}.seal.json`,
      `${killed}.seal.json.sig`,
      `.${killed}.seal.json.0123456789ab.partial`,
      ".catalog.json.0123456789ab.partial",
    ];
    const others = ["holiday.partial", "openclaw-notes.txt.partial", "openclaw-backup-x.seal.json"];
    for (const name of [...theirs, ...others]) await writeFile(join(at.backups, name), "x");
    await mkdir(join(at.backups, "openclaw-backup-claw-20261119T100000Z.tar.zst.gpg.partial"));
    const { exit, err } = await at.backup("create");
    expect(exit).toBe(0);
    for (const name of theirs) expect(err).toContain(`removed what a killed run had left: ${name}\n`);
    const left = await readdir(at.backups);
    expect(left).toEqual(
      expect.arrayContaining([...others, "openclaw-backup-claw-20261119T100000Z.tar.zst.gpg.partial"]),
    );
    expect(left).not.toEqual(expect.arrayContaining([theirs[0]]));
  });
});

describe("what goes wrong", () => {
  it("a file that may not be read: exit 3, and which", async () => {
    const at = await setting();
    at.fail(join(at.stateDir, ".env"), "EACCES", "read");
    const { exit, out } = await at.backup("create");
    expect(exit).toBe(3);
    expect(out).toMatch(/^◐ backup/);
    expect(out).toMatch(/in part: 1 entry is .*\n.*\.env: permission denied/);
    expect(await at.status()).toMatchObject({ backup: { lastGood: { exit: 3 } } });
  });

  it("a full disk: exit 1, nothing left, noted", async () => {
    const at = await setting();
    const good = await at.make();
    const before = await readdir(at.backups);
    const create = at.host.fs.create;
    Object.assign(at.host.fs, {
      create: async (path: string, options: object) => {
        if (path.endsWith(".partial")) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        return create(path, options);
      },
    });
    const { exit, err } = await at.backup("create", "--json", "-o", join(at.backups, "other.gpg"));
    expect(exit).toBe(1);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "cannot-write-archive" } });
    expect(await readdir(at.backups)).toEqual(before);
    expect(await at.status()).toMatchObject({
      backup: { last: { exit: 1, code: "cannot-write-archive" }, lastGood: { archive: good.archive } },
    });
  });

  it("hardly any room: warned beforehand", async () => {
    const at = await setting();
    Object.assign(at.host.fs, { free: () => Promise.resolve(1024) });
    const { exit, err } = await at.backup("create");
    expect(exit).toBe(0);
    expect(err).toMatch(/^warning: only 1\.0 KiB are free in backups, and it may take about .*MiB/m);
  });

  it("no state: exit 10", async () => {
    const at = await setting({ empty: true });
    const { exit, err } = await at.backup("create", "--json");
    expect(exit).toBe(10);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "no-state" } });
  });

  it.each([
    [["--level", "20"], 2],
    [["--compression", "gzip", "--level", "12"], 2],
    [["--kind", "other"], 2],
  ])("%j is wrong usage", async (words, exit) => {
    const at = await setting();
    expect((await at.backup("create", ...words)).exit).toBe(exit);
  });
});

describe("backup create --kind evidence", () => {
  it("is raw: databases with their logs, locks, everything", async () => {
    const at = await setting();
    const made = await at.make("--kind", "evidence");
    expect(made.archive).toContain("openclaw-evidence-");
    const { exit, out } = await at.backup("verify", made.archive, "--private-key", at.privateKey, "--json");
    expect(exit).toBe(0);
    const told = JSON.parse(out) as {
      databases: { path: string; integrity: string }[];
      closing: object;
      files: number;
    };
    expect(told.closing).toMatchObject({ kind: "evidence", stateDir: at.stateDir });
    expect(told.databases.map(({ integrity }) => integrity)).not.toContain("no answer");
    expect(told.files).toBeGreaterThan((await at.make()).files);
  });
});

describe("backup list", () => {
  it("newest first, with what is known and what is wrong; nothing is hidden", async () => {
    const at = await setting();
    const first = await at.make();
    const second = await at.make();
    await at.backup("verify", second.archive, "--private-key", at.privateKey);
    writeFileSync(join(at.backups, "notes.txt"), "mine");
    writeFileSync(first.archive, "short");
    await mkdir(join(at.backups, "folder"));
    const { exit, out } = await at.run("backup", "list", "--json");
    expect(exit).toBe(0);
    const listed = JSON.parse(out) as { archive: string }[];
    expect(listed).toMatchObject([
      { archive: second.archive, kind: "backup", sha256: second.sha256, verified: true, how: "contents" },
      {
        archive: first.archive,
        problem: expect.stringMatching(/^has 5 bytes where its sidecar says \d+: damaged/) as string,
      },
      { archive: join(at.backups, "notes.txt"), kind: "foreign", problem: "no sidecar describes it" },
      { archive: join(at.backups, "folder"), kind: "foreign", problem: "not a file but a dir" },
    ]);
    const people = (await at.run("backup", "list")).out;
    expect(people).toMatch(/^made \(UTC\) +kind +size/);
    expect(people).toContain("! notes.txt: no sidecar describes it\n");
  });

  it("none yet", async () => {
    const at = await setting();
    expect((await at.run("backup", "list", "--json")).out).toBe("[]\n");
    expect((await at.run("backup", "list")).out).toContain("claw-ir backup create");
  });
});

describe("a folder that was left open to others", () => {
  it("keeps its files private all the same", async () => {
    const at = await setting();
    await mkdir(at.backups);
    chmodSync(at.backups, 0o755);
    const { archive } = await at.make();
    expect(statSync(archive).mode & 0o777).toBe(0o600);
  });
});
