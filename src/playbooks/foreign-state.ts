/**
 * A state that is not this live host's, such as a mounted disk, may be the only evidence there is: it is sealed and read
 * without a question, and changed only after a yes.
 */
import type { Step, StepContext } from "./types.ts";

/** Asks once in a run, before the first step that writes to OpenClaw's state. */
export async function mayChange(context: StepContext, step: Pick<Step, "mutates">): Promise<boolean> {
  const { host, memory, target } = context;
  if (target.live || (step.mutates !== "state" && step.mutates !== "remote")) return true;
  memory.mayChangeForeign ??= await host.prompt.confirm({
    id: "target.change",
    message: `${target.stateDir} is not the state of this live host. Change it: new tokens and keys, removed devices?`,
    default: false,
  });
  return memory.mayChangeForeign;
}

export function notChanged({ target }: StepContext): string {
  return `${target.stateDir} is not the state of this live host and stays as it is`;
}
