import type { Case } from "../case/types.ts";
import { strings } from "../model/json.ts";

const key = "remember";

/** Adds something that only people can do to the report's next steps, once. */
export function addRemember(subject: Case, text: string): void {
  const before = strings(subject.facts.get(key));
  if (!before.includes(text)) subject.facts.set(key, [...before, text]);
}

/** Takes out what was done meanwhile: every reminder that begins with one of the texts. */
export function dropRemember(subject: Case, beginnings: readonly string[]): void {
  const before = strings(subject.facts.get(key));
  const left = before.filter((text) => !beginnings.some((beginning) => text.startsWith(beginning)));
  if (left.length < before.length) subject.facts.set(key, left);
}
