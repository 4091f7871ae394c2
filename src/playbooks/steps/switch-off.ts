import type { Choice } from "../../host/host.ts";
import type { SwitchedOff } from "../../model/evidence.ts";
import { at, dict, list, num, str } from "../../model/json.ts";
import { inUse } from "../../model/leftover.ts";
import { shown } from "../../model/text.ts";
import {
  switchOffChannels,
  switchOffHeartbeat,
  switchOffJobs,
  switchOffScheduler,
  type SwitchingOff,
} from "../../openclaw/write/index.ts";
import type { StepContext } from "../types.ts";
import { openCopies } from "./collect.ts";
import { gatewayIsDown } from "./gateway-down.ts";
import { step } from "./step.ts";

export const switchOff = step({
  id: "recover/switch-off",
  stage: "recover",
  title: "Choose what stays off: channels, jobs, heartbeat",
  mutates: "state",
  needsState: true,
  plan: () =>
    "show channels and jobs by what they cost, switch off the ones you choose, and keep how each is switched on again",
  run: async (context) => {
    await openCopies(context);
    const running = await gatewayIsDown(context);
    const chosen = await context.host.prompt.chooseMany({
      id: "switch-off.what",
      message: "What shall stay off?",
      choices: choicesFor(context, running !== undefined),
      default: [],
    });
    if (chosen.length === 0) return { state: "declined", reason: "nothing was chosen" };
    await context.case.journal.append("mutation", {
      step: "recover/switch-off",
      what: "switch off",
      items: chosen,
    });
    const done = await apply(context, chosen);
    for (const item of done.flatMap(({ items }) => items)) keepInverse(context, item);
    const skipped = done.flatMap((one) => one.skipped);
    const receipt = context.case.redactor.json(done);
    if (skipped.length === 0) return { state: "done", receipt };
    return {
      state: "partial",
      reason: skipped.map(({ what, reason }) => `${what}: ${reason}`).join("; "),
      receipt,
    };
  },
});

/** Jobs stand in a database or a file that a running gateway writes to; what stands in the config it takes over by itself. */
function choicesFor(
  { case: subject, installation, memory }: StepContext,
  running: boolean,
): readonly Choice[] {
  const costs = list(at(subject.facts.get("cost"), "breakers"));
  const spent = (kind: string, id: string): string => {
    const found = costs.find((one) => str(at(one, "kind")) === kind && str(at(one, "id")) === id);
    const cost = num(at(found, "cost"));
    return cost === undefined ? "" : ` (${cost.toFixed(2)} USD)`;
  };
  // What is off already stays off without being chosen.
  const channels = Object.entries(dict(installation.config.value["channels"]))
    .filter(([name, channel]) => name !== "defaults" && at(channel, "enabled") !== false)
    .map(([name]) => name);
  const jobs = inUse(memory.state?.cronJobs().records ?? []).filter(
    ({ managed, enabled }) => !managed && enabled,
  );
  return [
    ...channels.map((name) => ({
      value: `channel:${name}`,
      name: `channel ${shown(name, 40)}${spent("channel", name)}`,
    })),
    ...(running
      ? []
      : jobs.map((job) => ({
          value: `job:${job.id}`,
          name: `job ${shown(job.name ?? job.id, 40)}${spent("job", job.id)}`,
          description: shown(`${job.schedule}: ${job.payload}`, 120),
        }))),
    { value: "heartbeat", name: `the heartbeat of every agent${spent("heartbeat", "heartbeat")}` },
    { value: "scheduler", name: "every scheduled job", description: "cron.enabled = false" },
  ];
}

async function apply(
  { host, installation }: StepContext,
  chosen: readonly string[],
): Promise<readonly SwitchingOff[]> {
  const named = (prefix: string): readonly string[] =>
    chosen.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
  const [channels, jobs] = [named("channel:"), named("job:")];
  return [
    ...(channels.length > 0 ? [await switchOffChannels(host, installation, channels)] : []),
    ...(jobs.length > 0 ? [await switchOffJobs(host, installation, jobs)] : []),
    ...(chosen.includes("heartbeat") ? [await switchOffHeartbeat(host, installation)] : []),
    ...(chosen.includes("scheduler") ? [await switchOffScheduler(host, installation)] : []),
  ];
}

function keepInverse({ case: subject, say }: StepContext, item: SwitchedOff): void {
  subject.switchedOff.add(item);
  say(`off: ${item.what}; to switch it on again: ${item.inverse}`);
}
