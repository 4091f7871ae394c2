import {
  collectors,
  createReadings,
  keptReadings,
  runCollector,
  type Collector,
  type Sources,
} from "../../collectors/index.ts";
import type { Artifact } from "../../model/evidence.ts";
import type { StepContext, StepResult } from "../types.ts";

/** A resumed run collects as much as the first one was told to. */
const fullFact = "collect.full";

/** What collectors and analysis read from; the readings live as long as the run. */
export async function sources(context: StepContext): Promise<Sources> {
  const { case: subject, host, installation, memory, target } = context;
  if (context.options.full === true) subject.facts.set(fullFact, true);
  memory.readings ??= createReadings(await keptReadings(host, subject.info.path, subject.evidence.all()));
  return {
    host,
    target,
    installation,
    redactor: subject.redactor,
    readings: memory.readings,
    scratch: () => subject.scratch(),
    ...(subject.facts.get(fullFact) === true ? { full: true } : {}),
    ...(memory.state === undefined ? {} : { state: memory.state }),
  };
}

/** Runs every collector of a stage, in the order of volatility, and says what could not be read. */
export async function runCollectors(context: StepContext, stage: Collector["stage"]): Promise<StepResult> {
  const from = await sources(context);
  const artifacts: { readonly artifact: Artifact; readonly collector: Collector }[] = [];
  for (const collector of collectors.filter((one) => one.stage === stage)) {
    context.host.terminal.progress(`  … ${collector.title}`);
    artifacts.push({ collector, artifact: await runCollector(context.host, context.case, collector, from) });
  }
  const missed = artifacts.filter(({ artifact, collector }) => isMissed(artifact, collector));
  const receipt = {
    artifacts: artifacts.length,
    records: artifacts.reduce((sum, { artifact }) => sum + artifact.records, 0),
  };
  const { live, notLiveBecause } = context.target;
  // On a mounted disk there is nothing volatile but, at best, logs.
  if (!live && artifacts.every(({ artifact }) => artifact.outcome === "missing")) {
    return {
      state: "skipped",
      reason: notLiveBecause ?? "the examined state is not this live host",
      receipt,
    };
  }
  if (missed.length === 0) return { state: "done", receipt };
  const reasons = missed.map(({ artifact }) => `${artifact.title}: ${artifact.reason ?? artifact.outcome}`);
  return { state: "partial", reason: reasons.join("; "), receipt };
}

/**
 * Whether a source that should have been readable was not. What a live host hides of its other users' processes, and what is
 * told to root only, is a blind spot of the report and nothing that went wrong: without root it is always so.
 */
function isMissed({ outcome, reason }: Artifact, collector: Collector): boolean {
  if (outcome === "ok" || outcome === "missing") return false;
  if (outcome === "denied") return collector.rootAdds === undefined;
  // What goes through the whole host may meet its limit of time as well as its limits of number.
  if (outcome === "timeout") return collector.wide !== true;
  if (outcome !== "partial") return true;
  return !(collector.liveOnly || collector.wide === true || isForRootOnly(reason ?? ""));
}

/** Every part of the reason is about what this user may not read. */
function isForRootOnly(reason: string): boolean {
  const end = reason.lastIndexOf("; as root: ");
  const parts = end < 0 ? [] : reason.slice(0, end).split("; ");
  return (
    parts.length > 0 &&
    parts.every((part) => /may not be read by this user$|only this user's own entries$/.test(part))
  );
}
