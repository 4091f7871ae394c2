import type { Case } from "../case/types.ts";
import { cancelled, ClawError, exits, messageOf } from "../model/errors.ts";
import type { Json } from "../model/json.ts";
import { shown } from "../model/text.ts";
import { finishedSteps } from "./progress.ts";
import { summarise } from "./summary.ts";
import type { Playbook, PlaybookStep, RunEvent, Step, StepContext, StepResult } from "./types.ts";

type StepEvent = Extract<RunEvent, { type: "step" }>;

export interface Run {
  readonly playbook: Playbook;
  readonly steps: ReadonlyMap<string, Step>;
  readonly context: StepContext;
  /** Steps that an earlier run finished are told, not repeated. */
  readonly resume: boolean;
}

/**
 * Walks a playbook and yields what happens: one event when a step starts, one when it ended, a summary at the end.
 * A step that fails is said and journaled, and the walk goes on unless the playbook marks it `stopOnFailure`; then only
 * steps marked `always` (the report) still run. Ctrl-C is journaled and thrown on as `cancelled()`.
 */
export async function* runPlaybook(run: Run): AsyncGenerator<RunEvent, void> {
  const { context, playbook } = run;
  const ended: StepEvent[] = [];
  yield { type: "case", id: context.case.info.id, path: context.case.info.path };
  const before = run.resume ? finishedSteps(context.case.journal) : new Map<string, never>();
  let blockedBy: string | undefined;
  for (const [index, entry] of playbook.steps.entries()) {
    const step = run.steps.get(entry.id);
    if (step === undefined) throw new Error(`playbook ${playbook.id} names an unknown step ${entry.id}`);
    const walk = { run, entry, step, seq: index + 1 };
    const earlier = before.get(entry.id);
    if (earlier !== undefined && entry.always !== true) {
      ended.push(eventOf(walk, { state: earlier, reason: "finished in an earlier run" }, now(context)));
      continue;
    }
    const last = yield* oneStep(walk, entry.always === true ? undefined : blockedBy);
    ended.push(last);
    if (last.state === "failed" && entry.stopOnFailure === true) blockedBy = entry.id;
  }
  yield summarise(context.case, ended, blockedBy);
}

interface Walk {
  readonly run: Run;
  readonly entry: PlaybookStep;
  readonly step: Step;
  readonly seq: number;
}

async function* oneStep(walk: Walk, blockedBy: string | undefined): AsyncGenerator<StepEvent, StepEvent> {
  const { context } = walk.run;
  const startedAt = now(context);
  const withheld = await whyNot(walk, blockedBy);
  if (withheld !== undefined) {
    const event = eventOf(walk, withheld, startedAt);
    await journal(context.case, event);
    yield event;
    return event;
  }
  // The journal is written before the step runs: after a crash we know what was attempted.
  const started = { ...eventOf(walk, { state: "done" }, startedAt), state: "started" as const };
  await journal(context.case, started);
  yield started;
  const result = await attempt(walk);
  const event: StepEvent = { ...eventOf(walk, result, startedAt), endedAt: now(context) };
  await journal(context.case, event);
  if (context.host.signal.aborted) throw cancelled();
  yield event;
  return event;
}

/** Why a step does not run at all, or undefined when it may. */
async function whyNot(walk: Walk, blockedBy: string | undefined): Promise<StepResult | undefined> {
  const { context } = walk.run;
  const { step, entry } = walk;
  if (context.host.signal.aborted) throw cancelled();
  if (blockedBy !== undefined) return { state: "skipped", reason: `not run because ${blockedBy} failed` };
  if (step.liveOnly === true && !context.target.live) {
    return {
      state: "skipped",
      reason: context.target.notLiveBecause ?? "the examined state is not this live host",
    };
  }
  if (step.needsState === true && !context.installation.found) {
    return { state: "skipped", reason: "no OpenClaw state was found" };
  }
  const wanted = entry.when?.(context);
  if (wanted !== undefined && wanted !== true) return { state: "skipped", reason: wanted };
  const confirm = typeof entry.confirm === "function" ? entry.confirm(context) : entry.confirm;
  if (confirm !== undefined && !(await context.host.prompt.confirm(confirm))) {
    await context.case.journal.append("answer", { prompt: confirm.id, answer: false });
    return { state: "declined", reason: `answered no to "${confirm.message}"` };
  }
  return undefined;
}

async function attempt({ step, run }: Walk): Promise<StepResult> {
  try {
    return await step.run(run.context);
  } catch (error) {
    if (error instanceof ClawError && error.exit === "cancelled") return interrupted;
    if (run.context.host.signal.aborted) return interrupted;
    // An unanswered prompt is wrong usage, not a step that went wrong: the user must learn of it at once.
    if (error instanceof ClawError && error.exit === "usage") throw error;
    return { state: "failed", reason: failureText(error), ...detailOf(error) };
  }
}

const interrupted: StepResult = { state: "failed", reason: "interrupted by the user" };

function failureText(error: unknown): string {
  const hint = error instanceof ClawError && error.hint !== undefined ? ` (${error.hint})` : "";
  return shown(messageOf(error) + hint, 600);
}

function detailOf(error: unknown): { receipt?: Json } {
  return error instanceof ClawError ? { receipt: { code: error.code, exit: exits[error.exit] } } : {};
}

function eventOf({ step, seq, run }: Walk, result: StepResult, startedAt: string): StepEvent {
  const { redactor } = run.context.case;
  return {
    type: "step",
    seq,
    id: step.id,
    stage: step.stage,
    mutates: step.mutates,
    state: result.state,
    ...(result.reason === undefined ? {} : { reason: redactor.text(result.reason) }),
    startedAt,
    ...(result.receipt === undefined ? {} : { receipt: redactor.json(result.receipt) }),
    title: step.title,
  };
}

async function journal(subject: Case, event: StepEvent): Promise<void> {
  const { id, stage, mutates, state, startedAt, seq } = event;
  await subject.journal.append("step", {
    id,
    seq,
    stage,
    mutates,
    state,
    startedAt,
    ...(event.reason === undefined ? {} : { reason: event.reason }),
    ...(event.endedAt === undefined ? {} : { endedAt: event.endedAt }),
    ...(event.receipt === undefined ? {} : { receipt: event.receipt }),
  });
}

function now(context: StepContext): string {
  return context.host.clock.now().toISOString();
}
