import type { Case } from "../case/types.ts";
import type { ClawError } from "../model/errors.ts";
import { endOf, type Ended } from "./ended.ts";
import { mayChange, notChanged } from "./foreign-state.ts";
import { earlierReason, finishedSteps } from "./progress.ts";
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
 * steps marked `always` (the report) still run. What ends the run (Ctrl-C, a used-up budget, wrong usage such as an
 * unanswered prompt) is journaled and told as that step's failure, and then thrown.
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
    if (earlier !== undefined && entry.always !== true && entry.again?.(context) !== true) {
      const told = eventOf(walk, { state: earlier, reason: earlierReason }, now(context));
      yield told;
      ended.push(told);
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
  const withheld = await guarded(context, () => whyNot(walk, blockedBy));
  if (withheld.result !== undefined) return yield* tell(walk, { ...withheld, startedAt }, withheld.result);
  // The journal is written before the step runs: after a crash we know what was attempted.
  const started = { ...eventOf(walk, { state: "done" }, startedAt), state: "started" as const };
  await journal(context.case, started);
  yield started;
  const end = await guarded(context, () => walk.step.run(context));
  return yield* tell(walk, { ...end, startedAt, endedAt: now(context) }, end.result);
}

interface Ending {
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly thrown?: ClawError;
}

/** Journals and yields how a step ended; then throws what ends the whole run. */
async function* tell(
  walk: Walk,
  { startedAt, endedAt, thrown }: Ending,
  result: StepResult,
): AsyncGenerator<StepEvent, StepEvent> {
  const event: StepEvent = {
    ...eventOf(walk, result, startedAt),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
  await journal(walk.run.context.case, event);
  yield event;
  if (thrown !== undefined) throw thrown;
  return event;
}

async function guarded<Result extends StepResult | undefined>(
  { host }: StepContext,
  work: () => Promise<Result>,
): Promise<Ended<Result | StepResult>> {
  try {
    host.signal.throwIfAborted();
    return { result: await work() };
  } catch (error) {
    return endOf(error, host.signal);
  }
}

/** Why a step does not run at all, or undefined when it may. */
async function whyNot(walk: Walk, blockedBy: string | undefined): Promise<StepResult | undefined> {
  const { context } = walk.run;
  const { step, entry } = walk;
  const reason = blockedBy === undefined ? notHere(walk) : `not run because ${blockedBy} failed`;
  if (reason !== undefined) return { state: "skipped", reason };
  if (!(await mayChange(context, step))) return { state: "declined", reason: notChanged(context) };
  const confirm = typeof entry.confirm === "function" ? entry.confirm(context) : entry.confirm;
  if (confirm !== undefined && !(await context.host.prompt.confirm(confirm))) {
    await context.case.journal.append("answer", { prompt: confirm.id, answer: false });
    return { state: "declined", reason: `answered no to "${confirm.message}"` };
  }
  return undefined;
}

/** Why a step makes no sense on this host, on this state or in this case. */
function notHere({ run, step, entry }: Walk): string | undefined {
  const { target, installation } = run.context;
  if (step.liveOnly === true && !target.live)
    return target.notLiveBecause ?? "the examined state is not this live host";
  if (step.needsState === true && !installation.found) return "no readable OpenClaw state was found";
  const wanted = entry.when?.(run.context) ?? true;
  return wanted === true ? undefined : wanted;
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
    title: event.title,
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
