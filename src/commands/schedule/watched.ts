/** A run that nobody may be watching: whatever happens stands in the log and in status.json, and a failure is told where that was asked for. */
import { createRedactor, fingerprintKey } from "../../case/index.ts";
import { readStatus, recordRun, type RunStatus } from "../../case/status.ts";
import type { Host } from "../../host/host.ts";
import { ClawError, exits, messageOf } from "../../model/errors.ts";
import { Secret } from "../../model/secret.ts";
import { shown } from "../../model/text.ts";
import { appendLog, logFile, postWebhook, runHook, type RunNotice } from "../../preserve/schedule/index.ts";

export interface TellOptions {
  readonly onFailure?: string;
  readonly webhookFrom?: string;
}

/** How the work ended. */
export interface Outcome {
  readonly exit: number;
  /** Why, where the exit is not 0. */
  readonly message?: string;
  readonly code?: string;
  readonly archive?: string;
  readonly restoreSeconds?: number;
  readonly nextDue?: string;
  /** Somebody has to know although the exit code says "done in part": a copy did not arrive. */
  readonly tell?: boolean;
}

export interface WatchedRun {
  readonly kind: "backup" | "drill";
  readonly dataDir: string;
  /** It runs by a timer, not by hand. */
  readonly scheduled: boolean;
  readonly options: TellOptions;
  /** The work writes its status by itself, where it comes so far. */
  readonly recorded?: true;
}

/**
 * Runs `work` and gives its exit code. An error is logged, recorded and told like any other end, and then thrown on. What goes
 * wrong with telling is logged and changes neither.
 */
export async function watchedRun(host: Host, run: WatchedRun, work: () => Promise<Outcome>): Promise<number> {
  const startedAt = host.clock.now().toISOString();
  const log = await logOf(host, run);
  await log("started");
  const end = async (outcome: Outcome): Promise<void> => {
    const endedAt = host.clock.now().toISOString();
    await log(lineOf(outcome));
    await finish(host, run, { outcome, log, startedAt, endedAt });
  };
  let outcome: Outcome;
  try {
    outcome = await work();
  } catch (error) {
    await end(failureOf(error));
    throw error;
  }
  await end(outcome);
  return outcome.exit;
}

function failureOf(error: unknown): Outcome {
  return error instanceof ClawError
    ? { exit: exits[error.exit], code: error.code, message: error.message }
    : { exit: exits.failed, code: "internal", message: messageOf(error) };
}

function lineOf({ exit, archive, message }: Outcome): string {
  const parts = [archive, message].filter((part) => part !== undefined);
  const word = exit === exits.ok ? "done" : exit === exits.partial ? "done in part" : `failed (${exit})`;
  return [word, ...parts].join(": ");
}

type Log = (text: string) => Promise<void>;

/** Lines without secrets. A log that cannot be written must not keep a backup from being made. */
async function logOf(host: Host, { kind, dataDir }: WatchedRun): Promise<Log> {
  const redactor = createRedactor(await fingerprintKey(host, dataDir));
  return async (text) => {
    try {
      await appendLog(host, logFile(dataDir, kind), redactor.text(text));
    } catch (error) {
      host.terminal.err(`the log was not written: ${shown(messageOf(error), 300)}\n`);
    }
  };
}

interface Ended {
  readonly outcome: Outcome;
  readonly log: Log;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** Tells first, so that what went wrong with it stands in the status, too. */
async function finish(
  host: Host,
  run: WatchedRun,
  { outcome, log, startedAt, endedAt }: Ended,
): Promise<void> {
  const { tell = false, ...rest } = outcome;
  const isBad = outcome.exit !== exits.ok && outcome.exit !== exits.partial;
  const notice = { tool: "claw-ir", kind: run.kind, host: host.facts.hostname, startedAt, endedAt } as const;
  const problems = isBad || tell ? await notify(host, run.options, { ...notice, ...noticed(rest) }) : [];
  for (const problem of problems) await log(problem);
  if (run.recorded === true && (await isRecorded(host, run, startedAt))) return;
  const message = [rest.message, ...problems].filter((part) => part !== undefined).join("; ");
  const status: RunStatus = {
    ...rest,
    startedAt,
    endedAt,
    ...(message === "" ? {} : { message }),
    scheduled: run.scheduled,
  };
  try {
    await recordRun(host, run.dataDir, run.kind, status);
  } catch (error) {
    await log(`status.json was not written: ${messageOf(error)}`);
  }
}

/** A work that notes its own end may not have come that far. */
async function isRecorded(host: Host, { dataDir, kind }: WatchedRun, startedAt: string): Promise<boolean> {
  const { last } = (await readStatus(host, dataDir))[kind];
  return last !== undefined && last.startedAt >= startedAt;
}

function noticed({ exit, code, message, archive }: Outcome): Pick<RunNotice, "exit"> & Partial<RunNotice> {
  return {
    exit,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message: shown(message, 1000) }),
    ...(archive === undefined ? {} : { archive }),
  };
}

async function notify(
  host: Host,
  { onFailure, webhookFrom }: TellOptions,
  notice: RunNotice,
): Promise<readonly string[]> {
  const problems: (string | undefined)[] = [];
  if (onFailure !== undefined) problems.push(await quietly(() => runHook(host, onFailure, notice)));
  if (webhookFrom !== undefined)
    problems.push(await quietly(async () => postWebhook(host, await secretIn(host, webhookFrom), notice)));
  return problems.filter((problem) => problem !== undefined);
}

async function quietly(work: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work();
  } catch (error) {
    return `nobody was told: ${shown(messageOf(error), 300)}`;
  }
}

async function secretIn(host: Host, file: string): Promise<Secret> {
  return new Secret((await host.fs.readText(file, { maxBytes: 16_384 })).trim());
}
