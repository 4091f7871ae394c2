/** Cron jobs in the state database, enabled and disabled as `openclaw cron disable` of 2026.9.6 does it. */
import type { Db, Host } from "../../host/host.ts";
import type { Row } from "../../host/sqlite.ts";
import { isDict, parseJson, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Place } from "../../model/records.ts";
import type { Installation } from "../types.ts";
import { changeDatabase, requireTable, stateDatabase } from "./state-db.ts";

export interface JobsSet {
  readonly jobs: readonly { readonly id: string; readonly name: string }[];
  readonly changed: readonly Place[];
  readonly skipped: readonly { readonly what: string; readonly reason: string }[];
}

const columns = ["job_id", "name", "enabled", "job_json", "state_json", "schedule_identity", "updated_at"];

type Result =
  { readonly id: string; readonly name: string } | { readonly id: string; readonly reason: string };

/** Sets `enabled` of each job; the schedule is computed anew by the gateway when it starts. `now` in epoch ms. */
export async function setJobs(
  host: Host,
  installation: Installation,
  ids: readonly string[],
  enabled: boolean,
  now: number,
): Promise<JobsSet> {
  const path = stateDatabase(installation);
  const results = await changeDatabase(host, installation, path, (db) => {
    requireTable(db, "cron_jobs", columns);
    return ids.map((id) => setJob(db, id, enabled, now));
  });
  const jobs = results.flatMap((result) => ("name" in result ? [result] : []));
  const shownPath = installation.target.toHost(path);
  return {
    jobs,
    changed: jobs.map(({ id }) => ({ path: shownPath, locator: `cron_jobs/${id}` })),
    skipped: results.flatMap((r) => ("reason" in r ? [{ what: `cron job ${r.id}`, reason: r.reason }] : [])),
  };
}

function setJob(db: Db, id: string, enabled: boolean, now: number): Result {
  const rows = db.all("SELECT * FROM cron_jobs WHERE job_id = ?", id);
  const [first] = rows;
  if (first === undefined) return { id, reason: "there is no such job" };
  if (str(first["declaration_key"]) !== undefined)
    return {
      id,
      reason: "OpenClaw sets its own jobs anew at every start: switch off the heartbeat or the scheduler",
    };
  const open = rows.filter((row) => Number(row["enabled"]) !== (enabled ? 1 : 0));
  if (open.length === 0) return { id, reason: enabled ? "it is on" : "it is off" };
  for (const row of open) setRow(db, row, id, enabled, now);
  const left = db.all("SELECT job_id FROM cron_jobs WHERE job_id = ? AND enabled <> ?", id, enabled ? 1 : 0);
  if (left.length > 0) throw new Error("cron_jobs did not keep the change");
  return { id, name: str(first["name"]) ?? id };
}

function setRow(db: Db, row: Row, id: string, enabled: boolean, now: number): void {
  db.run(
    `UPDATE cron_jobs SET enabled = ?, job_json = ?, state_json = ?, schedule_identity = ?, updated_at = ?
     WHERE job_id = ? AND store_key IS ?`,
    enabled ? 1 : 0,
    patched(row["job_json"], (job) => ({ ...job, enabled })) ?? "{}",
    patched(row["state_json"], (state) => activated(state, now)) ?? "{}",
    patched(row["schedule_identity"], (schedule) => ({ ...schedule, enabled })),
    now,
    id,
    str(row["store_key"]) ?? null,
  );
}

/** What is planned next goes; the gateway plans anew from the moment of activation. */
function activated(state: Dict, now: number): Dict {
  const planned = ["nextRunAtMs", "forcePreservedNextRunAtMs"];
  const rest = Object.entries(state).filter(([key]) => !planned.includes(key));
  return { ...Object.fromEntries(rest), scheduleActivatedAtMs: now };
}

/** JSON that cannot be read stays as it is. */
function patched(json: unknown, change: (value: Dict) => Dict): string | null {
  const text = str(json);
  if (text === undefined) return null;
  const value = parseJson(text);
  return isDict(value) ? JSON.stringify(change(value)) : text;
}
