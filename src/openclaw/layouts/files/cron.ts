import { dirname } from "node:path";
import { dict, isDict, isoOf, list, num, str } from "../../../model/json.ts";
import type { Dict } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import { read } from "../../../model/outcome.ts";
import type { CronJob, CronRun } from "../../../model/job-records.ts";
import { cronStore } from "../../cron-store.ts";
import { present } from "../../present.ts";
import { jobOf } from "../cron-job.ts";
import type { Source, StateFile } from "../source.ts";
import { fromFiles } from "./missing.ts";
import { filesOf, jsonFile, jsonLines, leftoverOf } from "./text.ts";

const maxJobs = 50_000;
const maxRuns = 250_000;

/**
 * `cron/jobs.json`: `{"version":1,"jobs":[…]}`; since 2026.4.20 with the state of each job apart in `jobs-state.json`. The same
 * where `cron.store` of the config says.
 */
export function cronJobs(source: Source): Reading<CronJob> {
  const reasons: string[] = [];
  const runs = new Map<string, number>();
  for (const { jobId } of cronRuns(source).records) runs.set(jobId, (runs.get(jobId) ?? 0) + 1);
  const store = cronStore(source.installation);
  if (store !== undefined && "problem" in store) reasons.push(store.problem);
  const files = filesOf(source, "cron-jobs");
  const records = files.flatMap((file) => jobsIn(source, file, runs, reasons));
  const inUse = files.some((file) => !file.leftover);
  return fromFiles(source, { name: "cron/jobs.json", table: "cron_jobs", inUse }, records, reasons);
}

function jobsIn(
  source: Source,
  file: StateFile,
  runs: ReadonlyMap<string, number>,
  reasons: string[],
): readonly CronJob[] {
  const content = jsonFile(source.host, file, reasons);
  if (content === undefined) return [];
  const states = statesFor(source, file, reasons);
  const jobs = list(content["jobs"]);
  if (jobs.length > maxJobs) reasons.push(`${file.shown} has more than ${maxJobs} jobs`);
  const found = jobs.slice(0, maxJobs).flatMap((job): readonly CronJob[] => {
    const id = isDict(job) ? (str(job["id"]) ?? str(job["jobId"])) : undefined;
    if (!isDict(job) || id === undefined) return [];
    const state = { ...dict(states[id]), ...dict(job["state"]) };
    const place = { path: file.shown, locator: id };
    // OpenClaw takes a job that does not say so for one that is on.
    const beside = { enabled: true };
    return [{ ...jobOf({ id, job, state, beside, runs: runs.get(id) ?? 0, place }), ...leftoverOf(file) }];
  });
  const strange = Math.min(jobs.length, maxJobs) - found.length;
  if (strange > 0) reasons.push(`${strange} jobs of ${file.shown} could not be understood`);
  return found;
}

/** By job id. The state that belongs to a leftover is the one left behind under the same ending. */
function statesFor(source: Source, jobs: StateFile, reasons: string[]): Dict {
  const ending = jobs.name.slice(jobs.base.length);
  const file = filesOf(source, "cron-state").find(
    (one) => dirname(one.shown) === dirname(jobs.shown) && one.name.slice(one.base.length) === ending,
  );
  const content = file === undefined ? {} : (jsonFile(source.host, file, reasons) ?? {});
  return Object.fromEntries(
    Object.entries(dict(content["jobs"])).map(([id, entry]) => [id, dict(entry)["state"]]),
  );
}

/** `cron/runs/<job>.jsonl`, one line per run that ended. OpenClaw cuts a file that grew too long: old runs are gone. */
export function cronRuns(source: Source): Reading<CronRun> {
  const reasons: string[] = [];
  const found: CronRun[] = [];
  for (const file of filesOf(source, "cron-runs")) {
    for (const { value, locator } of jsonLines(source.host, file, reasons)) {
      const run = runOf(value, file, locator);
      if (run !== undefined && found.length < maxRuns) found.push(run);
      else if (run !== undefined) reasons.push(`more than ${maxRuns} runs; the rest was left out`);
    }
  }
  return read(found, [...new Set(reasons)]);
}

function runOf(value: Dict, file: StateFile, locator: string): CronRun | undefined {
  const endedAt = isoOf(value["ts"]);
  const startedAt = isoOf(value["runAtMs"]) ?? endedAt;
  // Older lines also say that a run began; those that ended say it all.
  if (startedAt === undefined || (num(value["runAtMs"]) === undefined && value["action"] === "started"))
    return undefined;
  return {
    jobId: str(value["jobId"]) ?? file.base.replace(/\.jsonl$/, ""),
    startedAt,
    ...present({ endedAt, status: str(value["status"]), error: str(value["error"]) }),
    ...leftoverOf(file),
    place: { path: file.shown, locator },
  };
}
