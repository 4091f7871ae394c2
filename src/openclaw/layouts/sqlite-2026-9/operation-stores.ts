import type { Row } from "../../../host/sqlite.ts";
import type { Operation } from "../../../model/activity-records.ts";
import { dict, num, str } from "../../../model/json.ts";
import { jsonColumn, number, text, time, timeOf } from "../rows.ts";

/** A table of the state database that tells of operations. */
export interface OperationStore {
  readonly kind: Operation["kind"];
  readonly table: string;
  readonly onFirstUse?: true;
  readonly where?: string;
  readonly order: string;
  readonly key: string;
  readonly map: (row: Row) => {
    readonly [K in "at" | "endedAt" | "status" | "detail"]?: Operation[K] | undefined;
  };
}

/** What was done to the installation, by table of the state database. */
export const operationStores: readonly OperationStore[] = [
  {
    kind: "update",
    table: "update_runs",
    onFirstUse: true,
    order: "created_at_ms, run_id",
    key: "run_id",
    map: (row) => ({
      at: time(row, "created_at_ms"),
      endedAt: time(row, "finished_at_ms"),
      status: text(row, "status"),
      detail: facts([
        `asked for by ${text(row, "trigger") ?? "?"}`,
        versions(row),
        text(row, "reason"),
        phase(row),
      ]),
    }),
  },
  {
    kind: "backup",
    table: "backup_runs",
    order: "created_at, id",
    key: "id",
    map: (row) => ({
      at: time(row, "created_at"),
      status: text(row, "status"),
      detail: `backup written to ${text(row, "archive_path") ?? "?"}`,
    }),
  },
  {
    kind: "migration",
    table: "migration_runs",
    order: "started_at, id",
    key: "id",
    map: (row) => ({
      at: time(row, "started_at"),
      endedAt: time(row, "finished_at"),
      status: text(row, "status"),
      detail: facts([text(row, "id"), reportOf(row)]),
    }),
  },
  {
    kind: "migration",
    table: "migration_sources",
    order: "imported_at, source_key",
    key: "source_key",
    map: (row) => ({
      at: time(row, "imported_at"),
      status: text(row, "status"),
      detail: facts([
        `${text(row, "source_path") ?? "?"} into ${text(row, "target_table") ?? "?"}`,
        `${number(row, "source_record_count") ?? "?"} records`,
        number(row, "removed_source") === 1 ? "the source was removed" : undefined,
      ]),
    }),
  },
  {
    kind: "config-health",
    table: "config_health_entries",
    order: "updated_at_ms, config_path",
    key: "config_path",
    map: (row) => {
      const good = jsonColumn(row, "last_known_good_json");
      const suspicious = text(row, "last_observed_suspicious_signature");
      return {
        at: time(row, "updated_at_ms"),
        status: suspicious === undefined ? "ok" : "suspicious",
        detail: facts([
          `last good config ${text(row, "config_path") ?? ""}: sha256 ${str(good["hash"]) ?? "?"}, ${num(good["bytes"]) ?? "?"} bytes`,
          suspicious === undefined ? undefined : `suspicious: ${suspicious}`,
        ]),
      };
    },
  },
  {
    kind: "restart",
    table: "gateway_restart_intent",
    order: "created_at",
    key: "intent_key",
    map: (row) => ({
      at: time(row, "created_at"),
      status: text(row, "kind"),
      detail: facts([`restart of process ${number(row, "pid") ?? "?"}`, text(row, "reason")]),
    }),
  },
  {
    kind: "restart",
    table: "gateway_restart_handoff",
    order: "created_at",
    key: "handoff_key",
    map: (row) => ({
      at: time(row, "created_at"),
      status: text(row, "restart_kind") ?? text(row, "kind"),
      detail: facts([
        `restart of process ${number(row, "pid") ?? "?"}`,
        text(row, "reason"),
        text(row, "source"),
      ]),
    }),
  },
  {
    kind: "restart",
    table: "gateway_restart_sentinel",
    order: "ts, sentinel_key",
    key: "sentinel_key",
    map: (row) => ({
      at: time(row, "ts"),
      status: text(row, "status"),
      detail: facts([text(row, "kind"), text(row, "message"), text(row, "session_key")]),
    }),
  },
  {
    // Whether somebody let OpenClaw write down all that it sends and receives.
    kind: "diagnostic",
    table: "capture_sessions",
    order: "started_at, id",
    key: "id",
    map: (row) => ({
      at: time(row, "started_at"),
      endedAt: time(row, "ended_at"),
      status: text(row, "mode"),
      detail: facts([
        `traffic of ${text(row, "source_process") ?? "?"} was captured, with headers and bodies`,
        text(row, "source_scope"),
      ]),
    }),
  },
  {
    kind: "diagnostic",
    table: "diagnostic_events",
    where: "scope NOT IN ('config-audit', 'config-snapshot')",
    order: "sequence, scope, event_key",
    key: "event_key",
    map: (row) => {
      const payload = jsonColumn(row, "payload_json");
      const told = str(payload["summary"]) ?? str(payload["message"]) ?? str(payload["event"]);
      return {
        at: timeOf(payload["ts"]) ?? time(row, "created_at"),
        status: str(payload["status"]) ?? str(payload["result"]),
        detail: facts([text(row, "scope"), str(payload["action"]), told, str(dict(payload["actor"])["id"])]),
      };
    },
  },
];

function facts(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(", ");
}

function versions(row: Row): string | undefined {
  const before = str(jsonColumn(row, "before_json")["version"]);
  const after = str(jsonColumn(row, "after_json")["version"]);
  const target = jsonColumn(row, "target_json");
  const wanted = str(target["version"]) ?? str(target["tag"]) ?? str(target["channel"]);
  return before === undefined && after === undefined && wanted === undefined
    ? undefined
    : `from ${before ?? "?"} to ${after ?? wanted ?? "?"}`;
}

function phase(row: Row): string | undefined {
  const name = text(row, "phase");
  return name === undefined || name === "finished" ? undefined : `stopped at "${name}"`;
}

function reportOf(row: Row): string | undefined {
  const report = jsonColumn(row, "report_json");
  return Object.keys(report).length === 0 ? undefined : JSON.stringify(report).slice(0, 600);
}
