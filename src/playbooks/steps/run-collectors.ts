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

/** What collectors and analysis read from; the readings live as long as the run. */
export async function sources(context: StepContext): Promise<Sources> {
  const { case: subject, host, installation, memory, target } = context;
  memory.readings ??= createReadings(await keptReadings(host, subject.info.path, subject.evidence.all()));
  return {
    host,
    target,
    installation,
    redactor: subject.redactor,
    readings: memory.readings,
    ...(memory.state === undefined ? {} : { state: memory.state }),
  };
}

/** Runs every collector of a stage, in the order of volatility, and says what could not be read. */
export async function runCollectors(context: StepContext, stage: Collector["stage"]): Promise<StepResult> {
  const from = await sources(context);
  const artifacts: Artifact[] = [];
  for (const collector of collectors.filter((one) => one.stage === stage)) {
    context.host.terminal.progress(`  … ${collector.title}`);
    artifacts.push(await runCollector(context.host, context.case, collector, from));
  }
  const bad = artifacts.filter((one) => !["ok", "missing"].includes(one.outcome));
  const receipt = {
    artifacts: artifacts.length,
    records: artifacts.reduce((sum, one) => sum + one.records, 0),
  };
  if (bad.length === 0) return { state: "done", receipt };
  const reasons = bad.map((one) => `${one.title}: ${one.reason ?? one.outcome}`);
  return { state: "partial", reason: reasons.join("; "), receipt };
}
