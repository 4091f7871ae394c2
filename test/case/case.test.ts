import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  addNote,
  closeCase,
  createCase,
  listCases,
  openCase,
  resolveDataDir,
  verifyCase,
} from "../../src/case/index.ts";
import type { ArchiveRecord, Case } from "../../src/case/types.ts";
import type { Finding, TimelineEvent } from "../../src/model/evidence.ts";
import { Secret } from "../../src/model/secret.ts";
import { fakeHost, fakeProcess, type FakeHost } from "../support/fake-host.ts";

const secret = "FAKE-gateway-secret-0123456789";
let fake: FakeHost;
let dataDir: string;
const opened: Case[] = [];

beforeEach(async () => {
  fake = await fakeHost({
    now: "2026-11-21T02:31:00.000Z",
    facts: { uid: process.getuid?.() ?? 0 },
    processes: [fakeProcess({ pid: 4242, startTicks: 7 })],
  });
  dataDir = await resolveDataDir(fake.host, undefined, []);
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.release();
  await fake.cleanup();
});

async function create(title = "a title"): Promise<Case> {
  const made = await createCase(fake.host, { dataDir, playbook: "key-compromised", title });
  opened.push(made);
  return made;
}
async function open(id?: string): Promise<Case> {
  const found = await openCase(fake.host, { dataDir, ...(id === undefined ? {} : { id }) });
  opened.push(found);
  return found;
}
const meta = (id: string) => ({
  id,
  title: id,
  stage: "collect",
  attack: [],
  startedAt: "2026-11-21T02:31:00.000Z",
});
const event = (id: string, ts: string): TimelineEvent => ({
  ...{ id, ts, tsDesc: "seen", source: "test", dataType: "test", message: `m ${secret}` },
  ...{ host: "claw", artifact: "a", data: { x: secret } },
});
async function everyPath(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).map((one) => join(folder, one));
}

