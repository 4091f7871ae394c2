import type { Installation, Target } from "../openclaw/types.ts";
import { exits } from "../model/errors.ts";
import type { Host } from "../host/host.ts";
import type { RunOptions } from "./options.ts";
import { asksFirst } from "./foreign-state.ts";
import type { Playbook, PlaybookStep, RunEvent, Step } from "./types.ts";

/** The same walk as a run, told instead of done: no case is made, no question asked, nothing read but what is known. */
export function* dryRun(
  playbook: Playbook,
  steps: ReadonlyMap<string, Step>,
  at: {
    readonly host: Host;
    readonly target: Target;
    readonly installation: Installation;
    readonly options: RunOptions;
  },
): Generator<RunEvent, void> {
  yield { type: "case", id: null, path: null };
  for (const [index, entry] of playbook.steps.entries()) {
    const step = steps.get(entry.id);
    if (step === undefined) throw new Error(`playbook ${playbook.id} names an unknown step ${entry.id}`);
    yield {
      type: "step",
      seq: index + 1,
      id: step.id,
      stage: step.stage,
      mutates: step.mutates,
      state: "skipped",
      reason: whatWouldHappen(entry, step, at),
      startedAt: at.host.clock.now().toISOString(),
      title: step.title,
    };
  }
  yield {
    type: "summary",
    case: null,
    exit: exits.ok,
    outcome: "dry run: nothing was changed",
    containedInMs: null,
    archives: [],
    findings: { critical: 0, high: 0, medium: 0, low: 0 },
    rotations: { proven: 0, done: 0, pending: 0, failed: 0 },
    report: null,
  };
}

function whatWouldHappen(entry: PlaybookStep, step: Step, at: Parameters<Step["plan"]>[0]): string {
  if (step.liveOnly === true && !at.target.live)
    return `would be skipped: ${at.target.notLiveBecause ?? "not the live host"}`;
  if (step.needsState === true && !at.installation.found)
    return "would be skipped: no readable OpenClaw state was found";
  return `dry run${condition(entry, step, at.target)}: ${step.plan(at)}`;
}

/** What is only decided while it runs. */
function condition({ when, confirm }: PlaybookStep, step: Step, target: Target): string {
  const asked = typeof confirm === "object" ? ` to "${confirm.message}"` : "";
  return [
    ...(when === undefined ? [] : [", if the case calls for it"]),
    ...(confirm === undefined && !asksFirst(target, step) ? [] : [`, after a yes${asked}`]),
  ].join("");
}
