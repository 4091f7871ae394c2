import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StateReader } from "../../src/openclaw/index.ts";
import { skillsIn } from "../../src/openclaw/layouts/skills-seen.ts";
import { trajectoryEventOf } from "../../src/openclaw/layouts/trajectory-event.ts";
import { restartOf } from "../../src/openclaw/operations/restart-log.ts";
import { realState, type RealState } from "./real-state.ts";

let state: RealState;
beforeEach(async () => {
  state = await realState();
});
afterEach(() => state.cleanup());

const at = 1_795_171_600_000;
const iso = "2026-11-20T10:46:40.000Z";

type Value = string | number | Buffer | null;

/** Rows into a table of a database of the state; other columns get what their type allows. */
function plant(database: "state" | "agent", table: string, row: Readonly<Record<string, Value>>): void {
  const db = openDb(database);
  plantInto(db, table, row);
  db.close();
}
function plantInto(db: Database.Database, table: string, row: Readonly<Record<string, Value>>): void {
  const columns = db.pragma(`table_info(${table})`) as {
    name: string;
    type: string;
    notnull: number;
    pk: number;
    dflt_value: unknown;
  }[];
  const whole = new Map<string, Value>();
  for (const { name, type, notnull, pk, dflt_value: usual } of columns) {
    const given = row[name];
    if (given !== undefined) whole.set(name, given);
    else if (notnull === 1 && usual === null && !(pk === 1 && type === "INTEGER"))
      whole.set(name, ofType(type));
  }
  const names = [...whole.keys()];
  if (names.length === 0) db.exec(`INSERT INTO ${table} DEFAULT VALUES`);
  else
    db.prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`).run(
      ...whole.values(),
    );
}
function ofType(type: string): Value {
  return type === "TEXT" ? "x" : type === "BLOB" ? Buffer.from("x") : at;
}
function run(database: "state" | "agent", sql: string): void {
  const db = openDb(database);
  db.exec(sql);
  db.close();
}
function openDb(database: "state" | "agent"): Database.Database {
  const path = database === "state" ? "state/openclaw.sqlite" : "agents/main/agent/openclaw-agent.sqlite";
  const db = new Database(join(state.stateDir, path));
  db.pragma("synchronous = OFF");
  db.pragma("ignore_check_constraints = ON");
  db.pragma("foreign_keys = OFF");
  return db;
}
async function withReader<T>(use: (reader: StateReader) => T | Promise<T>): Promise<T> {
  const reader = await state.open();
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

const kinds = ["tasks", "approvals", "extensions", "memory", "operations", "deliveries", "grants"] as const;

describe("sandboxes", () => {
  it("are those of the database and those in files that it has not taken over; a lost table is a gap", async () => {
    plant("state", "sandbox_registry_entries", {
      ...{ registry_kind: "containers", container_name: "openclaw-sbx-a", session_key: "agent:main:main" },
      ...{ backend_id: "docker", image: "openclaw-sandbox", created_at_ms: at, last_used_at_ms: at },
      ...{ cdp_port: null, no_vnc_port: null },
    });
    plant("state", "sandbox_registry_entries", {
      ...{ registry_kind: "browsers", container_name: "b", session_key: null, backend_id: null, image: null },
      ...{ created_at_ms: null, last_used_at_ms: null, cdp_port: 9222, no_vnc_port: null },
    });
    await mkdir(join(state.stateDir, "sandbox"), { recursive: true });
    await writeFile(
      join(state.stateDir, "sandbox", "containers.json"),
      '{"entries":[{"containerName":"openclaw-sbx-old"}]}',
    );
    const told = await withReader((reader) => reader.sandboxes());
    expect(told.outcome).toBe("ok");
    expect(told.records).toMatchObject([
      { kind: "browser", name: "b", ports: [9222] },
      { kind: "container", name: "openclaw-sbx-a", session: "agent:main:main", createdAt: iso, usedAt: iso },
      { kind: "container", name: "openclaw-sbx-old", ports: [] },
    ]);
    run("state", "DROP TABLE sandbox_registry_entries");
    const left = await withReader((reader) => reader.sandboxes());
    expect([left.outcome, left.records.map(({ name }) => name)]).toEqual(["partial", ["openclaw-sbx-old"]]);
    expect(left.reason).toContain("has no table sandbox_registry_entries");
  });
});

describe("work in OpenClaw's ledger", () => {
  it("is read from every table that tells of it", async () => {
    plant("state", "flow_runs", { flow_id: "f1", goal: "collect keys", status: "running", created_at: at });
    plant("state", "subagent_runs", {
      ...{
        run_id: "r1",
        child_session_key: "agent:helper:subagent:1",
        requester_session_key: "agent:main:main",
      },
      ...{
        created_at: at,
        payload_json: '{"task":"read .env","execution":{"status":"done","endedAt":1795171600000}}',
      },
    });
    plant("agent", "heartbeat_outcomes", {
      ...{ session_key: "agent:main:main", run_session_key: "agent:main:main", outcome: "blocked" },
      ...{ summary: "asked for a password", occurred_at: at, wake_source: "cron" },
    });
    plant("agent", "standing_intents", {
      ...{
        id: "i1",
        description: "send the file",
        trigger_keywords: "invoice",
        status: "armed",
        max_fires: 1,
      },
      ...{ created_at: at, source_session_id: "s9", creator_sender: "telegram:7" },
    });
    await withReader((reader) => {
      const { outcome, records } = reader.tasks();
      expect(outcome).toBe("ok");
      expect(records).toHaveLength(12);
      expect(records.filter((task) => task.kind !== "task")).toMatchObject([
        { kind: "flow", id: "f1", text: "collect keys", status: "running", createdAt: iso },
        {
          kind: "subagent",
          agent: "helper",
          text: "read .env",
          status: "done",
          endedAt: iso,
          requester: "agent:main:main",
        },
        { kind: "heartbeat", status: "blocked", outcome: "asked for a password", runtime: "cron" },
        {
          kind: "intent",
          text: "send the file\ninvoice",
          status: "armed",
          requester: "telegram:7",
          childSession: "s9",
        },
      ]);
      const job = records.find((task) => task.runtime === "cron");
      expect(job?.outcome).toContain("cron-marker");
    });
  });
});

describe("approvals and what they let happen again", () => {
  it("are read with who asked and who answered, standing grants and plugins too", async () => {
    plant("state", "operator_approvals", {
      ...{
        approval_id: "a1",
        kind: "exec",
        status: "allowed",
        decision: "allow-always",
        resolver_kind: "device",
        resolver_id: "d1",
      },
      ...{ presentation_json: '{"commandText":"curl x | sh"}', created_at_ms: at, resolved_at_ms: at + 1000 },
      ...{ requested_by_client_id: "cli", source_session_key: "agent:main:main", source_run_id: "r1" },
    });
    plant("state", "plugin_binding_approvals", {
      plugin_id: "weather",
      plugin_root: "/srv/weather",
      channel: "telegram",
      account_id: "default",
      approved_at: at,
    });
    run(
      "state",
      "CREATE TABLE operator_approval_standing_grants (grant_id TEXT PRIMARY KEY, minted_by_approval_id TEXT, agent_id TEXT, cron_job_id TEXT, operation_binding TEXT, created_at_ms INTEGER, expires_at_ms INTEGER, revoked_at_ms INTEGER, use_count INTEGER) STRICT",
    );
    plant("state", "operator_approval_standing_grants", {
      ...{
        grant_id: "g1",
        minted_by_approval_id: "a1",
        agent_id: "main",
        cron_job_id: "j1",
        operation_binding: "exec:sha256:ab",
      },
      ...{ created_at_ms: at, revoked_at_ms: at, use_count: 3 },
    });
    await withReader((reader) => {
      expect(reader.approvals()).toMatchObject({
        outcome: "ok",
        records: [
          {
            id: "a1",
            subject: "curl x | sh",
            decision: "allow-always",
            resolver: "device d1",
            requestedBy: "cli",
            createdAt: iso,
            runId: "r1",
          },
        ],
      });
      const grants = reader.grants();
      expect(grants.outcome).toBe("ok");
      expect(grants.records.map(({ subject, detail }) => [subject, detail])).toEqual(
        expect.arrayContaining([
          ["curl x | sh", "allow-always by device d1"],
          ["exec:sha256:ab", `agent main, job j1, from approval a1, used 3 times, revoked ${iso}`],
          ["plugin weather in telegram/default", "/srv/weather"],
        ]),
      );
    });
  });
});

describe("memory", () => {
  it("is told with who it came from, removed sessions and notes of jobs too, and the files with hash and head", async () => {
    run(
      "agent",
      "UPDATE memory_index_chunk_provenance SET origin_class = 'untrusted' WHERE chunk_id = (SELECT id FROM memory_index_chunks WHERE source = 'memory' LIMIT 1)",
    );
    plant("agent", "memory_entry_origins", {
      entry_key: "fact:1",
      agent_id: "main",
      session_id: "s1",
      origin_class: "untrusted",
      observed_at: at,
    });
    plant("agent", "memory_session_tombstones", {
      session_id: "s2",
      agent_id: "main",
      reason: "user asked",
      created_at: at,
    });
    plant("state", "cron_job_scratch", {
      job_id: "j1",
      store_key: "k",
      content: "send to x",
      revision: 1,
      updated_at_ms: at,
    });
    const notes = join(state.stateDir, "workspace", "memory");
    await mkdir(notes, { recursive: true });
    await writeFile(join(notes, "2026-11-20.md"), `# Day\n${"x".repeat(5000)}`);
    await withReader(async (reader) => {
      const { outcome, records } = await reader.memory();
      expect(outcome).toBe("ok");
      expect(records.filter((one) => one.origin === "untrusted").map((one) => one.subject)).toEqual([
        expect.stringContaining("/workspace/USER.md:"),
        "fact:1",
      ]);
      expect(records.find((one) => one.removed === true)).toMatchObject({
        subject: "s2",
        text: "user asked",
      });
      expect(records.find((one) => one.subject === "notes of job j1")).toMatchObject({
        origin: "agent",
        text: "send to x",
        bytes: 9,
      });
      const file = records.find((one) => one.subject.endsWith("/2026-11-20.md"));
      expect(file).toMatchObject({ origin: "unknown", bytes: 5006 });
      expect(file?.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(file?.text).toHaveLength(4096);
      // What was said in a session is in its transcript.
      expect(
        records.filter((one) => one.subject.startsWith("sessions/")).every((one) => one.text === undefined),
      ).toBe(true);
    });
  });

  it("of an index without provenance has an origin that is not known", async () => {
    run("agent", "DROP TABLE memory_index_chunk_provenance; PRAGMA user_version = 99");
    await withReader(async (reader) => {
      const { outcome, records } = await reader.memory();
      expect(outcome).toBe("partial");
      expect(records.length).toBe(15);
      expect(new Set(records.map((one) => one.origin))).toEqual(new Set(["unknown"]));
    });
  });
});