describe("a case", () => {
  it("has a sortable id, and folders and files only its owner can enter", async () => {
    const first = await create();
    expect(first.info).toMatchObject({
      id: "20261121-0231-key-compromised",
      playbook: "key-compromised",
      title: "a title",
      host: "claw",
      tool: "0.0.0-test",
      createdAt: "2026-11-21T02:31:00.000Z",
    });
    await first.evidence.keepRecords(meta("a"), { outcome: "ok", records: [1] });
    await first.scratch();
    for (const path of [first.info.path, ...(await everyPath(first.info.path))]) {
      const { mode } = await stat(path);
      expect([path, (mode & 0o777).toString(8)]).toEqual([path, (mode & 0o40000) !== 0 ? "700" : "600"]);
    }
    const second = await create();
    expect(second.info.id).toBe("20261121-0231-key-compromised-2");
  });

  it("keeps everything over a restart, without the secrets", async () => {
    const made = await create();
    made.redactor.learn(new Secret(secret));
    const finding: Finding = {
      ...{
        id: "f1",
        rule: "r",
        title: `t ${secret}`,
        severity: "critical",
        confidence: "likely",
        attack: ["T1"],
      },
      ...{ summary: "s", evidence: [{ artifact: "a", excerpt: secret }], next: [] },
    };
    const receipt = {
      ...{
        credential: "gateway-token",
        kind: "gateway-token",
        provider: "openclaw",
        label: "l",
        old: "fp:1",
      },
      ...{ new: "fp:2", steps: [], residue: [], proven: false },
    };
    const archive: ArchiveRecord = {
      ...{ archive: "x.tar.zst.gpg", kind: "evidence", bytes: 3, sha256: "0".repeat(64), createdAt: "now" },
      ...{
        files: 1,
        plainBytes: 2,
        durationMs: 1,
        recipients: [],
        passphrase: true,
        partial: [],
        verified: true,
      },
    };
    made.findings.add(finding);
    made.findings.notEvaluated({ rule: "r2", reason: `no ${secret}` });
    made.receipts.put(receipt);
    made.receipts.put({ ...receipt, proven: true });
    made.switchedOff.add({ what: "gateway", how: "stopped", inverse: "start", at: "now" });
    await made.archives.add(archive);
    made.facts.set("since", { at: secret, n: 1 });
    const kept = await made.evidence.keepRecords(meta("config"), {
      outcome: "ok",
      records: [{ gateway: { auth: { token: secret } } }, { s: new Secret(secret) }],
    });
    await made.evidence.keepText(meta("log"), "gateway.log", ["one", `two ${secret}`]);
    await made.evidence.none(meta("cron"), "denied", "not readable");
    await addNote(made, `seen ${secret}`);
    await made.release();

    const again = await open();
    expect(again.info.id).toBe(made.info.id);
    expect(again.findings.all()).toMatchObject([{ id: "f1", severity: "critical", attack: ["T1"] }]);
    expect(again.findings.allNotEvaluated()).toHaveLength(1);
    expect(again.receipts.all()).toEqual([{ ...receipt, proven: true }]);
    expect(again.switchedOff.all()).toHaveLength(1);
    expect(again.archives.all()).toEqual([archive]);
    expect(again.facts.get("since")).toMatchObject({ n: 1 });
    expect(again.facts.get("nothing")).toBeUndefined();
    expect(again.evidence.all().map(({ id, outcome, records }) => [id, outcome, records])).toEqual([
      ["config", "ok", 2],
      ["log", "ok", 2],
      ["cron", "denied", 0],
    ]);
    expect(again.evidence.all()[0]).toEqual(kept);
    await again.release();
    for (const path of await everyPath(made.info.path)) {
      if ((await stat(path)).isDirectory()) continue;
      const text = await readFile(path, "latin1");
      expect([path, text.includes(secret)]).toEqual([path, false]);
    }
  });

  it("never overwrites an artifact, and says which is the newest", async () => {
    const made = await create();
    await made.evidence.keepRecords(meta("sessions"), { outcome: "ok", records: [1] });
    await made.evidence.keepRecords(meta("sessions"), { outcome: "ok", records: [1, 2] });
    expect(made.evidence.all().map(({ file, records }) => [file, records])).toEqual([
      ["evidence/sessions.2.jsonl", 2],
    ]);
    expect(await readFile(join(made.info.path, "evidence/sessions.jsonl"), "utf8")).toBe("1\n");
    await made.evidence.keepRecords(meta("../../../evil\u001b"), { outcome: "ok", records: [] });
    expect((await readdir(join(made.info.path, "evidence"))).toSorted()).toEqual([
      "evil-.jsonl",
      "sessions.2.jsonl",
      "sessions.jsonl",
    ]);
  });

  it("keeps what a source gave before it broke off, and reads a lazy reading's outcome at the end", async () => {
    const made = await create();
    const broken = await made.evidence.keepRecords(meta("broken"), {
      outcome: "ok",
      records: (function* () {
        yield 1;
        throw new Error("torn page");
      })(),
    });
    expect(broken).toMatchObject({
      outcome: "partial",
      reason: "stopped after 1 records: torn page",
      records: 1,
    });
    const lazy = {
      outcome: "ok" as "ok" | "timeout",
      reason: undefined as string | undefined,
      records: [] as unknown,
    };
    const records = (function* () {
      yield 1;
      lazy.outcome = "timeout";
      lazy.reason = "took too long";
    })();
    const kept = await made.evidence.keepRecords(meta("lazy"), Object.assign(lazy, { records }));
    expect(kept).toMatchObject({ outcome: "timeout", reason: "took too long" });
  });

  it("orders the timeline by time and then id, whatever the order and precision of what comes in", async () => {
    const made = await create();
    const times = [
      "2026-01-01T00:00:00.5Z",
      "2026-01-01T00:00:00Z",
      "2025-01-01T00:00:00.000Z",
      "2026-01-01T00:00:00.500001Z",
    ];
    const events = times.map((ts, i) => event(`e${i}`, ts));
    expect(made.timeline.add([...events, event("b", times[1] ?? ""), event("no time", "soon")])).toBe(6);
    expect(made.timeline.add([event("e0", "1999-01-01T00:00:00Z"), event("z", "2030-01-01T00:00:00Z")])).toBe(
      1,
    );
    expect(Array.from(made.timeline.each(), ({ id }) => id)).toEqual([
      "e2",
      "b",
      "e1",
      "e0",
      "e3",
      "z",
      "no time",
    ]);
    expect(made.timeline.count()).toBe(7);
    const reading = (function* () {
      // A source may write to the case while it is read.
      made.facts.set("reading", true);
      yield event("lazy", "2031-01-01T00:00:00Z");
    })();
    expect(made.timeline.add(reading)).toBe(1);
    const many = Array.from({ length: 1234 }, (_, i) => event(`m${i}`, "2026-05-05T05:05:05.000Z"));
    made.timeline.add(many);
    let seen = 0;
    for (const one of made.timeline.each()) {
      // Writing while reading is what a rule does.
      if (one.id === "m5") made.facts.set("m5", true);
      seen += 1;
    }
    expect(seen).toBe(1242);
  });

  it("does not let a planted secret blank out its own words", async () => {
    const made = await create();
    for (const word of ["critical", "contain", "stop-gateway", "declined"])
      made.redactor.learn(new Secret(word));
    await made.journal.append("step", {
      ...{
        id: "stop-gateway",
        stage: "contain",
        mutates: "host",
        state: "declined",
        reason: "is stop-gateway",
      },
    });
    expect([...made.journal.entries()].at(-1)?.body).toMatchObject({
      id: "stop-gateway",
      stage: "contain",
      state: "declined",
    });
    expect(JSON.stringify([...made.journal.entries()].at(-1)?.body)).toContain("is [fp:");
  });

  it("can be appended to from many places at once", async () => {
    const made = await create();
    await Promise.all(Array.from({ length: 50 }, (_, i) => made.journal.append("n", { i })));
    expect(Array.from(made.journal.entries(), ({ seq }) => seq)).toEqual(
      Array.from({ length: 51 }, (_, i) => i + 1),
    );
    await made.release();
    expect(await verifyCase(fake.host, { dataDir })).toMatchObject({ verdict: "intact", problems: [] });
  });
});

