import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import type { When } from "./calendar.ts";

/** What a scheduler shall run. Holds no secret: files of secrets are named in `argv`, never their content. */
export interface Job {
  /** "claw-ir-backup", with the profile behind it where there is one. Unit, marker and label are made from it. */
  readonly name: string;
  readonly description: string;
  /** Absolute path of the program and its arguments. */
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly when: When;
  /** Folders the run writes to; everything else is read-only for it where the scheduler can see to that. */
  readonly writable: readonly string[];
  /** The command that takes the schedule away again. */
  readonly undo: string;
}

export interface ScheduleFile {
  readonly path: string;
  readonly text: string;
}

/** What installing would put in place, and how to do it by hand. */
export interface SchedulePlan {
  readonly files: readonly ScheduleFile[];
  /** Commands for a shell, in order. */
  readonly commands: readonly string[];
  /** Remarks: what the operator should know beforehand. */
  readonly notes: readonly string[];
}

export type SchedulerId = "systemd" | "cron" | "launchd";

/** One way to run something at a time. Everything is per user; none needs root. */
export interface Scheduler {
  readonly id: SchedulerId;
  /** "a systemd user timer". */
  readonly title: string;
  /** Whether it is there and answers. */
  readonly available: (host: Host) => Promise<boolean>;
  readonly plan: (host: Host, job: Job) => Promise<SchedulePlan>;
  /** Puts it in place and looks whether it is. Replaces an earlier one of the same name; nothing else is touched. */
  readonly install: (host: Host, job: Job) => Promise<void>;
  /** Removes what `install` made: what was removed, empty if there was nothing. */
  readonly uninstall: (host: Host, name: string) => Promise<readonly string[]>;
  /** What is there of this name, as one line; undefined if nothing is. */
  readonly installed: (host: Host, name: string) => Promise<string | undefined>;
}

/** By this line claw-ir knows again what it has made. */
export function markerOf(name: string): string {
  return `claw-ir schedule: ${name}`;
}

/** Words that no unit, crontab or plist can hold are refused before anything is rendered. */
export function checkJob({ argv, env, writable, name }: Job): void {
  const words = [...argv, ...Object.values(env), ...writable];
  const bad = words.find((word) => /[\u0000-\u001f\u007f\uFFFD]/.test(word));
  if (bad !== undefined || !/^[A-Za-z0-9-]+$/.test(name)) {
    throw new ClawError(`this cannot be put into a schedule: ${JSON.stringify(bad ?? name)}`, {
      exit: "usage",
      code: "cannot-be-scheduled",
      hint: "use a path without control characters",
    });
  }
}

export function schedulerFailed(what: string, detail: string): ClawError {
  return new ClawError(`${what}: ${detail}`, {
    exit: "failed",
    code: "schedule-failed",
    hint: "without --install claw-ir prints what to do by hand; --with names another scheduler",
  });
}
