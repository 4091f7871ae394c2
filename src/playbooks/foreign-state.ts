/**
 * A state that is not this live host's, such as a mounted disk, may be the only evidence there is: it is sealed and read
 * without a question, and changed only after a yes.
 */
import type { Target } from "../openclaw/types.ts";
import type { Step, StepContext } from "./types.ts";

/** A step that writes to OpenClaw's state, on a state that is not the live host's. */
export function asksFirst(target: Target, { mutates }: Pick<Step, "mutates">): boolean {
  return !target.live && (mutates === "state" || mutates === "remote");
}

/** Asks once in a run, before the first step that writes to OpenClaw's state. */
export async function mayChange(context: StepContext, step: Pick<Step, "mutates">): Promise<boolean> {
  const { host, memory, target } = context;
  if (!asksFirst(target, step)) return true;
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