describe("opening", () => {
  it("takes the newest open case, an id, or the beginning of one", async () => {
    const old = await create();
    await old.release();
    fake.setNow("2026-11-22T00:00:00.000Z");
    const young = await create();
    await young.release();
    const newest = await open();
    expect(newest.info.id).toBe(young.info.id);
    await closeCase(newest);
    await closeCase(newest);
    expect([...newest.journal.entries()].filter(({ kind }) => kind === "closed")).toHaveLength(1);
    expect(newest.info.closedAt).toBe("2026-11-22T00:00:00.000Z");
    await newest.release();
    const left = await open();
    expect(left.info.id).toBe(old.info.id);
    await left.release();
    expect((await open("20261122")).info.closedAt).toBeDefined();
  });

  it("names what there is when there is no such case", async () => {
    await expect(open()).rejects.toMatchObject({ exit: "notFound", code: "no-such-case" });
    const made = await create();
    await made.release();
    for (const id of ["nope", "../cases", "", "2026112"]) {
      const error = await open(id).then(
        (found) => found.info.id,
        (thrown: unknown) => thrown,
      );
      if (id === "2026112") expect(error).toBe(made.info.id);
      else expect(error).toMatchObject({ code: "no-such-case", hint: `there are: ${made.info.id}` });
    }
  });

  it("removes scratch folders of a killed run and finishes the renaming of an artifact", async () => {
    const made = await create();
    const scratch = await made.scratch();
    await made.evidence.keepRecords(meta("a"), { outcome: "ok", records: [1] });
    await made.release();
    expect(await readdir(made.info.path)).not.toContain(scratch.split("/").at(-1));
    const left = join(made.info.path, "scratch-old");
    await mkdir(join(left, "deep"), { recursive: true });
    await writeFile(join(left, "deep", "copy.sqlite"), "x");
    const file = join(made.info.path, "evidence/a.jsonl");
    await fake.host.fs.rename(file, `${file}.partial`);
    expect(await verifyCase(fake.host, { dataDir })).toMatchObject({
      verdict: "intact",
      notes: [expect.any(String), expect.any(String)],
    });
    await open();
    expect((await readdir(made.info.path)).filter((name) => name.startsWith("scratch"))).toEqual([]);
    expect(await readFile(file, "utf8")).toBe("1\n");
  });

  it("refuses to write on behind a journal that was cut off", async () => {
    const made = await create();
    await addNote(made, "one");
    await addNote(made, "two");
    await made.release();
    const db = await fake.host.sqlite.open(join(made.info.path, "case.sqlite"));
    db.run("DELETE FROM journal WHERE seq = 3");
    db.close();
    await expect(open()).rejects.toMatchObject({ exit: "tampered", code: "case-tampered" });
    expect(await readdir(made.info.path)).not.toContain("case.lock");
  });

  it("refuses a database with a trigger in it", async () => {
    const made = await create();
    await made.release();
    const db = await fake.host.sqlite.open(join(made.info.path, "case.sqlite"));
    db.exec("CREATE TRIGGER t AFTER INSERT ON journal BEGIN DELETE FROM event; END");
    db.close();
    await expect(open()).rejects.toMatchObject({ exit: "tampered", code: "case-tampered" });
  });

  it("says that a damaged database is damaged, and lists the case all the same", async () => {
    const made = await create();
    await made.release();
    await writeFile(join(made.info.path, "case.sqlite"), "not a database at all, ".repeat(100));
    await mkdir(join(dataDir, "cases/20200101-0000-empty"));
    await writeFile(join(dataDir, "cases/stray-file"), "");
    const listed = await listCases(fake.host, dataDir);
    expect(listed.map(({ id, state }) => [id, state])).toEqual([
      ["20200101-0000-empty", "damaged"],
      [made.info.id, "damaged"],
    ]);
    await expect(open(made.info.id)).rejects.toMatchObject({ code: "case-damaged" });
    await expect(open("20200101-0000-empty")).rejects.toMatchObject({ code: "case-damaged" });
    await expect(open()).rejects.toMatchObject({ code: "no-such-case" });
  });

  it("lists state, size and lock", async () => {
    expect(await listCases(fake.host, dataDir)).toEqual([]);
    const made = await create();
    const [line] = await listCases(fake.host, dataDir);
    expect(line).toMatchObject({
      id: made.info.id,
      state: "open",
      entries: 1,
      locked: true,
      playbook: "key-compromised",
    });
    expect(line?.bytes).toBeGreaterThan(1000);
    await closeCase(made);
    await made.release();
    expect(await listCases(fake.host, dataDir)).toMatchObject([
      { state: "closed", entries: 2, locked: false },
    ]);
  });
});

