import type { Row } from "../../../host/sqlite.ts";
import { num } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { CronJob, CronRun } from "../../../model/job-records.ts";
import { present } from "../../present.ts";
import { jobOf } from "../cron-job.ts";
import { jsonColumn, text, time } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { OpenDatabase, Source } from "../source.ts";

/** Scheduled jobs, OpenClaw's own among them: a declaration key marks those. */
export function cronJobs(source: Source): Reading<CronJob> {
  const runs = runCounts(source);
  return query<CronJob>(source, {
    kind: "state",
    tables: ["cron_jobs"],
    sql: "SELECT * FROM cron_jobs ORDER BY sort_order, job_id",
    map: (row, open) => rowJob(row, open, runs),
  });
}

function runCounts(source: Source): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { jobId } of cronRuns(source).records) counts.set(jobId, (counts.get(jobId) ?? 0) + 1);
  return counts;
}

function rowJob(row: Row, open: OpenDatabase, runs: ReadonlyMap<string, number>): CronJob | undefined {
  const id = text(row, "job_id");
  if (id === undefined) return undefined;
  return jobOf({
    id,
    job: jsonColumn(row, "job_json"),
    state: jsonColumn(row, "state_json"),
    beside: {
      name: text(row, "name"),
      agent: text(row, "agent_id"),
      owner: text(row, "owner_agent_id"),
      declarationKey: text(row, "declaration_key"),
      payloadKind: text(row, "payload_kind"),
      enabled: num(row["enabled"]) === 1,
      updatedAt: time(row, "updated_at"),
    },
    runs: runs.get(id) ?? 0,
    place: { path: open.shown, locator: `cron_jobs/${id}` },
  });
}

/** Runs that OpenClaw kept a receipt of, and those in the log that 2026.6 and 2026.7 kept. */
export function cronRuns(source: Source): Reading<CronRun> {
  const logged = source.open.some((open) => open.tables.has("cron_run_logs"));
  return logged ? combine([receipts(source), runLogs(source)]) : receipts(source);
}

/** `entry_json` is what `cron/runs/<job>.jsonl` held before. A database without the table holds none: it is gone since 2026.8. */
function runLogs(source: Source): Reading<CronRun> {
  const open = source.open.filter((one) => one.tables.has("cron_run_logs"));
  return query<CronRun>(
    { ...source, open, closed: [] },
    {
      kind: "state",
      tables: ["cron_run_logs"],
      sql: "SELECT * FROM cron_run_logs ORDER BY job_id, seq",
      map: (row, one) => {
        const jobId = text(row, "job_id");
        const startedAt = time(row, "run_at_ms") ?? time(row, "ts");
        if (jobId === undefined || startedAt === undefined) return undefined;
        return {
          jobId,
          startedAt,
          ...present({
            endedAt: time(row, "ts"),
            status: text(row, "status"),
            error: text(row, "error"),
          }),
          place: { path: one.shown, locator: `cron_run_logs/${jobId}/${num(row["seq"]) ?? 0}` },
        };
      },
    },
  );
}

function receipts(source: Source): Reading<CronRun> {
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
