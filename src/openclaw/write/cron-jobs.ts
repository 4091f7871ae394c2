/** Cron jobs, enabled and disabled wherever this state keeps them. */
import type { Host } from "../../host/host.ts";
import type { Place } from "../../model/records.ts";
import { cronStore } from "../cron-store.ts";
import type { Installation } from "../types.ts";
import { setJobsInFile } from "./cron-file.ts";
import { noSuchJob } from "./cron-result.ts";
import type { JobResult } from "./cron-result.ts";
import { setJobRows } from "./cron-rows.ts";

export interface JobsSet {
  readonly jobs: readonly Extract<JobResult, { readonly name: string }>[];
  readonly changed: readonly Place[];
  readonly skipped: readonly { readonly what: string; readonly reason: string }[];
}

/**
 * Sets `enabled` of each job, in the table and in the file: an upgrade that was never finished has both, and the gateway takes
 * over what the file holds. `now` in epoch ms. The file first: where it cannot be changed, nothing was.
 */
export async function setJobs(
  host: Host,
  installation: Installation,
  ids: readonly string[],
  enabled: boolean,
  now: number,
): Promise<JobsSet> {
  const inFile = await setJobsInFile(host, installation, ids, enabled);
  const inTable = await setJobRows(host, installation, ids, enabled, now);
  const results = ids.map((id) =>
    merged(
      id,
      [...inTable, ...inFile].filter((one) => one.id === id),
    ),
  );
  const store = cronStore(installation);
  const jobs = results.flatMap((result) => ("name" in result ? [result] : []));
  return {
    jobs,
    changed: jobs.flatMap(({ places }) => places),
    skipped: [
      ...results.flatMap((r) => ("reason" in r ? [{ what: `cron job ${r.id}`, reason: r.reason }] : [])),
      ...(store !== undefined && "problem" in store
        ? [{ what: "cron jobs kept elsewhere", reason: store.problem }]
        : []),
    ],
  };
}

/** Set where it was found, or the reason that tells most. */
function merged(id: string, results: readonly JobResult[]): JobResult {
  const set = results.flatMap((result) => ("name" in result ? [result] : []));
  const [first] = set;
  if (first !== undefined)
    return {
      ...first,
      stores: set.flatMap(({ stores }) => stores),
      places: set.flatMap(({ places }) => places),
    };
  const reasons = results.flatMap((result) => ("reason" in result ? [result.reason] : []));
  return { id, reason: reasons.find((reason) => reason !== noSuchJob) ?? noSuchJob };
}
