/** What scheduled work did last: `DATA-DIR/status.json`, for `claw-ir ready`, for monitoring, and for whoever asks at night. */
import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { at, bool, dict, isDict, num, parseJson, str, type Dict } from "../model/json.ts";
import { storing } from "./failure.ts";
import { removeTemporaries } from "./temporaries.ts";

export type StatusKind = "backup" | "drill" | "prune";

/** One run. Holds no secret and no path of the examined state. */
export interface RunStatus {
  readonly startedAt: string;
  readonly endedAt: string;
  /** Exit code of the contract: 0 good, 3 good in part, anything else failed. */
  readonly exit: number;
  /** The error's code and message where it failed. */
  readonly code?: string;
  readonly message?: string;
  readonly archive?: string;
  /** How long a restore took in a drill, in seconds. */
  readonly restoreSeconds?: number;
  /** When the next one is due, ISO 8601. */
  readonly nextDue?: string;
  /** It ran by a timer, not by hand. */
  readonly scheduled: boolean;
}

export interface KindStatus {
  readonly last?: RunStatus;
  /** The newest with exit 0 or 3. */
  readonly lastGood?: RunStatus;
}

export type Status = Readonly<Record<StatusKind, KindStatus>>;

const kinds = ["backup", "drill", "prune"] as const satisfies readonly StatusKind[];

export function statusFile(dataDir: string): string {
  return join(dataDir, "status.json");
}

/** An absent, broken or foreign file is one without runs: the status is told again by the next run. */
export async function readStatus(host: Pick<Host, "fs">, dataDir: string): Promise<Status> {
  const text = await host.fs.readText(statusFile(dataDir), { maxBytes: 1024 * 1024 }).catch(() => "");
  const value = dict(parseJson(text));
  const [backup, drill, prune] = kinds.map((kind) => kindOf(value[kind]));
  return { backup: backup ?? {}, drill: drill ?? {}, prune: prune ?? {} };
}

/** Replaces the last run of this kind, and the last good one if it was good. */
export async function recordRun(
  host: Pick<Host, "fs" | "clock">,
  dataDir: string,
  kind: StatusKind,
  run: RunStatus,
): Promise<void> {
  const before = await readStatus(host, dataDir);
  const good = run.exit === 0 || run.exit === 3;
  const lastGood = good ? run : before[kind].lastGood;
  const next = { ...before, [kind]: { last: run, ...(lastGood === undefined ? {} : { lastGood }) } };
  const text = `${JSON.stringify({ format: "claw-ir-status-1", ...next }, undefined, 2)}\n`;
  await removeTemporaries(host, dataDir, { of: (name) => name === "status.json" });
  await storing("writing status.json", () => host.fs.writeAtomic(statusFile(dataDir), text));
}

function kindOf(value: unknown): KindStatus {
  const last = runOf(at(value, "last"));
  const lastGood = runOf(at(value, "lastGood"));
  return { ...(last === undefined ? {} : { last }), ...(lastGood === undefined ? {} : { lastGood }) };
}

function runOf(value: unknown): RunStatus | undefined {
  if (!isDict(value)) return undefined;
  const [startedAt, endedAt, exit] = [str(value["startedAt"]), str(value["endedAt"]), num(value["exit"])];
  if (startedAt === undefined || endedAt === undefined || exit === undefined) return undefined;
  const restoreSeconds = num(value["restoreSeconds"]);
  return {
    startedAt,
    endedAt,
    exit,
    ...texts(value),
    ...(restoreSeconds === undefined ? {} : { restoreSeconds }),
    scheduled: bool(value["scheduled"]) === true,
  };
}

function texts(value: Dict): Partial<Pick<RunStatus, "code" | "message" | "archive" | "nextDue">> {
  const names = ["code", "message", "archive", "nextDue"] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = str(value[name]);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}
