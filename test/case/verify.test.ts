import { cp, readFile, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addNote, createCase, resolveDataDir, verifyCase } from "../../src/case/index.ts";
import { sha256 } from "../../src/case/canonical.ts";
import { hashOf, storedEntry } from "../../src/case/journal.ts";
import { fakeHost, type FakeHost } from "../support/fake-host.ts";

let fake: FakeHost;
let dataDir: string;
let id: string;
let folder: string;
let pristine: string;

beforeAll(async () => {
  fake = await fakeHost({ facts: { uid: process.getuid?.() ?? 0 } });
  dataDir = await resolveDataDir(fake.host, undefined, []);
  const made = await createCase(fake.host, { dataDir, playbook: "collect", title: "to be tampered with" });
  ({ id, path: folder } = made.info);
  const startedAt = "2026-11-21T02:31:00.000Z";
  for (const name of ["one", "two", "two"]) {
    const meta = { id: name, title: name, stage: "collect", attack: [], startedAt };
    await made.evidence.keepRecords(meta, { outcome: "ok", records: [{ name }, "x".repeat(100)] });
  }
  await addNote(made, "first");
  made.facts.set("a", 1);
  made.facts.set("a", 2);
  made.findings.add({
    ...{ id: "f", rule: "r", title: "t", severity: "high", confidence: "likely", attack: [] },
    ...{ summary: "s", evidence: [], next: [] },
  });
  const event = {
    ts: startedAt,
    tsDesc: "",
    source: "",
    dataType: "",
    message: "m",
    host: "h",
    artifact: "a",
    data: {},
  };
  made.timeline.add(["x", "y", "z"].map((one) => ({ ...event, id: one })));
  made.timeline.add([{ ...event, id: "w" }]);
  await writeFile(join(folder, "archives/sealed.tar.zst.gpg"), "FAKE sealed bytes");
  await made.archives.add({
    ...{ archive: "sealed.tar.zst.gpg", kind: "evidence", bytes: 17, sha256: sha256("FAKE sealed bytes") },
    ...{ createdAt: startedAt, files: 1, plainBytes: 2, durationMs: 1, recipients: [], passphrase: true },
    ...{ partial: [], verified: true },
  });
  await addNote(made, "last");
  await made.release();
  pristine = join(fake.root, "pristine");
  await cp(dataDir, pristine, { recursive: true });
});
afterAll(async () => fake.cleanup());
beforeEach(restore);

async function restore(): Promise<void> {
  await rm(dataDir, { recursive: true, force: true });
  await cp(pristine, dataDir, { recursive: true });
}
async function sql(...statements: string[]): Promise<void> {
  const db = await fake.host.sqlite.open(join(folder, "case.sqlite"));
  for (const statement of statements) db.exec(statement);
  db.close();
}
const verify = () => verifyCase(fake.host, { dataDir, id });

describe("an untouched case", () => {
  it("is intact, and is not changed by looking", async () => {
    const before = await snapshot();
    expect(await verify()).toEqual({
      case: id,
      journal: { entries: 12, intact: true },
      records: { checked: 7, altered: 0, missing: 0 },
      artifacts: { checked: 3, altered: 0, missing: 0 },
      archives: { checked: 1, altered: 0, missing: 0 },
      sealed: [join(folder, "archives", "sealed.tar.zst.gpg")],
      ...{ problems: [], notes: [], verdict: "intact" },
    });
    expect(await snapshot()).toEqual(before);
    expect(await readdir(join(fake.root, "tmp"))).toEqual([]);
  });

  it("whose head is some entries behind, as after a crash, is intact", async () => {
    const head = await readFile(join(folder, "journal.head"), "utf8");
    const opened = await import("../../src/case/index.ts").then((all) =>
      all.openCase(fake.host, { dataDir, id }),
    );
    await addNote(opened, "more");
    await opened.release();
    await writeFile(join(folder, "journal.head"), head);
    expect(await verify()).toMatchObject({ verdict: "intact" });
  });
});

async function snapshot(): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) =>
    one.isFile(),
  );
  const pairs = names.map(async (one) => {
    const path = join(one.parentPath, one.name);
    return [path, sha256(await readFile(path))] as const;
  });
  return Object.fromEntries(
    (await Promise.all(pairs)).filter(([path]) => !path.endsWith("-shm") && !path.endsWith("-wal")),
  );
}

