import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { readStatus } from "../../src/case/status.ts";
import type { Host } from "../../src/host/host.ts";
import { ClawError } from "../../src/model/errors.ts";
import { Secret } from "../../src/model/secret.ts";
import { listResults, newestBackup, runDrill } from "../../src/recover/index.ts";
import { gpgHome, noGpg } from "../archive/gpg.ts";
import { testKey } from "../archive/sealing.ts";
import { left, place, processesOf, requestOf, sealed } from "./drilling.ts";

describe("an archive that is whole", () => {
  test("passes, is kept with time and due date, and leaves nothing", async () => {
    const at = place();
    const request = await requestOf(at, await sealed(at));
    const { result, error } = await runDrill(at.host, request);
    expect(error).toBeUndefined();
    expect(result).toMatchObject({
      archive: request.archive,
      kind: "backup",
      files: { expected: 4, matched: 4, missing: 0, different: 0 },
      databases: [
        { path: "/home/claw/.openclaw/state/openclaw.sqlite", integrity: "ok", rows: 5, tables: 2 },
      ],
      config: { valid: true, version: "2026.9.6" },
      gateway: { skipped: true, reason: "not in this test" },
      verdict: "pass",
      problems: [],
      unchecked: [],
      exit: 0,
    });
    expect(result.restoreSeconds).toBeGreaterThan(0);
    expect(Date.parse(result.nextDue) - Date.parse(result.endedAt)).toBe(90 * 86_400_000);
    const [kept = ""] = readdirSync(join(at.dataDir, "drills"));
    expect(statSync(join(at.dataDir, "drills", kept)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(at.dataDir, "drills", kept), "utf8"))).toMatchObject({
      format: "claw-ir-drill-1",
      verdict: "pass",
    });
    const { drill } = await readStatus(at.host, at.dataDir);
    expect(drill.lastGood).toMatchObject({
      exit: 0,
      restoreSeconds: result.restoreSeconds,
      nextDue: result.nextDue,
      archive: request.archive,
      scheduled: false,
    });
    expect(left(at)).toEqual([]);
    expect(processesOf(at.folder)).toEqual([]);
    expect(await listResults(at.host, at.dataDir)).toMatchObject([{ verdict: "pass", gateway: "skipped" }]);
  });

  test("evidence is drilled as well: a raw database with its log", async () => {
    const at = place();
    const db = new Database(join(at.state, "state", "openclaw.sqlite"));
    db.pragma("journal_mode = WAL");
    db.pragma("wal_autocheckpoint = 0");
    db.exec("INSERT INTO notes VALUES ('only in the log')");
    const archive = await sealed(at, "evidence");
    db.close();
    const { result } = await runDrill(at.host, await requestOf(at, archive));
    expect(result).toMatchObject({
      kind: "evidence",
      verdict: "pass",
      databases: [{ integrity: "ok", rows: 6 }],
    });
  });

  test("a virtual table without its module is told and fails nothing", async () => {
    const at = place();
    const db = new Database(join(at.state, "state", "openclaw.sqlite"));
    db.unsafeMode(true);
    db.pragma("writable_schema = ON");
    db.exec(
      "INSERT INTO sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('table', 'far', 'far', 0, 'CREATE VIRTUAL TABLE far USING vec0(a)')",
    );
    db.close();
    const { result } = await runDrill(at.host, await requestOf(at, await sealed(at)));
    expect(result).toMatchObject({ verdict: "pass", exit: 0, databases: [{ rows: 5, tables: 3 }] });
    expect(result.notes.join(" ")).toContain("The virtual table far");
  });

  test.skipIf(noGpg !== undefined)(
    "what tar and gpg made is checked as far as that goes, and it is said",
    async () => {
      const at = place();
      const gpg = gpgHome();
      const archive = join(at.folder, "by-hand.tar.gz.gpg");
      gpg.pipe(
        `tar -C ${at.state} -czf - . | gpg --batch --quiet --pinentry-mode loopback --passphrase-file $PASS --symmetric -o ${archive}`,
        "by hand FAKE",
      );
      gpg.close();
      const unlock = { passphrase: new Secret("by hand FAKE") };
      const { result } = await runDrill(at.host, await requestOf(at, { archive, unlock }));
      expect(result).toMatchObject({ kind: "unknown", verdict: "pass", exit: 3, config: { valid: true } });
      expect(result.files).toEqual({ expected: 4, matched: 4, missing: 0, different: 0 });
      expect(result.unchecked.join(" ")).toContain("The archive has no manifest");
    },
  );
});

