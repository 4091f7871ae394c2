import { basename, dirname, join } from "node:path";
import { at, str } from "../model/json.ts";
import { placeOf } from "./agents.ts";
import type { Installation } from "./types.ts";

type Given = Pick<Installation, "target" | "config" | "mounts">;

/** Real paths of what a gateway keeps of its jobs in files. */
export interface CronFiles {
  readonly jobs: string;
  /** Of each job its state; since 2026.4.20. */
  readonly states: string;
  /** A folder with a log for each job. */
  readonly runs: string;
}

/**
 * `cron.store` of the config: until 2026.5 the jobs lie there instead of in `cron/jobs.json`, and later releases take over what
 * they find there (cron/store.ts of 2026.2.26, 2026.5.28 and 2026.7.35). Undefined where the config names no other place.
 */
export function cronStore(given: Given): CronFiles | { readonly problem: string } | undefined {
  const named = str(at(given.config.value, "cron", "store"))?.trim() ?? "";
  if (named === "") return undefined;
  if (!/^(?:\/|~\/)/.test(named) || named.includes("${"))
    return {
      problem: `cron.store of the config names no place that can be followed: ${named.slice(0, 200)}`,
    };
  const place = placeOf(given)(named);
  if ("problem" in place) return { problem: `cron.store of the config: ${place.problem}` };
  return place.path === usual(given) ? undefined : filesAt(place.path);
}

/** Those that the config names, as far as they lie elsewhere: what is sealed with the state. */
export function cronFilesElsewhere(given: Given): readonly string[] {
  const store = cronStore(given);
  return store === undefined || "problem" in store ? [] : [store.jobs, store.states, store.runs];
}

/** Those that a gateway would go by, or take over: the usual ones, and those that the config names. */
export function cronFiles(given: Given): readonly CronFiles[] {
  const store = cronStore(given);
  const own = filesAt(usual(given));
  return store === undefined || "problem" in store ? [own] : [own, store];
}

function usual({ target }: Given): string {
  return join(target.stateDir, "cron", "jobs.json");
}

function filesAt(jobs: string): CronFiles {
  const name = basename(jobs);
  const states = name.endsWith(".json") ? name.replace(/\.json$/, "-state.json") : `${name}-state.json`;
  return { jobs, states: join(dirname(jobs), states), runs: join(dirname(jobs), "runs") };
}
