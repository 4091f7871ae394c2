import { switchOffJobs } from "../../openclaw/write/index.ts";
import { inUse } from "../../model/leftover.ts";
import { shown } from "../../model/text.ts";
import { whatDeviceMade, type Made } from "../../rotate/index.ts";
import type { StepContext, StepResult } from "../types.ts";
import { addRemember } from "../remember.ts";
import { gatewayIsDown } from "./gateway-down.ts";
import { openCopies } from "./collect.ts";
import { nameOf, removedIds } from "./rotate-devices.ts";
import { step } from "./step.ts";

export const madeByDevices = step({
  id: "rotate/made-by-devices",
  stage: "rotate",
  title: "List what the removed devices made, and switch off their jobs",
  mutates: "state",
  needsState: true,
  plan: () =>
    "name the cron jobs, grants and allow-list entries that came about while a removed device was paired; removing it ends none of them",
  run: async (context) => {
    await openCopies(context);
    const ids = removedIds(context.case);
    const devices = context.memory.devices.filter(({ id, state }) => ids.includes(id) && state === "paired");
    if (devices.length === 0) return { state: "skipped", reason: "no device was removed" };
    const made = new Map<string, Made>();
    for (const device of devices) {
      const found = whatDeviceMade(device, traces(context));
      for (const one of found) made.set(`${one.kind} ${one.id}`, one);
      context.say(
        `${nameOf(device)}: ${found.length === 0 ? "nothing names it, and nothing came about while it was paired" : "made or changed"}`,
      );
      for (const one of found.slice(0, 20)) context.say(`  - ${describe(one)}`);
      if (found.length > 20) context.say(`  - and ${found.length - 20} more`);
    }
    const all = [...made.values()];
    for (const one of all.filter(({ kind }) => kind === "grant")) {
      addRemember(context.case, `${reviewOf(one.label)}${about(one)}: removing the device did not end it.`);
    }
    return switchOff(context, all);
  },
});

export function traces({ memory }: StepContext): Parameters<typeof whatDeviceMade>[1] {
  const { state } = memory;
  return {
    // What was left behind runs no more and grants nothing.
    cronJobs: inUse(state?.cronJobs().records ?? []),
    grants: inUse(state?.grants().records ?? []),
    configWrites: state?.configWrites().records ?? [],
    audit: state?.audit().records ?? [],
    sessions: state?.sessions().records ?? [],
  };
}

async function switchOff(context: StepContext, made: readonly Made[]): Promise<StepResult> {
  const jobs = made.filter(({ kind }) => kind === "cron-job");
  const receipt = context.case.redactor.json(made.slice(0, 500));
  if (jobs.length === 0) return { state: "done", receipt };
  const chosen = await context.host.prompt.chooseMany({
    id: "devices.switch-off-jobs",
    message: "Switch off which of these jobs? They can be switched on again",
    choices: jobs.map((job) => ({ value: job.id, name: describe(job) })),
    default: jobs.filter(({ certainty }) => certainty === "recorded").map(({ id }) => id),
  });
  if (chosen.length === 0) return { state: "done", receipt };
  const blocked = await gatewayIsDown(context);
  if (blocked !== undefined) return { state: "failed", reason: blocked, receipt };
  await context.case.journal.append("mutation", {
    step: "rotate/made-by-devices",
    what: "switch off cron jobs",
    jobs: chosen,
  });
  const done = await switchOffJobs(context.host, context.installation, chosen);
  for (const item of done.items) context.case.switchedOff.add(item);
  if (done.skipped.length === 0) return { state: "done", receipt };
  const open = done.skipped.map(({ what, reason }) => `${shown(what, 80)}: ${reason}`);
  return { state: "partial", reason: `not switched off: ${open.join("; ")}`, receipt };
}

function describe(made: Made): string {
  return `${made.kind} ${shown(made.label, 80)}${about(made)}`;
}

function about({ at, certainty }: Made): string {
  const when = at === undefined ? "" : ` of ${at.slice(0, 16)}`;
  return `${when} (${certainty === "recorded" ? "recorded as its own" : "made while it was paired"})`;
}

/** How the reminder of a permission begins; it goes once the permission is removed. */
export function reviewOf(label: string): string {
  return `Review grant ${shown(label, 80)}`;
}
