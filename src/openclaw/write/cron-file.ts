/**
 * Cron jobs in `cron/jobs.json`, as the layouts before 2026.6 keep them; later ones take over what they find there. Shapes as in the
 * published packages of 2026.1.24-3, 2026.2.26 and 2026.5.28.
 */
import { dirname, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Host } from "../../host/host.ts";
import { dict, isDict, list, parseJson, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import { cronFiles } from "../cron-store.ts";
import type { CronFiles } from "../cron-store.ts";
import type { Installation } from "../types.ts";
import { isInside } from "../view.ts";
import { noSuchJob } from "./cron-result.ts";
import type { JobResult } from "./cron-result.ts";
import { dropMembers } from "./json-members.ts";
import { setValue } from "./json5-edit.ts";
import { refuse } from "./live-file.ts";
import { recordFile, writeRecords } from "./record-file.ts";
import type { RecordFile } from "./record-file.ts";

/**
 * Sets `enabled` of each job and takes away when it runs next, which the gateway works out anew at its start; in `cron/jobs.json` and
 * where `cron.store` of the config says. Nothing for a state without such a file; throws, and changes nothing, for one that is no
 * plain JSON file of OpenClaw.
 */
export async function setJobsInFile(
  host: Host,
  installation: Installation,
  ids: readonly string[],
  enabled: boolean,
): Promise<readonly JobResult[]> {
  const edits: Edit[] = [];
  for (const files of cronFiles(installation)) {
    const edit = await editOf(host, installation, files, { ids, enabled });
    if (edit !== undefined) edits.push(edit);
  }
  for (const { write } of edits) await write();
  return edits.flatMap(({ results }) => results);
}

/** What is to be written once all of it is known to be possible. */
interface Edit {
  readonly results: readonly JobResult[];
  readonly write: () => Promise<void>;
}

interface Wanted {
  readonly ids: readonly string[];
  readonly enabled: boolean;
}

async function editOf(
  host: Host,
  installation: Installation,
  files: CronFiles,
  { ids, enabled }: Wanted,
): Promise<Edit | undefined> {
  const own = isInside(files.jobs, installation.target.stateDir);
  const folder = own ? installation.target.stateDir : dirname(files.jobs);
  const open = (path: string): Promise<RecordFile | undefined> =>
    recordFile(host, installation, relative(folder, path), folder);
  const file = await open(files.jobs);
  if (file === undefined) return undefined;
  const states = await open(files.states);
  const store = own ? relative(folder, files.jobs) : file.shown;
  const results = ids.map((id) => resultFor(file, store, id, enabled));
  const wanted = new Set(results.flatMap((result) => ("name" in result ? [result.id] : [])));
  if (wanted.size === 0) return { results, write: () => Promise.resolve() };
  const text = editedJobs(file, wanted, enabled);
  if (text === undefined || !isDeepStrictEqual(parseJson(text), intended(file.value, wanted, enabled)))
    throw refuse(
      "edit-not-safe",
      `the jobs in ${file.shown} cannot be set one by one`,
      `set "enabled" there by hand while the gateway is down`,
    );
  const write = async (): Promise<void> => {
    // The states first: where they cannot be written, every job is still what it was.
    if (states !== undefined) await writeRecords(host, installation, states, editedStates(states, wanted));
    await writeRecords(host, installation, file, text);
  };
  return { results, write };
}

function idOf(job: unknown): string | undefined {
  return isDict(job) ? (str(job["id"]) ?? str(job["jobId"])) : undefined;
}

function resultFor({ value, shown }: RecordFile, store: string, id: string, enabled: boolean): JobResult {
  const jobs = list(value["jobs"]).filter((job) => idOf(job) === id);
  const [first] = jobs;
  if (first === undefined) return { id, reason: noSuchJob };
  // A job that does not say so is on.
  if (jobs.every((job) => dict(job)["enabled"] === enabled))
    return { id, reason: enabled ? "it is on" : "it is off" };
  const places = [{ path: shown, locator: id }];
  return { id, name: str(dict(first)["name"]) ?? id, stores: [store], places };
}

const planned = (key: string): boolean => key === "nextRunAtMs";

/** Every edit reads the text anew: thousands of jobs of one id in a large file would keep this busy for hours. */
const maxWork = 200_000_000;

/** Undefined where there is too much to edit. */
function editedJobs(
  { text, value }: RecordFile,
  wanted: ReadonlySet<string>,
  enabled: boolean,
): string | undefined {
  const found = [...list(value["jobs"]).entries()].filter(([, job]) => wanted.has(idOf(job) ?? ""));
  if (found.length * text.length > maxWork) return undefined;
  return found.reduce((result, [index]) => {
    const at = ["jobs", String(index)];
    return dropMembers(setValue(result, [...at, "enabled"], enabled) ?? result, planned, [...at, "state"]);
  }, text);
}

function editedStates({ text }: RecordFile, wanted: ReadonlySet<string>): string {
  return [...wanted].reduce((result, id) => dropMembers(result, planned, ["jobs", id, "state"]), text);
}

/** What the edit is meant to do, done to the parsed value. */
function intended(value: Dict, wanted: ReadonlySet<string>, enabled: boolean): Dict {
  const jobs = list(value["jobs"]).map((job) => {
    if (!isDict(job) || !wanted.has(idOf(job) ?? "")) return job;
    const state = Object.entries(dict(job["state"])).filter(([key]) => !planned(key));
    return { ...job, enabled, ...(isDict(job["state"]) ? { state: Object.fromEntries(state) } : {}) };
  });
  return { ...value, jobs };
}