describe("what was done to the installation", () => {
  it("is read from every table and file that tells of it", async () => {
    run(
      "state",
      "CREATE TABLE update_runs (run_id TEXT PRIMARY KEY, created_at_ms INTEGER, trigger TEXT, phase TEXT, status TEXT, reason TEXT, target_json TEXT, before_json TEXT, after_json TEXT, finished_at_ms INTEGER) STRICT",
    );
    plant("state", "update_runs", {
      ...{
        run_id: "u1",
        created_at_ms: at,
        trigger: "chat",
        phase: "finished",
        status: "succeeded",
        finished_at_ms: at,
      },
      ...{
        before_json: '{"version":"2026.9.5"}',
        after_json: '{"version":"2026.9.6"}',
        target_json: "{}",
        reason: null,
      },
    });
    plant("state", "backup_runs", {
      id: "b1",
      created_at: at,
      archive_path: "/tmp/all.tar.gz",
      status: "ok",
      manifest_json: "{}",
    });
    plant("state", "capture_sessions", {
      id: "c1",
      started_at: at,
      mode: "full",
      source_scope: "gateway",
      source_process: "openclaw",
    });
    plant("state", "diagnostic_events", {
      scope: "system-agent-audit",
      event_key: "e1",
      payload_json: '{"action":"config.set","status":"ok"}',
      created_at: at,
      sequence: 99,
    });
    run(
      "agent",
      `UPDATE transcript_rewrite_watermarks SET updated_at = ${at + 9_000_000} WHERE session_id = 'gt-second-session'`,
    );
    run("agent", "DELETE FROM transcript_events WHERE session_id = 'gt-second-session' AND seq IN (2, 3)");
    const quarantine = new Database(join(state.stateDir, "state/openclaw-quarantine.sqlite"));
    quarantine
      .prepare("INSERT INTO quarantined_databases VALUES (?, 'agent', 'corrupt', ?, NULL, NULL)")
      .run("/home/claw/x.sqlite", at);
    quarantine.close();
    await mkdir(join(state.stateDir, "logs"), { recursive: true });
    await writeFile(
      join(state.stateDir, "logs/gateway-restart.log"),
      "[2026-11-20T10:46:40.000Z] openclaw gateway lifecycle source=cli action=stop mode=sigterm pid=30701 interactive=0\nnot a line\n",
    );
    await withReader(async (reader) => {
      const { outcome, records } = await reader.operations();
      expect(outcome).toBe("ok");
      const brief = records.map(({ kind, status, detail }) => `${kind} ${status ?? ""}: ${detail}`);
      expect(brief).toEqual([
        "update succeeded: asked for by chat, from 2026.9.5 to 2026.9.6",
        "backup ok: backup written to /tmp/all.tar.gz",
        expect.stringMatching(/^migration completed: node-desktop-stream/),
        expect.stringMatching(/^config-health ok: last good config .*sha256 [0-9a-f]{64}, 2610 bytes/),
        "diagnostic full: traffic of openclaw was captured, with headers and bodies, gateway",
        "diagnostic ok: system-agent-audit, config.set",
        "transcript-rewrite rewritten: the transcript of session gt-second-session was written anew",
        "transcript-rewrite events missing: 2 events are missing inside the transcript of session gt-second-session",
        "restart stop: source=cli action=stop mode=sigterm pid=30701 interactive=0",
        "quarantine agent: /home/claw/x.sqlite was taken out of use: corrupt",
      ]);
    });
  });

  it("says so where the quarantine or the log cannot be read", async () => {
    await writeFile(join(state.stateDir, "state/openclaw-quarantine.sqlite"), "nothing");
    await mkdir(join(state.stateDir, "logs/gateway-restart.log"), { recursive: true });
    await withReader(async (reader) => {
      const { outcome, reason } = await reader.operations();
      expect(outcome).toBe("partial");
      expect(reason).toMatch(/gateway-restart\.log could not be read/);
      expect(reason).toMatch(/openclaw-quarantine\.sqlite is no SQLite database/);
    });
  });
});