/** SQL that no honest run would do. `n` picks a row. */
const tampering: readonly (readonly [string, (n: number) => string])[] = [
  ["an entry's time", (n) => `UPDATE journal SET at = at || ' ' WHERE seq = ${n}`],
  ["an entry's kind", (n) => `UPDATE journal SET kind = 'x' WHERE seq = ${n}`],
  ["an entry's body", (n) => `UPDATE journal SET body = json_set(body, '$.x', 1) WHERE seq = ${n}`],
  ["white space in a body", (n) => `UPDATE journal SET body = body || ' ' WHERE seq = ${n}`],
  ["a hash", (n) => `UPDATE journal SET hash = '${"0".repeat(64)}' WHERE seq = ${n}`],
  ["a previous hash", (n) => `UPDATE journal SET prev = '${"1".repeat(64)}' WHERE seq = ${n}`],
  ["an authentication code", (n) => `UPDATE journal SET mac = 'x' WHERE seq = ${n}`],
  ["an entry removed", (n) => `DELETE FROM journal WHERE seq = ${n}`],
  ["the end cut off", (n) => `DELETE FROM journal WHERE seq >= ${n}`],
  ["the beginning cut off", (n) => `DELETE FROM journal WHERE seq <= ${n}`],
  ["an entry moved", (n) => `UPDATE journal SET seq = seq + 1000 WHERE seq = ${n}`],
  [
    "an entry doubled",
    (n) => `INSERT INTO journal SELECT 13, at, kind, body, prev, hash, mac FROM journal WHERE seq = ${n}`,
  ],
  [
    "two entries swapped",
    (
      n,
    ) => `UPDATE journal SET seq = -1 WHERE seq = ${n}; UPDATE journal SET seq = ${n} WHERE seq = ${(n % 12) + 1};
      UPDATE journal SET seq = ${(n % 12) + 1} WHERE seq = -1`,
  ],
];
const rows: readonly (readonly [string, string])[] = [
  ["a finding's severity", "UPDATE record SET json = replace(json, 'high', 'info') WHERE kind = 'finding'"],
  ["a finding removed", "DELETE FROM record WHERE kind = 'finding'"],
  ["a finding of another kind", "UPDATE record SET kind = 'other' WHERE kind = 'finding'"],
  ["a finding added", "INSERT INTO record (kind, id, json, seq) VALUES ('finding', 'g', '{}', 3)"],
  ["an old fact put back", "UPDATE record SET json = '1' WHERE kind = 'fact'"],
  ["a row of another entry", "UPDATE record SET seq = seq - 1 WHERE kind = 'fact'"],
  [
    "an artifact's hash",
    "UPDATE record SET json = replace(json, 'sha256', 'sha255') WHERE kind = 'artifact'",
  ],
  ["an event changed", "UPDATE event SET json = replace(json, '\"m\"', '\"n\"') WHERE id = 'y'"],
  ["an event's time in the index only", "UPDATE event SET at = '1999' WHERE id = 'y'"],
  ["an event's id in the index only", "UPDATE event SET id = 'q' WHERE id = 'y'"],
  ["an event removed", "DELETE FROM event WHERE id = 'x'"],
  ["a batch removed", "DELETE FROM event WHERE id = 'w'"],
  [
    "an event added",
    "INSERT INTO event (at, id, json, seq) SELECT at, 'v', json, seq FROM event WHERE id = 'w'",
  ],
  ["events reordered", "UPDATE event SET n = 99 WHERE id = 'x'"],
  ["a trigger", "CREATE TRIGGER t AFTER INSERT ON journal BEGIN DELETE FROM event; END"],
  ["a view", "CREATE VIEW v AS SELECT 1"],
  ["a table dropped", "DROP TABLE event"],
  ["the journal dropped", "DROP TABLE journal"],
  ["everything emptied", "DELETE FROM journal; DELETE FROM record; DELETE FROM event"],
];

