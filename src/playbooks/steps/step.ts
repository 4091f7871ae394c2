import type { Step } from "../types.ts";

/** Gives a step its literal id, so that playbooks are checked against it. */
export function step<const Id extends string>(definition: Step<Id>): Step<Id> {
  return definition;
}