describe("an archive that is not", () => {
  test("a flipped bit: exit 5, due again at once, nothing left", async () => {
    const at = place();
    const request = await requestOf(at, await sealed(at));
    const bytes = readFileSync(request.archive);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    writeFileSync(request.archive, bytes);
    const { result, error } = await runDrill(at.host, request);
    expect(error?.exit).toBe("tampered");
    expect(result).toMatchObject({ verdict: "fail", exit: 5, restoreSeconds: null });
    expect(result.problems).toHaveLength(1);
    expect(result.nextDue).toBe(result.endedAt);
    const { drill } = await readStatus(at.host, at.dataDir);
    expect(drill.last).toMatchObject({ exit: 5, code: error?.code });
    expect(drill.lastGood).toBeUndefined();
    expect(left(at)).toEqual([]);
    expect(processesOf(at.folder)).toEqual([]);
  });

  test("a wrong key: exit 12", async () => {
    const at = place();
    const { archive } = await sealed(at);
    await testKey();
    const unlock = { passphrase: new Secret("another FAKE") };
    const { result, error } = await runDrill(at.host, await requestOf(at, { archive, unlock }));
    expect(error?.exit).toBe("wrongKey");
    expect(result).toMatchObject({ verdict: "fail", exit: 12 });
    expect(left(at)).toEqual([]);
  });

  test("a database that was damaged before it was sealed: every hash fits, and it fails", async () => {
    const at = place();
    const path = join(at.state, "state", "openclaw.sqlite");
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 4096, 8192);
    writeFileSync(path, bytes);
    const { result, error } = await runDrill(at.host, await requestOf(at, await sealed(at, "evidence")));
    expect(error).toBeUndefined();
    expect(result).toMatchObject({
      verdict: "fail",
      exit: 5,
      files: { matched: 4, different: 0 },
      databases: [{ state: "damaged", rows: null }],
    });
    expect(result.problems.join(" ")).toContain("/home/claw/.openclaw/state/openclaw.sqlite is damaged");
  });

  test("a config that does not parse: exit 1, and no gateway is tried", async () => {
    const at = place();
    writeFileSync(join(at.state, "openclaw.json"), '{ "gateway": { "token": "FAKE" ');
    const request = await requestOf(at, { ...(await sealed(at)), gateway: { start: true } });
    const { result } = await runDrill(at.host, request);
    expect(result).toMatchObject({
      verdict: "fail",
      exit: 1,
      config: { valid: false },
      gateway: { skipped: true, reason: "the restored config cannot be read" },
    });
  });

  test("restored files that differ on the disk are found: the disk is read again", async () => {
    const at = place();
    const request = await requestOf(at, await sealed(at));
    const spoiled: Host = {
      ...at.host,
      fs: {
        ...at.host.fs,
        open: (path) => {
          const handle = at.host.fs.open(path);
          if (!path.endsWith("/restored/home/claw/.openclaw/workspace/MEMORY.md")) return handle;
          return { ...handle, read: (buffer) => handle.read(buffer.subarray(0, 4)) && 3 };
        },
      },
    };
    const { result } = await runDrill(spoiled, request);
    expect(result).toMatchObject({ verdict: "fail", exit: 5, files: { matched: 3, different: 1 } });
    expect(result.problems[0]).toContain("home/claw/.openclaw/workspace/MEMORY.md is not what was sealed");
  });
});

describe("what stands in the way", () => {
  test("too little space is told before anything is restored", async () => {
    const at = place();
    const request = await requestOf(at, await sealed(at));
    const full: Host = { ...at.host, fs: { ...at.host.fs, free: async () => 1024 * 1024 } };
    const { result, error } = await runDrill(full, request);
    expect(error).toMatchObject({ code: "no-space", exit: "failed" });
    expect(error?.hint).toContain("--scratch");
    expect(result).toMatchObject({ verdict: "fail", exit: 1 });
    expect(left(at)).toEqual([]);
  });

  test("a disk that fills up on the way: exit 1, and nothing left", async () => {
    const at = place();
    const request = await requestOf(at, await sealed(at));
    const tree: Host["fs"]["tree"] = (folder) => ({
      ...at.host.fs.tree(folder),
      file: () => {
        throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      },
    });
    const filling: Host = { ...at.host, fs: { ...at.host.fs, tree } };
    const { result, error } = await runDrill(filling, request);
    expect(error).toMatchObject({ code: "no-space", exit: "failed" });
    expect(result).toMatchObject({ verdict: "fail", exit: 1 });
    expect(left(at)).toEqual([]);
    expect(processesOf(at.folder)).toEqual([]);
  });

  test("Ctrl-C while it restores: cancelled, nothing kept and nothing left", async () => {
    const at = place();
    const controller = new AbortController();
    const host: Host = { ...at.host, signal: controller.signal };
    const progress = {
      start: (title: string) => {
        if (title === "Checking every database") controller.abort();
      },
      detail: () => undefined,
    };
    const request = await requestOf(at, { ...(await sealed(at)), progress });
    await expect(runDrill(host, request)).rejects.toMatchObject({ exit: "cancelled" });
    expect(readdirSync(at.dataDir)).toEqual([]);
    expect(processesOf(at.folder)).toEqual([]);
  });

  test("no archive at all is an error, not a verdict", async () => {
    const at = place();
    const request = await requestOf(at, {
      archive: join(at.folder, "none.gpg"),
      unlock: { passphrase: new Secret("any FAKE") },
    });
    await expect(runDrill(at.host, request)).rejects.toMatchObject({ code: "no-archive", exit: "notFound" });
    await expect(newestBackup(at.host, at.dataDir)).rejects.toBeInstanceOf(ClawError);
    expect(left(at)).toEqual([]);
  });
});
