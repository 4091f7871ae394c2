import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import * as incident from "./incident.ts";

type Row = Readonly<Record<string, string | number | Buffer>>;

/** Opens one of a real state, empties every table that holds records, and hands over what puts rows in. */
function within(path: string, fill: (insert: (table: string, row: Row) => void) => void): void {
  const db = new Database(path);
  db.pragma("ignore_check_constraints = ON");
  db.pragma("foreign_keys = OFF");
  const triggers = db.prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'trigger'");
  for (const { name } of triggers.all()) db.exec(`DROP TRIGGER "${name}"`);
  for (const table of records) {
    const there = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table);
    if (there !== undefined) db.exec(`DELETE FROM ${table}`);
  }
  fill((table, row) => insert(db, table, row));
  db.close();
}

const records = [
  ..."device_pairing_paired device_pairing_pending cron_jobs cron_run_receipts cron_run_logs diagnostic_events".split(
    " ",
  ),
  ..."exec_approvals_config channel_pairing_requests channel_pairing_allow_entries device_identities".split(
    " ",
  ),
  ..."device_auth_tokens config_machine_state secret_store_entries task_runs session_nodes session_windows".split(
    " ",
  ),
  ..."transcript_events session_transcript_archives auth_profile_store operator_approvals".split(" "),
];

/** Columns that must be filled and are not named get "" or 0. */
function insert(db: Database.Database, table: string, row: Row): void {
  const columns = db
    .prepare<[string], { name: string; type: string; needed: number; preset: string | null }>(
      'SELECT name, type, "notnull" AS needed, dflt_value AS preset FROM pragma_table_info(?)',
    )
    .all(table);
  const full: Record<string, string | number | Buffer> = {};
  for (const { name, type, needed, preset } of columns) {
    const value = row[name] ?? (needed === 1 && preset === null ? (type === "INTEGER" ? 0 : "") : undefined);
    if (value !== undefined) full[name] = value;
  }
  const names = Object.keys(full);
  db.prepare(`INSERT INTO ${table} (${names.join()}) VALUES (${names.map(() => "?").join()})`).run(
    ...Object.values(full),
  );
}

/** 2026.6 and 2026.7: jobs, their runs and the provider's keys. */
export function plantMixedDatabases(stateDir: string): void {
  const { job, jobState, run, profiles } = incident;
  within(join(stateDir, "state", "openclaw.sqlite"), (insert) => {
    insert("cron_jobs", jobRow(job, jobState));
    insert("cron_run_logs", {
      job_id: job.id,
      seq: 1,
      ts: run.endedAt,
      run_at_ms: run.startedAt,
      status: run.status,
      error: run.error,
      entry_json: "{}",
    });
  });
  within(join(stateDir, "agents", "main", "agent", "openclaw-agent.sqlite"), (insert) =>
    insert("auth_profile_store", { store_key: "primary", store_json: JSON.stringify(profiles) }),
  );
}

function jobRow(job: typeof incident.job, state: typeof incident.jobState): Row {
  return {
    job_id: job.id,
    name: job.name,
    enabled: 1,
    agent_id: job.agentId,
    payload_kind: job.payload.kind,
    job_json: JSON.stringify(job),
    state_json: JSON.stringify(state),
    updated_at: job.updatedAtMs,
  };
}

/** 2026.8 and later: everything. */
export async function plantDatabases(stateDir: string): Promise<void> {
  const config = { ...incident.config, meta: { lastTouchedVersion: "2026.9.6" } };
  await writeFile(join(stateDir, "openclaw.json"), JSON.stringify(config));
  within(join(stateDir, "state", "openclaw.sqlite"), plantState);
  within(join(stateDir, "agents", "main", "agent", "openclaw-agent.sqlite"), plantAgent);
}