describe("the lock", () => {
  const lockPath = (made: Case): string => join(made.info.path, "case.lock");

  it("keeps a second claw-ir out, with pid and time", async () => {
    await create();
    const error = await open().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exit: "locked", code: "case-locked" });
    expect((error as { hint: string }).hint).toContain(
      "process 4242 on claw has had it since 2026-11-21T02:31:00.000Z",
    );
  });

  it.each([
    ["its process is gone", { pid: 99 }],
    ["its pid was reused", { pid: 77, startTicks: 1 }],
    ["its process is a zombie", { pid: 88, startTicks: 1 }],
  ])("is taken over when %s", async (_name, holder) => {
    const made = await create();
    await made.release();
    fake.processes.push(
      fakeProcess({ pid: 77, startTicks: 2 }),
      fakeProcess({ pid: 88, startTicks: 1, state: "Z" }),
    );
    await writeFile(
      lockPath(made),
      JSON.stringify({ startTicks: 5, host: "claw", at: "then", nonce: "x", ...holder }),
    );
    const again = await open();
    expect(await readFile(lockPath(made), "utf8")).toContain('"pid":4242');
    await again.release();
    await expect(stat(lockPath(made))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("of another machine counts as held, an old empty one does not", async () => {
    const made = await create();
    await made.release();
    const foreign = { pid: 99, startTicks: 1, host: "elsewhere", at: "then", nonce: "x" };
    await writeFile(lockPath(made), JSON.stringify(foreign));
    await expect(open()).rejects.toMatchObject({ code: "case-locked" });
    await writeFile(lockPath(made), "");
    await open();
  });

  it("that is somebody else's by now is not removed", async () => {
    const made = await create();
    await rm(lockPath(made));
    await writeFile(
      lockPath(made),
      JSON.stringify({ pid: 1, startTicks: 1, host: "claw", at: "", nonce: "other" }),
    );
    await made.release();
    expect(await readFile(lockPath(made), "utf8")).toContain("other");
  });
});

describe("a disk that fails", () => {
  it.each([
    ["ENOSPC", "disk-full"],
    ["EROFS", "read-only"],
    ["EACCES", "permission-denied"],
    ["EIO", "case-write-failed"],
  ])("%s while keeping evidence is said with a hint, and the case stays whole", async (errno, code) => {
    const made = await create();
    fake.fail(join(made.info.path, "evidence"), errno, "write");
    const failing = made.evidence.keepRecords(meta("a"), { outcome: "ok", records: [1] });
    await expect(failing).rejects.toMatchObject({ name: "ClawError", code });
    fake.heal(join(made.info.path, "evidence"));
    await made.evidence.keepRecords(meta("a"), { outcome: "ok", records: [1] });
    await made.release();
    expect(await verifyCase(fake.host, { dataDir })).toMatchObject({ verdict: "intact" });
  });

  it("while the journal's head is written is told to whoever appends", async () => {
    const made = await create();
    fake.fail(join(made.info.path, "journal.head"), "ENOSPC", "write");
    await expect(addNote(made, "x")).rejects.toMatchObject({ code: "disk-full" });
    fake.heal(join(made.info.path, "journal.head"));
    await addNote(made, "y");
    await made.release();
    expect(await verifyCase(fake.host, { dataDir })).toMatchObject({ verdict: "intact" });
  });

  it("while a case is made leaves no lock", async () => {
    fake.fail(join(dataDir, "cases"), "EROFS", "write");
    await expect(create()).rejects.toMatchObject({ code: "read-only" });
    fake.heal(join(dataDir, "cases"));
    await create();
  });
});
