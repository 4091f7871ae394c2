/** Cron jobs in the state database, enabled and disabled as `openclaw cron disable` of 2026.9.6 does it. */
import type { Db, Host } from "../../host/host.ts";
import type { Row } from "../../host/sqlite.ts";
import { isDict, parseJson, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Installation } from "../types.ts";
import { noSuchJob } from "./cron-result.ts";
import type { JobResult } from "./cron-result.ts";
import { changeDatabase, hasTable, requireTable } from "./state-db.ts";

const columns = ["job_id", "name", "enabled", "job_json", "state_json", "schedule_identity", "updated_at"];

/**
 * Sets `enabled` of each job; the schedule is computed anew by the gateway when it starts. `now` in epoch ms. Nothing for a state
 * without a database, or with one that keeps no jobs.
 */
export async function setJobRows(
  host: Host,
  installation: Installation,
  ids: readonly string[],
  enabled: boolean,
  now: number,
): Promise<readonly JobResult[]> {
  const path = installation.databases.find(({ kind }) => kind === "state")?.path;
  if (path === undefined) return [];
  const shownPath = installation.target.toHost(path);
  return changeDatabase(host, installation, path, (db) => {
    if (!hasTable(db, "cron_jobs", [])) return [];
    requireTable(db, "cron_jobs", columns);
    return ids.map((id) => setJob(db, id, enabled, now, shownPath));
  });
}

function setJob(db: Db, id: string, enabled: boolean, now: number, path: string): JobResult {
  const rows = db.all("SELECT * FROM cron_jobs WHERE job_id = ?", id);
  const [first] = rows;
  if (first === undefined) return { id, reason: noSuchJob };
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
  const places = [{ path, locator: `cron_jobs/${id}` }];
  return { id, name: str(first["name"]) ?? id, stores: ["cron_jobs"], places };
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
  // 2026.6 and 2026.7 kept what is planned next in a column of its own as well.
  if (hasTable(db, "cron_jobs", ["next_run_at_ms"]))
    db.run("UPDATE cron_jobs SET next_run_at_ms = NULL WHERE job_id = ?", id);
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