function plantState(insert: (table: string, row: Row) => void): void {
  const { device, pending, job, jobState, run, identity, ownToken, approvals, asking } = incident;
  const token = {
    role: "node",
    scopes: device.scopes,
    token: device.token,
    createdAtMs: device.approvedAtMs,
  };
  insert("device_pairing_paired", {
    ...deviceRow(device),
    approved_scopes_json: JSON.stringify(device.scopes),
    remote_ip: device.remoteIp,
    tokens_json: JSON.stringify({ node: token }),
    node_surface_json: JSON.stringify({ commands: device.commands }),
    created_at_ms: device.createdAtMs,
    approved_at_ms: device.approvedAtMs,
  });
  insert("device_pairing_pending", { ...deviceRow(pending), request_id: pending.requestId, ts: pending.ts });
  insert("cron_jobs", jobRow(job, jobState));
  insert("cron_run_receipts", {
    receipt_id: "r1",
    job_id: job.id,
    status: run.status,
    started_at_ms: run.startedAt,
    finished_at_ms: run.endedAt,
    error_text: run.error,
  });
  insert("diagnostic_events", {
    scope: "config-audit",
    event_key: "k1",
    payload_json: JSON.stringify(incident.configWrite),
  });
  insert("exec_approvals_config", { config_key: "primary", raw_json: JSON.stringify(approvals) });
  insert("channel_pairing_allow_entries", {
    channel_key: "telegram",
    account_id: "default",
    entry: incident.allowed,
    updated_at: incident.main.lastAt,
  });
  insert("channel_pairing_requests", {
    channel_key: "telegram",
    account_id: "default",
    request_id: asking.id,
    code: asking.code,
    created_at: asking.createdAt,
  });
  insert("device_identities", {
    identity_key: "primary",
    device_id: identity.deviceId,
    private_key_pem: identity.privateKeyPem,
    created_at_ms: identity.createdAtMs,
  });
  insert("device_auth_tokens", {
    device_id: identity.deviceId,
    role: "operator",
    token: ownToken.token,
    scopes_json: "[]",
  });
  const store = JSON.stringify(incident.profiles);
  insert("config_machine_state", { state_key: "authProfiles.store", value_json: store });
}

function deviceRow(device: typeof incident.device | typeof incident.pending): Row {
  return {
    device_id: device.deviceId,
    public_key: device.publicKey,
    display_name: device.displayName,
    platform: device.platform,
    client_id: device.clientId,
    client_mode: device.clientMode,
    role: device.role,
    roles_json: JSON.stringify(device.roles),
    scopes_json: JSON.stringify(device.scopes),
  };
}

function plantAgent(insert: (table: string, row: Row) => void): void {
  const { main, deleted } = incident;
  insert("session_nodes", {
    session_key: main.key,
    current_session_id: main.id,
    created_via: "channel",
    entry_json: "{}",
    created_at: main.startedAt,
  });
  insert("session_windows", {
    session_id: main.id,
    session_key: main.key,
    created_at: main.startedAt,
    updated_at: main.lastAt,
    channel: "telegram",
    model_provider: "anthropic",
    model: "claude-opus",
    hook_external_content_source: "webhook",
    status: "done",
  });
  for (const [seq, json] of main.lines.entries())
    insert("transcript_events", { session_id: main.id, seq, event_json: json, created_at: main.startedAt });
  const blob = Buffer.from(`${deleted.lines.join("\n")}\n`);
  insert("session_transcript_archives", {
    session_id: deleted.id,
    generation: "1",
    session_key: deleted.key,
    reason: "deleted",
    encoding: "identity",
    archive_blob: blob,
    archive_sha256: createHash("sha256").update(blob).digest("hex"),
    archive_name: deleted.archive,
    created_at: deleted.at,
  });
}

/** As 2026.8.2 had them (its CREATE TABLE statements): schema 15 and 19, no packed events, no cold archives, no update runs. */
export function asOf20268(stateDir: string): void {
  const state = new Database(join(stateDir, "state", "openclaw.sqlite"));
  state.exec("DROP TABLE IF EXISTS update_runs");
  keepColumns(
    state,
    "cron_jobs",
    "store_key, job_id, declaration_key, owner_agent_id, name, description, enabled, agent_id, payload_kind, job_json, state_json, runtime_updated_at_ms, schedule_identity, sort_order, updated_at",
  );
  state.pragma("user_version = 15");
  state.close();
  const agent = new Database(join(stateDir, "agents", "main", "agent", "openclaw-agent.sqlite"));
  agent.exec("DROP TABLE IF EXISTS session_transcript_cold_archives");
  keepColumns(agent, "transcript_events", "session_id, seq, event_json, created_at");
  agent.pragma("user_version = 19");
  agent.close();
}

function keepColumns(db: Database.Database, table: string, columns: string): void {
  db.pragma("foreign_keys = OFF");
  db.exec(
    `CREATE TABLE kept AS SELECT ${columns} FROM ${table}; DROP TABLE ${table}; ALTER TABLE kept RENAME TO ${table}`,
  );
}
