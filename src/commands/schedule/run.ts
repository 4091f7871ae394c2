/** What `backup schedule` and `drill schedule` have in common: show, install, uninstall, say what is there. */
import type { Host, HostTerminal } from "../../host/host.ts";
import { ClawError, exits } from "../../model/errors.ts";
import { shown, visible } from "../../model/text.ts";
import {
  chooseScheduler,
  installedSchedules,
  type Job,
  type SchedulePlan,
  type Scheduler,
  uninstallSchedule,
  type When,
  whenOf,
  whenText,
} from "../../preserve/schedule/index.ts";
import type { Scene } from "../incident.ts";
import { page as line } from "../present/page.ts";
import { binaryNotes, jobName, jobOf, type Work } from "./job.ts";
import type { ScheduleOptions } from "./options.ts";

export interface ScheduleRequest extends Work {
  /** For when no time was given with --install; undefined: then a time has to be given. */
  readonly usual?: When;
  /** Looked at before anything is installed: throws for a run that could never succeed. */
  readonly precheck?: () => Promise<void>;
}

type Place = Pick<Scene, "host" | "target" | "dataDir">;

/** Returns the exit code. */
export async function runSchedule(
  at: Place,
  options: ScheduleOptions,
  request: ScheduleRequest,
): Promise<number> {
  if (options.install === true && options.uninstall === true)
    throw usage("--install and --uninstall exclude one another");
  if (options.uninstall === true) return uninstall(at, options, request);
  const when = whenOf(options) ?? request.usual;
  const isAsked = whenOf(options) !== undefined || options.install === true;
  if (options.install === true && when === undefined)
    throw usage("--install needs a time", "such as --daily 03:30, --weekly Sun 04:00 or --hourly");
  if (when === undefined || (!isAsked && (await isInstalled(at, options, request))))
    return tell(at, options, request);
  return showOrInstall(at, options, { request, when });
}

async function isInstalled({ host }: Place, { profile }: ScheduleOptions, { what }: Work): Promise<boolean> {
  return (await installedSchedules(host, jobName(what, profile))).length > 0;
}

function usage(message: string, hint = "leave one of them away"): ClawError {
  return new ClawError(message, { exit: "usage", code: "schedule-options", hint });
}

async function showOrInstall(
  at: Place,
  options: ScheduleOptions,
  { request, when }: { readonly request: ScheduleRequest; readonly when: When },
): Promise<number> {
  const { host, dataDir } = at;
  const scheduler = await chooseScheduler(host, options.with);
  const job = jobOf(host, request, { options, when, dataDir });
  const plan = await scheduler.plan(host, job);
  const mayInstall = options.install === true && options.dryRun !== true;
  const page = pageOf(host.terminal, { job, plan, scheduler }, options);
  if (options.install === true) {
    checkPlace(at);
    await request.precheck?.();
  }
  if (options.json !== true) host.terminal.out(page);
  if (mayInstall) await install(host, { job, scheduler, page, json: options.json === true });
  if (options.json === true)
    host.terminal.out(`${JSON.stringify(jsonOf({ job, plan, scheduler }, mayInstall))}\n`);
  return exits.ok;
}

interface Planned {
  readonly job: Job;
  readonly plan: SchedulePlan;
  readonly scheduler: Scheduler;
}

function checkPlace({ target }: Place): void {
  if (target.live) return;
  throw usage(
    `a schedule is for this host: ${target.notLiveBecause ?? "the examined one is another"}`,
    "leave --root and --demo away",
  );
}

async function install(
  host: Host,
  {
    job,
    scheduler,
    page,
    json,
  }: { readonly job: Job; readonly scheduler: Scheduler; readonly page: string; readonly json: boolean },
): Promise<void> {
  if (json && host.prompt.interactive) host.terminal.err(page);
  const yes = await host.prompt.confirm({
    id: "schedule.install",
    message: `Install ${scheduler.title} that runs this ${whenText(job.when)}?`,
    default: true,
    explicit: true,
  });
  if (!yes) {
    throw new ClawError("nothing was installed", {
      exit: "cancelled",
      code: "declined",
      hint: "the page above says how to do it by hand",
    });
  }
  await scheduler.install(host, job);
  if (!json) host.terminal.out(`installed: ${(await scheduler.installed(host, job.name)) ?? job.name}\n`);
}

async function uninstall({ host }: Place, options: ScheduleOptions, { what }: Work): Promise<number> {
  const name = jobName(what, options.profile);
  if (options.dryRun === true) {
    const installed = await installedSchedules(host, name);
    if (options.json === true) host.terminal.out(`${JSON.stringify({ what, wouldRemove: installed })}\n`);
    else host.terminal.out(installed.map((one) => `would be removed: ${one.what}\n`).join("") || none(what));
    return exits.ok;
  }
  const { removed, problems } = await uninstallSchedule(host, name, options.with);
  if (options.json === true) host.terminal.out(`${JSON.stringify({ what, removed, problems })}\n`);
  else host.terminal.out(removed.map((one) => `removed: ${shown(one)}\n`).join("") || none(what));
  for (const problem of problems) host.terminal.err(`not looked at: ${shown(problem, 400)}\n`);
  return problems.length === 0 ? exits.ok : exits.partial;
}

function none(what: string): string {
  return `no ${what} is scheduled\n`;
}

async function tell({ host }: Place, options: ScheduleOptions, { what }: Work): Promise<number> {
  const installed = await installedSchedules(host, jobName(what, options.profile));
  if (options.json === true) host.terminal.out(`${JSON.stringify({ what, installed })}\n`);
  else if (installed.length > 0)
    host.terminal.out(installed.map((one) => `${what}: ${visible(one.what)}\n`).join(""));
  else
    host.terminal.out(
      `${none(what)}  claw-ir ${what} schedule --daily 03:30 shows what could be installed\n`,
    );
  return exits.ok;
}

/** Files and commands as they have to be typed; notes broken between words. */
function pageOf(
  terminal: HostTerminal,
  { job, plan, scheduler }: Planned,
  { install: installs }: ScheduleOptions,
): string {
  const note = (text: string): string =>
    line(terminal, terminal.stdoutIsTty, { lead: "note: ", text: visible(text) }).trimEnd();
  const files = plan.files.flatMap(({ path, text }) => [
    `${visible(path)}:`,
    ...text
      .trimEnd()
      .split("\n")
      .map((line) => `    ${visible(line)}`.trimEnd()),
    "",
  ]);
  return [
    `${scheduler.title} that runs claw-ir ${whenText(job.when)} (local time)`,
    "",
    ...files,
    ...(installs === true ? [] : ["by hand:", ...plan.commands.map((line) => `    ${visible(line)}`), ""]),
    ...[...binaryNotes(), ...plan.notes].map(note),
    ...(installs === true ? [] : ["nothing is installed; the same with --install does it, after asking"]),
    "",
  ].join("\n");
}

function jsonOf({ job, plan, scheduler }: Planned, installed: boolean): unknown {
  return {
    name: job.name,
    with: scheduler.id,
    when: whenText(job.when),
    command: job.argv,
    installed,
    files: plan.files,
    byHand: plan.commands,
    notes: [...binaryNotes(), ...plan.notes],
  };
}
