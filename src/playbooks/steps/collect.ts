import { openState } from "../../openclaw/index.ts";
import type { StepContext } from "../types.ts";
import { runCollectors } from "./run-collectors.ts";
import { step } from "./step.ts";

export const collect = step({
  id: "collect/all",
  stage: "collect",
  title: "Read sessions, skills, devices, jobs, keys and start-up places",
  mutates: "case",
  plan: () => "copy the databases and read the copies; read crontabs, login keys, units and shell files",
  run: async (context) => {
    await openCopies(context);
    return runCollectors(context, "collect");
  },
});

/** Copies of every database, once per run. */
export async function openCopies(context: StepContext): Promise<void> {
  const { case: subject, host, installation, memory } = context;
  if (memory.state !== undefined || !installation.found) return;
  const state = await openState(host, installation, await subject.scratch(), {
    fingerprintKey: subject.redactor.key,
  });
  memory.state = state;
  memory.onEnd(() => state.close());
  // Agents' own stores may hold secrets that the first look at the control-plane database did not meet.
  const credentials = await state.credentials();
  for (const { secret } of credentials.records) if (secret !== undefined) subject.redactor.learn(secret);
  memory.credentials = credentials.records;
}
