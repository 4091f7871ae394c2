import { bool, dict, isoOf, num, str, strings } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { CronJob } from "../../model/job-records.ts";
import type { Place } from "../../model/records.ts";
import { present } from "../present.ts";

/** A job as its JSON has it, and what stands beside it: in the columns of its row, or nowhere. */
export interface JobParts {
  readonly id: string;
  readonly job: Dict;
  readonly state: Dict;
  readonly beside?: {
    readonly name?: string | undefined;
    readonly agent?: string | undefined;
    readonly owner?: string | undefined;
    readonly declarationKey?: string | undefined;
    readonly payloadKind?: string | undefined;
    readonly enabled?: boolean | undefined;
    readonly updatedAt?: string | undefined;
  };
  readonly runs: number;
  readonly place: Place;
}

/** The job's JSON has the same shape in every version: in `cron/jobs.json` as in `cron_jobs.job_json`. */
export function jobOf({ id, job, state, beside = {}, runs, place }: JobParts): CronJob {
  const payload = dict(job["payload"]);
  return {
    id,
    ...present({
      name: beside.name ?? str(job["name"]),
      agent: beside.agent ?? str(job["agentId"]),
      createdAt: isoOf(job["createdAtMs"]),
      updatedAt: beside.updatedAt ?? isoOf(job["updatedAtMs"]),
      lastRunAt: isoOf(state["lastRunAtMs"]),
      createdBy: creatorOf(job) ?? beside.owner,
    }),
    // OpenClaw goes by the job's JSON and writes the column back to it.
    enabled: bool(job["enabled"]) ?? beside.enabled ?? false,
    managed: (beside.declarationKey ?? str(job["declarationKey"])) !== undefined,
    schedule: scheduleText(dict(job["schedule"])),
    payloadKind: str(payload["kind"]) ?? beside.payloadKind ?? "unknown",
    payload: payloadText(job, payload),
    runs,
    place,
  };
}

function creatorOf(job: Dict): string | undefined {
  const owner = dict(job["owner"]);
  return (
    str(job["createdBy"]) ??
    str(dict(job["createdBy"])["id"]) ??
    str(owner["sessionKey"]) ??
    str(job["sessionKey"]) ??
    str(owner["agentId"])
  );
}

/** "cron 15 3 * * * UTC", "every 1h", "at 2026-…Z", "on-exit COMMAND"; the object itself for a kind not known. */
function scheduleText(schedule: Dict): string {
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
