import { copyFile, mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { findInstallation, openState, resolveTarget } from "../../src/openclaw/index.ts";
import type { StateReader } from "../../src/openclaw/index.ts";
import { fakeHost, type FakeFile, type FakeHost } from "../support/fake-host.ts";
import { realState, type RealState } from "./real-state.ts";

let fake: FakeHost | undefined;
let state: RealState | undefined;
afterEach(async () => {
  await fake?.cleanup();
  await state?.cleanup();
  fake = undefined;
  state = undefined;
});

/** Reads a state of these files, below the state dir. */
async function inFiles<T>(
  files: Readonly<Record<string, FakeFile>>,
  use: (reader: StateReader) => T,
): Promise<T> {
  const placed = Object.entries(files).map(([path, file]) => [`/home/op/.openclaw/${path}`, file] as const);
  fake = await fakeHost({ files: Object.fromEntries(placed) });
  return await opened(fake, use);
}

async function opened<T>(host: FakeHost, use: (reader: StateReader) => T): Promise<T> {
  const target = await resolveTarget(host.host, { root: host.root, home: "/home/op" });
  const scratch = host.path("/tmp/scratch");
  await mkdir(scratch, { recursive: true });
  const reader = await openState(host.host, await findInstallation(host.host, target), scratch);
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

/** Reads the real 2026.9.6 with these files in it. */
async function inReal<T>(
  files: Readonly<Record<string, string>>,
  use: (reader: StateReader) => T,
): Promise<T> {
  state = await realState();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(state.stateDir, path)), { recursive: true });
    await writeFile(join(state.stateDir, path), text);
  }
  const reader = await state.open();
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