describe("every change is found", () => {
  it.each(tampering)("%s, at the beginning, in the middle and at the end", async (_name, statement) => {
    for (const n of [1, 2, 5, 8, 11, 12]) {
      await restore();
      await sql(statement(n));
      expect([n, (await verify()).verdict]).toEqual([n, "tampered"]);
    }
  });

  it.each(rows)("%s", async (_name, statement) => {
    await sql(statement);
    const result = await verify();
    expect(result).toMatchObject({ verdict: "tampered", journal: { intact: false } });
    expect(result.problems.length).toBeGreaterThan(0);
  });

  it("a chain built anew with right hashes but without the key", async () => {
    const db = await fake.host.sqlite.open(join(folder, "case.sqlite"));
    db.run("UPDATE journal SET body = json_set(body, '$.text', 'forged') WHERE seq = 5");
    let prev = "0".repeat(64);
    for (const row of db.all("SELECT * FROM journal ORDER BY seq")) {
      const entry = storedEntry(row);
      if (entry === undefined) throw new Error("no entry");
      const hash = hashOf({ ...entry, prev });
      db.run("UPDATE journal SET prev = ?, hash = ? WHERE seq = ?", prev, hash, entry.seq);
      prev = hash;
    }
    db.close();
    const head = JSON.parse(await readFile(join(folder, "journal.head"), "utf8")) as Record<string, unknown>;
    await writeFile(join(folder, "journal.head"), JSON.stringify({ ...head, hash: prev }));
    expect(await verify()).toMatchObject({ verdict: "tampered", journal: { intact: false } });
  });

  it("a forged entry behind the last one", async () => {
    const db = await fake.host.sqlite.open(join(folder, "case.sqlite"));
    const [row] = db.all("SELECT * FROM journal WHERE seq = 12");
    const last = row === undefined ? undefined : storedEntry(row);
    const entry = { seq: 13, at: "now", kind: "note", body: '{"text":"forged"}', prev: last?.hash ?? "" };
    const { seq, at, kind, body, prev } = entry;
    db.run(
      "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?)",
      seq,
      at,
      kind,
      body,
      prev,
      hashOf(entry),
      last?.mac ?? "",
    );
    db.close();
    expect((await verify()).problems).toEqual(["journal: entry 13 was not written by this installation"]);
  });

  it.each([
    ["journal.head removed", () => rm(join(folder, "journal.head"))],
    ["journal.head emptied", () => writeFile(join(folder, "journal.head"), "")],
    [
      "journal.head set back",
      () => writeFile(join(folder, "journal.head"), '{"seq":3,"hash":"x","mac":"y"}'),
    ],
    ["the key removed", () => rm(join(dataDir, "fingerprint.key"))],
    ["the key changed", () => writeFile(join(dataDir, "fingerprint.key"), "x".repeat(32))],
    ["the database removed", () => rm(join(folder, "case.sqlite"))],
    ["the database emptied", () => writeFile(join(folder, "case.sqlite"), "")],
    ["the database overwritten", () => writeFile(join(folder, "case.sqlite"), "no database ".repeat(1000))],
    ["the evidence folder removed", () => rm(join(folder, "evidence"), { recursive: true })],
    ["a file added to the evidence", () => writeFile(join(folder, "evidence/zzz.jsonl"), "{}")],
    ["a hidden file added", () => writeFile(join(folder, "evidence/.zzz"), "{}")],
    ["an archive removed", () => rm(join(folder, "archives/sealed.tar.zst.gpg"))],
    ["an archive grown", () => writeFile(join(folder, "archives/sealed.tar.zst.gpg"), "FAKE sealed bytes!")],
  ])("%s", async (_name, change) => {
    await change();
    expect(await verify()).toMatchObject({ verdict: "tampered" });
  });

  it("an artifact missing, renamed or replaced by a link to the same bytes", async () => {
    const path = join(folder, "evidence/one.jsonl");
    await rename(path, join(fake.root, "moved"));
    expect(await verify()).toMatchObject({ artifacts: { checked: 3, altered: 0, missing: 1 } });
    await symlink(join(fake.root, "moved"), path);
    expect(await verify()).toMatchObject({ artifacts: { checked: 3, altered: 1, missing: 0 } });
    await rm(path);
    await rename(join(fake.root, "moved"), join(folder, "evidence/uno.jsonl"));
    expect(await verify()).toMatchObject({ artifacts: { altered: 1, missing: 1 } });
  });

  it("any byte of an artifact, an older version of one, an archive or the head", async () => {
    const files = [
      "evidence/one.jsonl",
      "evidence/two.jsonl",
      "evidence/two.2.jsonl",
      "archives/sealed.tar.zst.gpg",
      "journal.head",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (name, at, bits) => {
          const path = join(folder, name);
          const before = await readFile(path);
          const changed = Buffer.from(before);
          const place = at % (before.length - 1);
          changed[place] = (changed[place] ?? 0) ^ bits;
          await writeFile(path, changed);
          const { verdict } = await verify();
          await writeFile(path, before);
          // The head's version number and name of the case are there for people.
          if (name !== "journal.head" || place >= before.indexOf(',"seq"')) expect(verdict).toBe("tampered");
        },
      ),
      { numRuns: 60 },
    );
  });

  it("any byte of the database, or it makes no difference to what the case says", async () => {
    const path = join(folder, "case.sqlite");
    const before = await readFile(path);
    const said = await contents();
    await fc.assert(
      fc.asyncProperty(fc.nat(before.length - 1), fc.integer({ min: 1, max: 255 }), async (place, bits) => {
        const changed = Buffer.from(before);
        changed[place] = (changed[place] ?? 0) ^ bits;
        await writeFile(path, changed);
        const { verdict } = await verify();
        if (verdict === "intact") expect(await contents()).toEqual(said);
        await writeFile(path, before);
      }),
      { numRuns: 150 },
    );
  });
});

async function contents(): Promise<unknown> {
  const db = await fake.host.sqlite.open(join(folder, "case.sqlite"), { readOnly: true });
  const tables = ["journal", "record", "event"].map((table) => db.all(`SELECT * FROM ${table}`));
  db.close();
  return tables;
}