describe("what went out", () => {
  it("is read from queues, outcomes and captures, without what a query may hold", async () => {
    plant("state", "delivery_queue_entries", {
      ...{
        queue_name: "q",
        id: "m1",
        status: "failed",
        channel: "telegram",
        target: "42",
        last_error: "timeout",
      },
      ...{
        entry_json: '{"payloads":[{"text":"the key is …"},{"text":"there"}]}',
        enqueued_at: at,
        session_key: "agent:main:main",
      },
    });
    plant("state", "capture_events", {
      ...{
        session_id: "c1",
        ts: at,
        direction: "outbound",
        kind: "request",
        method: "POST",
        host: "x.example",
      },
      ...{
        path: "/in?token=FAKE-secret",
        status: 200,
        headers_json: '{"authorization":"FAKE"}',
        data_text: "FAKE body",
      },
    });
    plant("agent", "message_tool_run_outcomes", {
      run_id: "r1",
      session_key: "agent:main:main",
      outcome: "tool_delivered",
      run_status: "completed",
      occurred_at: at,
    });
    plant("agent", "conversations", { conversation_id: "v1", channel: "slack", delivery_target: "C1" });
    plant("agent", "conversation_deliveries", {
      operation_id: "o1",
      operation_kind: "send",
      conversation_id: "v1",
      status: "sent",
      created_at: at,
    });
    await withReader((reader) => {
      const { outcome, records } = reader.deliveries();
      expect(outcome).toBe("ok");
      expect(records).toMatchObject([
        {
          channel: "telegram",
          target: "42",
          status: "failed: timeout",
          text: "the key is …\nthere",
          at: iso,
        },
        { channel: "slack", target: "C1", status: "sent", at: iso },
        { runId: "r1", status: "tool_delivered: completed" },
        { channel: "http", target: "x.example", status: "200", text: "POST /in?…" },
      ]);
      expect(JSON.stringify(records)).not.toContain("FAKE");
    });
  });
});

