/** Runs at a time: which schedulers there are, which one is taken, what is installed. */
import type { Host } from "../../host/host.ts";
import { ClawError, messageOf } from "../../model/errors.ts";
import { cron } from "./cron.ts";
import type { Scheduler, SchedulerId } from "./job.ts";
import { launchd } from "./launchd.ts";
import { systemd } from "./systemd.ts";

/** In the order in which they are taken. */
const schedulers: readonly Scheduler[] = [systemd, launchd, cron];

export const schedulerIds: readonly SchedulerId[] = schedulers.map(({ id }) => id);

/** The one that was asked for, else the first that is there. */
export async function chooseScheduler(host: Host, wanted: SchedulerId | undefined): Promise<Scheduler> {
  const named = schedulers.find(({ id }) => id === wanted);
  if (named !== undefined) return named;
  for (const scheduler of schedulers) if (await scheduler.available(host)) return scheduler;
  throw new ClawError("neither a systemd user manager nor launchd nor cron was found", {
    exit: "failed",
    code: "no-scheduler",
    hint: "--with cron prints a line for a crontab; install cron, or run it by a scheduler of your own",
  });
}

/** Everything of this name, whichever scheduler has it. What cannot be asked is left out. */
export async function installedSchedules(
  host: Host,
  name: string,
): Promise<readonly { readonly with: SchedulerId; readonly what: string }[]> {
  const found: { with: SchedulerId; what: string }[] = [];
  for (const { id, installed } of schedulers) {
    const what = await installed(host, name).catch(() => undefined);
    if (what !== undefined) found.push({ with: id, what });
  }
  return found;
}

export interface Uninstalled {
  readonly removed: readonly string[];
  /** Schedulers that could not be asked, with the reason. */
  readonly problems: readonly string[];
}

/** Takes it away wherever it is installed, or from one scheduler alone. */
export async function uninstallSchedule(
  host: Host,
  name: string,
  from: SchedulerId | undefined,
): Promise<Uninstalled> {
  const removed: string[] = [];
  const problems: string[] = [];
  for (const scheduler of schedulers) {
    if (from !== undefined && scheduler.id !== from) continue;
    try {
      removed.push(...(await scheduler.uninstall(host, name)));
    } catch (error) {
      if (host.signal.aborted) throw error;
      // A host without cron has nothing in a crontab.
      if (from !== undefined || (await scheduler.available(host))) problems.push(messageOf(error));
    }
  }
  return { removed, problems };
}

export { whenOf, whenText, type When, type WhenOptions } from "./calendar.ts";
export { checkJob, type Job, type SchedulePlan, type Scheduler, type SchedulerId } from "./job.ts";
export { appendLog, logFile } from "./log.ts";
export { postWebhook, runHook, type RunNotice } from "./notify.ts";
