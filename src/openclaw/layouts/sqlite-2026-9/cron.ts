import type { Row } from "../../../host/sqlite.ts";
import { bool, dict, isoOf, num, str, strings } from "../../../model/json.ts";
import type { Dict } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { CronJob, CronRun } from "../../../model/records.ts";
import { present } from "../../present.ts";
import { jsonColumn, text, time } from "../rows.ts";
import { query } from "../source.ts";
import type { OpenDatabase, Source } from "../source.ts";

/** Scheduled jobs, OpenClaw's own among them: a declaration key marks those. */
export function cronJobs(source: Source): Reading<CronJob> {
  const runs = runCounts(source);
  return query<CronJob>(source, {
    kind: "state",
    tables: ["cron_jobs"],
    sql: "SELECT * FROM cron_jobs ORDER BY sort_order, job_id",
    map: (row, open) => jobOf(row, open, runs),
  });
}

function runCounts(source: Source): ReadonlyMap<string, number> {
  const reading = query<readonly [string, number]>(source, {
    kind: "state",
    tables: ["cron_run_receipts"],
    sql: "SELECT job_id, count(*) AS n FROM cron_run_receipts GROUP BY job_id",
    map: (row) => [[text(row, "job_id") ?? "", num(row["n"]) ?? 0] as const],
  });
  return new Map(reading.records);
}

function jobOf(row: Row, open: OpenDatabase, runs: ReadonlyMap<string, number>): CronJob | undefined {
  const id = text(row, "job_id");
  if (id === undefined) return undefined;
  const job = jsonColumn(row, "job_json");
  const state = jsonColumn(row, "state_json");
  const payload = dict(job["payload"]);
  return {
    id,
    ...present({
      name: text(row, "name"),
      agent: text(row, "agent_id") ?? str(job["agentId"]),
      createdAt: isoOf(job["createdAtMs"]),
      updatedAt: time(row, "updated_at"),
      lastRunAt: isoOf(state["lastRunAtMs"]),
      createdBy: creatorOf(row, job),
    }),
    // OpenClaw goes by the job's JSON and writes the column back to it.
    enabled: bool(job["enabled"]) ?? num(row["enabled"]) === 1,
    managed: text(row, "declaration_key") !== undefined,
    schedule: scheduleText(dict(job["schedule"])),
    payloadKind: str(payload["kind"]) ?? text(row, "payload_kind") ?? "unknown",
    payload: payloadText(job, payload),
    runs: runs.get(id) ?? 0,
    place: { path: open.shown, locator: `cron_jobs/${id}` },
  };
}

function creatorOf(row: Row, job: Dict): string | undefined {
  const owner = dict(job["owner"]);
  const creator = dict(job["createdBy"]);
  return (
    str(job["createdBy"]) ??
    str(creator["id"]) ??
    str(owner["sessionKey"]) ??
    str(job["sessionKey"]) ??
    str(owner["agentId"]) ??
    text(row, "owner_agent_id")
  );
}

/** "cron 15 3 * * * UTC", "every 1h", "at 2026-…Z", "on-exit COMMAND"; the object itself for a kind not known. */
export function scheduleText(schedule: Dict): string {
  const kind = str(schedule["kind"]) ?? "";
  switch (kind) {
    case "":
      return "none";
    case "cron":
      return ["cron", str(schedule["expr"]) ?? "?", str(schedule["tz"]) ?? ""].join(" ").trim();
    case "every":
      return `every ${spanText(num(schedule["everyMs"]))}`;
    case "at":
      return `at ${timeText(schedule["at"] ?? schedule["atMs"])}`;
    default: {
      const command = commandText(schedule);
      return command === "" ? JSON.stringify(schedule) : `${kind} ${command}`;
    }
  }
}

function timeText(at: unknown): string {
  return isoOf(at) ?? str(at) ?? "?";
}

/** 3_600_000 → "1h"; 5_400_000 → "90m"; 1500 → "1500ms". */
function spanText(ms: number | undefined): string {
  if (ms === undefined) return "?";
  for (const [unit, size] of [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ] as const) {
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

/** What the job does, whole: command, message or script, and every other text in it that is run or said. */
function payloadText(job: Dict, payload: Dict): string {
  const main = commandText(payload);
  const said = str(payload["message"]) ?? str(payload["text"]) ?? str(payload["prompt"]);
  const script = str(payload["script"]);
  const trigger = dict(job["trigger"]);
  const parts = [
    main,
    said ?? "",
    script ?? "",
    str(trigger["script"]) === undefined ? "" : `trigger script: ${str(trigger["script"]) ?? ""}`,
  ].filter((part) => part !== "");
  if (parts.length > 0) return parts.join("\n");
  const rest = Object.entries(payload).filter(([key]) => key !== "kind");
  return rest.length === 0 ? "" : JSON.stringify(Object.fromEntries(rest));
}

function commandText(value: Dict): string {
  const argv = strings(value["argv"]);
  if (argv.length > 0) return argv.map(quoted).join(" ");
  const command = value["command"];
  return str(command) ?? strings(command).map(quoted).join(" ");
}

/** As a POSIX shell would need it, so that what is shown is what is run. */
function quoted(arg: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", String.raw`'\''`)}'`;
}

/** Runs that OpenClaw kept a receipt of. */
export function cronRuns(source: Source): Reading<CronRun> {
  return query<CronRun>(source, {
    kind: "state",
    tables: ["cron_run_receipts"],
    sql: "SELECT * FROM cron_run_receipts ORDER BY started_at_ms, receipt_id",
    map: (row, open) => {
      const jobId = text(row, "job_id");
      const startedAt = time(row, "started_at_ms");
      if (jobId === undefined || startedAt === undefined) return undefined;
      return {
        jobId,
        startedAt,
        ...present({
          endedAt: time(row, "finished_at_ms"),
          status: text(row, "status"),
          error: text(row, "error_text"),
        }),
        place: { path: open.shown, locator: `cron_run_receipts/${text(row, "receipt_id") ?? ""}` },
      };
    },
  });
}