const at = (second: number): string => new Date(Date.UTC(2026, 10, 20, 2, 0, second)).toISOString();
const lines = (...events: readonly object[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join("");
const head = (id: string): object => ({ type: "session", version: 3, id, timestamp: at(0) });
const user = (second: number, content: unknown): object => ({
  type: "message",
  timestamp: at(second),
  message: { role: "user", content },
});

describe("transcripts in files", () => {
  it("are found by the folder, not by the index: orphans, old resets, packed archives, topics", async () => {
    const sessions = "agents/main/sessions";
    await inFiles(
      {
        [`${sessions}/sessions.json`]: JSON.stringify({
          "agent:main:main": { sessionId: "s1", lastChannel: "webchat" },
          "agent:main:telegram:group:1:topic:7": { sessionId: "s2", sessionFile: "/x/s2-topic-7.jsonl" },
        }),
        [`${sessions}/s1.jsonl`]: lines(
          head("s1"),
          user(1, "as a text"),
          { type: "compaction", timestamp: at(2), summary: "what was said" },
          { type: "reset", timestamp: at(3), reason: "new" },
        ),
        [`${sessions}/s2-topic-7.jsonl`]: lines(head("s2"), user(1, [{ type: "text", text: "as blocks" }])),
        [`${sessions}/s3.jsonl`]: lines(head("s3")),
        [`${sessions}/s4.jsonl.reset.2026-11-20T02-00-05.000Z.zst`]: zstdCompressSync(
          Buffer.from(lines(head("s4"), user(1, "packed"))),
        ),
        [`${sessions}/notes.txt`]: "no transcript",
      },
      (reader) => {
        const found = reader.sessions();
        expect(found.outcome).toBe("ok");
        expect(
          found.records.map((one) => [one.id, one.key, one.status ?? one.archived, one.channel, one.events]),
        ).toEqual([
          ["s1", "agent:main:main", undefined, undefined, 4],
          ["s2", "agent:main:telegram:group:1:topic:7", undefined, "telegram", 2],
          ["s3", "", "orphaned", undefined, 1],
          ["s4", "", "reset", undefined, 2],
        ]);
        const { events, problems } = reader.transcripts();
        const texts = [...events].map((event) => [event.sessionId, event.type, event.text]);
        expect(texts).toContainEqual(["s1", "message", "as a text"]);
        expect(texts).toContainEqual(["s1", "compaction", "what was said"]);
        expect(texts).toContainEqual(["s1", "reset", "new"]);
        expect(texts).toContainEqual(["s2", "message", "as blocks"]);
        expect(texts).toContainEqual(["s4", "message", "packed"]);
        expect(problems).toEqual([]);
      },
    );
  });

  it("whose head was cut off are told from their trajectory", async () => {
    const run = (id: string, ...times: readonly number[]): string =>
      lines(
        ...times.flatMap((second) => [
          {
            type: "session.started",
            ts: at(second),
            sessionId: id,
            sessionKey: `agent:main:${id}`,
            runId: "r",
          },
          { type: "session.ended", ts: at(second + 5), sessionId: id, runId: "r" },
        ]),
      );
    const sessions = "agents/main/sessions";
    await inFiles(
      {
        [`${sessions}/sessions.json`]: JSON.stringify({ a: { sessionId: "cut" }, b: { sessionId: "whole" } }),
        [`${sessions}/cut.jsonl`]: lines(head("cut"), user(12, "second question")),
        [`${sessions}/cut.trajectory.jsonl`]: run("cut", 1, 11),
        [`${sessions}/whole.jsonl`]: lines(head("whole"), user(2, "first question")),
        [`${sessions}/whole.trajectory.jsonl`]: run("whole", 1, 11),
        [`${sessions}/old.jsonl.deleted.2026-11-20T02-00-05.000Z`]: lines(head("old")),
        [`${sessions}/old.trajectory.jsonl`]: run("old", 1),
      },
      (reader) => {
        const records = new Map(reader.sessions().records.map((one) => [one.id, one]));
        expect(records.get("cut")?.headCut).toBe(at(1));
        expect(records.get("whole")?.headCut).toBeUndefined();
        // The trajectory also remembers whose a deleted transcript was.
        expect(records.get("old")).toMatchObject({ key: "agent:main:old", archived: "deleted" });
        expect([...reader.trajectories().events]).toHaveLength(10);
      },
    );
  });
});

describe("jobs in files", () => {
  it("keep their state beside them since 2026.4", async () => {
    await inFiles(
      {
        "cron/jobs.json":
          '{"jobs":[{"id":"j1","name":"x","schedule":{"kind":"at","atMs":5},"state":{}},{"no":1}]}',
        "cron/jobs-state.json": '{"jobs":{"j1":{"state":{"lastRunAtMs":1795137600000}}}}',
        "cron/jobs.json.bak": '{"jobs":[{"id":"j0","payload":{"kind":"systemEvent","text":"was here"}}]}',
        "cron/runs/j1.jsonl":
          '{"ts":1795137601000,"action":"finished","status":"ok","runAtMs":1795137600000}\nbroken\n',
      },
      (reader) => {
        const { outcome, reason, records } = reader.cronJobs();
        expect(outcome).toBe("partial");
        expect(reason).toContain("1 jobs of /home/op/.openclaw/cron/jobs.json could not be understood");
        expect(records.map((one) => [one.id, one.runs, one.lastRunAt, one.leftover, one.payload])).toEqual([
          ["j1", 1, "2026-11-20T01:20:00.000Z", undefined, ""],
          ["j0", 0, undefined, true, "was here"],
        ]);
        expect(reader.cronRuns()).toMatchObject({
          outcome: "partial",
          records: [{ jobId: "j1", status: "ok" }],
        });
      },
    );
  });
});

/** A database all of whose rows are in its -wal, as 2026.5 leaves it after a clean stop. */
async function taskDatabase(dir: string, name: string, wal: string): Promise<void> {
  const made = join(dir, "made.sqlite");
  const db = new Database(made);
  db.pragma("journal_mode = WAL");
  db.pragma("wal_autocheckpoint = 0");
  db.exec(`CREATE TABLE task_runs (task_id TEXT PRIMARY KEY, runtime TEXT, task TEXT, status TEXT, created_at INTEGER);
           INSERT INTO task_runs VALUES ('t1', 'cli', 'fetch my tool', 'succeeded', 1795137600000)`);
  await mkdir(dirname(join(dir, name)), { recursive: true });
  await copyFile(made, join(dir, name));
  await copyFile(`${made}-wal`, join(dir, wal));
  db.close();
}

describe("the ledger of tasks", () => {
  it.each([
    ["in use", "tasks/runs.sqlite", "tasks/runs.sqlite-wal", undefined],
    ["left behind", "tasks/runs.sqlite.migrated", "tasks/runs.sqlite-wal.migrated", true],
  ])("%s is read with its -wal, which holds everything", async (_name, name, wal, leftover) => {
    fake = await fakeHost({ files: { "/home/op/.openclaw/openclaw.json": "{}" } });
    const dir = fake.path("/home/op/.openclaw");
    await taskDatabase(dir, name, wal);
    const before = await stat(join(dir, wal));
    await opened(fake, (reader) => {
      expect(reader.tasks().reason).toBeUndefined();
      expect(reader.tasks()).toMatchObject({ outcome: "ok", records: [{ id: "t1", text: "fetch my tool" }] });
      expect(reader.tasks().records[0]?.leftover).toBe(leftover);
    });
    const after = await stat(join(dir, wal));
    expect([after.size, after.mtimeMs]).toEqual([before.size, before.mtimeMs]);
  });
});

describe("what a migration left behind", () => {
  it("is told where it differs from what is in use, and once where it does not", async () => {
    const { paired, pending } = await inReal({}, (reader) => {
      const { records } = reader.devices();
      return {
        paired: records.find((one) => one.state === "paired"),
        pending: records.find((one) => one.state === "pending"),
      };
    });
    await state?.cleanup();
    const { id = "", publicKey, roles = [], platform, clientId, clientMode } = paired ?? {};
    const same = { deviceId: id, publicKey, roles, platform, clientId, clientMode };
    const files = {
      "devices/paired.json.migrated": JSON.stringify({
        [id]: { ...same, scopes: ["operator.everything"], lastSeenAtMs: 5 },
        gone: { deviceId: "gone", role: "operator", tokens: { operator: { token: "FAKE-gone" } } },
      }),
      "devices/pending.json.migrated": JSON.stringify({
        r9: { requestId: "r9", deviceId: "late", ts: 1_795_137_600_000 },
      }),
      "exec-approvals.json.migrated": '{"agents":{"main":{"allowlist":[{"pattern":"/old/tool"}]}}}',
    };
    await inReal(files, async (reader) => {
      const { outcome, records } = reader.devices();
      expect(outcome).toBe("ok");
      expect(records.filter((one) => one.leftover !== true)).toHaveLength(4);
      expect(records.filter((one) => one.leftover === true).map((one) => [one.id, one.state])).toEqual([
        [id, "paired"],
        ["gone", "paired"],
        ["late", "pending"],
      ]);
      expect(pending).toBeDefined();
      expect(reader.grants().records.find((one) => one.subject === "/old/tool")?.leftover).toBe(true);
      // A token that is only there is still a secret, of which nobody says that it is in use.
      const secrets = (await reader.credentials()).records.filter(
        (one) => one.secret?.reveal() === "FAKE-gone",
      );
      expect(secrets.map((one) => one.live)).toEqual([false]);
    });
  });

  it("of transcripts is told event by event", async () => {
    const kept = await inReal({}, (reader) => {
      const events = [...reader.transcripts().events].filter(
        (event) => event.sessionId === "gt-second-session",
      );
      return events.map(({ seq, type, at: when, role, text }) => ({ seq, type, when, role, text }));
    });
    await state?.cleanup();
    const told = kept.map(({ type, when, role, text }) => ({
      type,
      timestamp: when,
      ...(role === undefined ? {} : { message: { role, content: text } }),
    }));
    const [first, ...rest] = told;
    const taken = user(30, "this one was taken out of the database");
    const file =
      "agents/main/session-sqlite-import-archive/agent_main.gt-second-session.jsonl.imported-1795137600000";
    const content = lines({ ...first, id: "gt-second-session" }, ...rest, taken);
    await inReal({ [file]: content }, (reader) => {
      const { events, problems } = reader.transcripts();
      const leftovers = [...events].filter((event) => event.leftover === true);
      expect(leftovers.map((event) => [event.sessionId, event.text])).toEqual([
        ["gt-second-session", "this one was taken out of the database"],
      ]);
      expect(problems).toEqual([]);
      const sessions = reader.sessions().records.filter((one) => one.id === "gt-second-session");
      expect(sessions.map((one) => [one.leftover, one.events])).toEqual([
        [undefined, kept.length],
        [true, kept.length + 1],
      ]);
    });
  });

  it("of jobs, their runs and the config's audit is read", async () => {
    const files = {
      "cron/jobs.json.migrated": '{"jobs":[{"id":"before","payload":{"kind":"agentTurn","message":"m"}}]}',
      "cron/runs/before.jsonl.migrated": '{"ts":1795137601000,"runAtMs":1795137600000,"status":"ok"}\n',
      "logs/config-audit.jsonl.migrated": `${JSON.stringify({ ts: at(0), event: "config.write" })}\n`,
      "logs/config-audit.jsonl.migrated.raw": `${JSON.stringify({ ts: at(1), event: "config.write" })}\n`,
    };
    await inReal(files, (reader) => {
      expect(
        reader
          .cronJobs()
          .records.filter((one) => one.leftover)
          .map((one) => one.id),
      ).toEqual(["before"]);
      expect(
        reader
          .cronRuns()
          .records.filter((one) => one.leftover)
          .map((one) => one.jobId),
      ).toEqual(["before"]);
      expect(
        reader
          .configWrites()
          .records.filter((one) => one.leftover)
          .map((one) => one.at),
      ).toEqual([at(0), at(1)]);
    });
  });
});

describe("a database of a version to come", () => {
  it("with other tables and columns gives what is left, and says what is not", async () => {
    state = await realState();
    const path = join(state.stateDir, "state", "openclaw.sqlite");
    const db = new Database(path);
    db.exec(`ALTER TABLE audit_events RENAME TO ledger; ALTER TABLE cron_jobs RENAME COLUMN sort_order TO place;
             ALTER TABLE device_pairing_paired RENAME COLUMN created_at_ms TO since; PRAGMA user_version = 40`);
    db.close();
    const reader = await state.open();
    expect(reader.audit().outcome).toBe("partial");
    expect(reader.audit().reason).toMatch(/has no table audit_events/);
    const jobs = reader.cronJobs();
    expect(jobs.outcome).toBe("partial");
    expect(jobs.records).toHaveLength(5);
    expect(jobs.reason).toMatch(/schema version 40.*table cron_jobs .* has no column sort_order/);
    expect(reader.devices().records).toHaveLength(4);
    expect(reader.devices().reason).toMatch(/has no column created_at_ms/);
    await reader.close();
  });
});
