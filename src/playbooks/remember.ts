import type { Case } from "../case/types.ts";
import { strings } from "../model/json.ts";

const key = "remember";

/** Adds something that only people can do to the report's next steps, once. */
export function addRemember(subject: Case, text: string): void {
  const before = strings(subject.facts.get(key));
  if (!before.includes(text)) subject.facts.set(key, [...before, text]);
}