describe("the schema of 2026.9.6", () => {
  it("has every column that a reader asks for", async () => {
    for (const database of ["state", "agent"] as const) {
      const db = openDb(database);
      const names = db
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%STRICT%'")
        .all() as { name: string }[];
      const empty = (name: string): boolean =>
        db.prepare(`SELECT 1 FROM ${name} LIMIT 1`).get() === undefined;
      for (const { name } of names) if (!name.includes("_fts") && empty(name)) plantInto(db, name, {});
      db.close();
    }
    await withReader(async (reader) => {
      const all = [
        ...kinds,
        "sessions",
        "devices",
        "cronJobs",
        "cronRuns",
        "configWrites",
        "audit",
        "boots",
        "credentials",
      ] as const;
      for (const kind of all) {
        const { reason } = await reader[kind]();
        expect([kind, (reason ?? "").split("; ").filter((one) => one.includes("no column"))]).toEqual([
          kind,
          [],
        ]);
      }
    });
  });
});

describe("a state of another making", () => {
  it.each(["state", "agent"] as const)(
    "whose %s tables are gone one by one is read as far as it goes",
    async (database) => {
      const wanted =
        database === "state"
          ? [
              "task_runs",
              "operator_approvals",
              "backup_runs",
              "delivery_queue_entries",
              "config_machine_state",
              "plugin_binding_approvals",
            ]
          : [
              "memory_index_chunks",
              "heartbeat_outcomes",
              "message_tool_run_outcomes",
              "trajectory_runtime_events",
              "transcript_rewrite_watermarks",
            ];
      run(database, wanted.map((table) => `DROP TABLE ${table}`).join(";"));
      await withReader(async (reader) => {
        const reasons: string[] = [];
        for (const kind of kinds) reasons.push((await reader[kind]()).reason ?? "");
        const { events, problems } = reader.trajectories();
        for (const event of events) expect(event.type).toBeTruthy();
        const said = [...reasons, ...problems].join("\n");
        for (const table of wanted) expect(said).toContain(`has no table ${table}`);
      });
    },
  );

  it("whose columns are gone names them and keeps the rest of the row", async () => {
    run(
      "state",
      "ALTER TABLE task_runs DROP COLUMN terminal_summary; ALTER TABLE task_runs DROP COLUMN agent_id",
    );
    await withReader((reader) => {
      const { outcome, reason, records } = reader.tasks();
      expect(outcome).toBe("partial");
      expect(records).toHaveLength(8);
      expect(records[0]?.text).toBe("Hello from ground truth");
      for (const column of ["terminal_summary", "agent_id"])
        expect(reason).toContain(
          `table task_runs of /home/claw/.openclaw/state/openclaw.sqlite has no column ${column}`,
        );
    });
  });

  it("whose JSON is none, and whose texts are long, never makes a reader throw", async () => {
    const values = [
      "{",
      "null",
      "[1]",
      '{"index":{"plugins":[5,{"pluginId":7}],"installRecords":{"a":1}}}',
      "x".repeat(100_000),
    ];
    for (const value of values) {
      const db = openDb("state");
      db.prepare(
        "UPDATE config_machine_state SET value_json = ? WHERE state_key = 'plugins.installedIndex'",
      ).run(value);
      db.prepare("UPDATE task_runs SET detail_json = ?, task = ?, terminal_summary = NULL").run(value, value);
      db.prepare("UPDATE migration_runs SET report_json = ?").run(value);
      db.prepare("UPDATE config_health_entries SET last_known_good_json = ?").run(value);
      db.close();
      await withReader(async (reader) => {
        for (const kind of kinds) expect(["ok", "partial"]).toContain((await reader[kind]()).outcome);
        expect(reader.tasks().records).toHaveLength(8);
      });
    }
  });
});

