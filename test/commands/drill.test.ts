import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { sealArchive } from "../../src/archive/index.ts";
import { createCase } from "../../src/case/index.ts";
import { Secret } from "../../src/model/secret.ts";
import { readCatalog } from "../../src/preserve/index.ts";
import { diskHost } from "../archive/disk-host.ts";
import { fakeHost } from "../support/fake-host.ts";
import { containing, disk, linesOf, type Disk } from "./cli.ts";

const words = "drill passphrase FAKE";
let at: Disk;
let unlock: readonly string[];

/** The real state, sealed as `backup create` would, into the data folder. */
beforeAll(async () => {
  at = await disk();
  const folder = join(at.dataDir, "backups");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, now] of [
    ["openclaw-backup-host-a-20261120T000000Z.tar.zst.gpg", "2026-11-20T00:00:00.000Z"],
    ["openclaw-backup-host-a-20261121T000000Z.tar.zst.gpg", "2026-11-21T00:00:00.000Z"],
  ] as const) {
    await sealArchive(diskHost({ now: new Date(now) }), {
      kind: "backup",
      roots: [{ real: at.stateDir, as: "/home/claw/.openclaw" }],
      outFile: join(folder, name),
      recipients: [],
      passphrase: new Secret(words),
      meta: { hostname: "host-a", tool: "claw-ir 0.0.0" },
    });
  }
  unlock = ["--passphrase-from", await at.put("words", `${words}\n`)];
});

const newest = (): string =>
  join(at.dataDir, "backups", "openclaw-backup-host-a-20261121T000000Z.tar.zst.gpg");