describe("parsers of what anybody may have written", () => {
  const origin = { agent: "a", sessionId: "s", seq: 1, place: { path: "/p" } };

  it("never throw", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.string(), (a, b, text) => {
        trajectoryEventOf(
          JSON.stringify({ type: a, ts: b, data: { prompt: a, result: b, toolCall: a, assistantTexts: b } }),
          origin,
        );
        trajectoryEventOf(text, origin);
        restartOf(text, "/p", 1);
        restartOf(`[2026-11-20T10:46:40.000Z] ${text}`, "/p", 1);
        expect(skillsIn(text)).toEqual(expect.any(Array));
      }),
    );
  });

  it("keep what OpenClaw wrote", () => {
    const call = {
      type: "tool.call",
      ts: "2026-11-20T10:46:40.000Z",
      runId: "r",
      data: { toolCallId: "c", name: "exec", args: { command: "id" } },
    };
    expect(trajectoryEventOf(JSON.stringify(call), origin)).toEqual({
      ...origin,
      ...{
        type: "tool.call",
        at: iso,
        runId: "r",
        toolName: "exec",
        toolCallId: "c",
        arguments: { command: "id" },
      },
    });
    const result = { type: "tool.result", data: { result: { content: [{ type: "text", text: "uid=0" }] } } };
    expect(trajectoryEventOf(JSON.stringify(result), origin)?.text).toBe("uid=0");
    expect(trajectoryEventOf("[]", origin)).toBeUndefined();
    expect(
      skillsIn(
        "<location>~/a/SKILL.md</location><location>/opt/node_modules/openclaw/skills/b/SKILL.md</location>",
      ),
    ).toEqual(["~/a/SKILL.md"]);
  });
});