describe("claw-ir drill", () => {
  test("takes the newest backup, and its JSON is that of the contract", async () => {
    const ran = await at.on("drill", "--json", "--no-gateway", "--due-days", "30", ...unlock);
    expect([ran.exit, ran.err]).toEqual([0, ""]);
    const [result] = linesOf(ran.out);
    expect(result).toMatchObject({
      archive: newest(),
      verdict: "pass",
      files: { missing: 0, different: 0 },
      config: { valid: true, version: "2026.9.6" },
      gateway: { skipped: true, reason: "left out by --no-gateway" },
    });
    const { databases, files, startedAt, endedAt, nextDue, restoreSeconds } = result as {
      databases: { path: string; integrity: string; rows: number }[];
      files: { expected: number; matched: number };
    } & Record<string, string>;
    expect(files.matched).toBe(files.expected);
    expect(databases).toContainEqual(
      expect.objectContaining({ path: "/home/claw/.openclaw/state/openclaw.sqlite", integrity: "ok" }),
    );
    for (const { rows } of databases) expect(rows).toBeGreaterThanOrEqual(0);
    expect(Number(restoreSeconds)).toBeGreaterThan(0);
    expect(Date.parse(String(endedAt))).toBeGreaterThanOrEqual(Date.parse(String(startedAt)));
    expect(Date.parse(String(nextDue)) - Date.parse(String(endedAt))).toBe(30 * 86_400_000);
  });

  test("is remembered with the backup, by its hash", async () => {
    const sidecar = JSON.parse(await readFile(newest().replace(".tar.zst.gpg", ".seal.json"), "utf8")) as {
      sha256: string;
    };
    const catalog = await readCatalog(diskHost(), at.dataDir);
    expect(catalog.get(sidecar.sha256)).toMatchObject({ verdict: "pass" });
  });

  test("tells people the verdict, the time, what was checked and when the next one is due", async () => {
    const ran = await at.on("drill", newest(), "--no-gateway", ...unlock);
    expect([ran.exit, ran.err]).toEqual([0, ""]);
    expect(ran.out).toMatch(/^This archive can be restored in .+; no gateway was started\.\n/);
    for (const text of ["as they were sealed", "pass the integrity check", "OpenClaw 2026.9.6", "next due"])
      expect(ran.out).toContain(text);
    expect(ran.out).not.toContain(words);
  });

  test("drill list shows earlier ones, for people and as JSON", async () => {
    const json = await at.on("drill", "list", "--json");
    const [listed] = JSON.parse(json.out) as Record<string, unknown>[];
    expect(listed).toMatchObject({ verdict: "pass", exit: 0, gateway: "skipped" });
    const ran = await at.on("drill", "list");
    expect(ran.exit).toBe(0);
    expect(ran.out).toContain("openclaw-backup-host-a-20261121T000000Z");
  });

  test("a dry run says what would be done and changes nothing", async () => {
    const before = await readdir(at.dataDir);
    const ran = await at.on("drill", "--dry-run");
    expect(ran.exit).toBe(0);
    expect(ran.out).toContain(newest());
    expect(ran.out).toContain("Nothing was done");
    expect(await readdir(at.dataDir)).toEqual(before);
  });

  test("a damaged archive: exit 5, the result on stdout and the error on stderr", async () => {
    const damaged = await at.put("damaged.tar.zst.gpg", "");
    const bytes = await readFile(newest());
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4;
    await writeFile(damaged, bytes);
    const json = await at.on("drill", damaged, "--json", "--no-gateway", ...unlock);
    expect(json.exit).toBe(5);
    expect(linesOf(json.out)[0]).toMatchObject({ verdict: "fail", exit: 5 });
    expect(JSON.parse(json.err)).toMatchObject({ error: { exit: 5 } });
    const ran = await at.on("drill", damaged, "--no-gateway", ...unlock);
    expect(ran.exit).toBe(5);
    expect(ran.out).toContain("The drill failed: do not rely on this archive.");
    expect(ran.out).toContain("claw-ir backup create");
  });

  test("a wrong passphrase: exit 12", async () => {
    const wrong = ["--passphrase-from", await at.put("wrong", "not it FAKE\n")];
    const ran = await at.on("drill", "--no-gateway", ...wrong);
    expect([ran.exit, ran.out]).toEqual([12, ""]);
    expect((await readdir(at.dataDir)).filter((name) => name.startsWith("scratch"))).toEqual([]);
  });

  test("without an answer to the question for the passphrase: exit 2, and its id", async () => {
    const ran = await at.on("drill", "--no-gateway", "--non-interactive");
    expect(ran.exit).toBe(2);
    expect(ran.err).toContain("open.passphrase");
  });

  test("a disk to restore to that has no space, or is none", async () => {
    const ran = await at.on("drill", "--no-gateway", "--scratch", await at.put("no-folder", ""), ...unlock);
    expect(ran.exit).toBe(1);
    expect((await readdir(at.dataDir)).filter((name) => name.startsWith("scratch"))).toEqual([]);
  });

  test("while a case is open the gateway is left out, and that is said", async () => {
    const fake = await fakeHost({ facts: { uid: process.getuid?.() ?? 0 } });
    await mkdir(fake.path("data"), { mode: 0o700 });
    const subject = await createCase(fake.host, {
      dataDir: fake.path("data"),
      playbook: "stop",
      title: "a case",
    });
    await subject.release();
    const place = ["--root", at.root, "--home", "/home/claw", "--data-dir", fake.path("data")];
    const ran = await at.run("drill", newest(), "--json", ...place, ...unlock);
    await fake.cleanup();
    expect(ran.exit).toBe(3);
    expect(linesOf(ran.out)[0]).toMatchObject({
      verdict: "pass",
      gateway: { skipped: true, reason: containing("--gateway starts it all the same") },
    });
  });

  test("no backup at all: exit 10 with the command that makes one", async () => {
    const empty = await disk();
    const ran = await empty.on("drill", "--json");
    expect(ran.exit).toBe(10);
    expect(JSON.parse(ran.err)).toMatchObject({
      error: { code: "no-backup", hint: containing("claw-ir backup create") },
    });
  });
});
