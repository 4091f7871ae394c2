import type { Finding, NotEvaluated } from "../model/evidence.ts";
import { messageOf } from "../model/errors.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Mark, MarkInput, Need } from "./mark.ts";

export type Verdict =
  | { readonly rule: string; readonly outcome: "matched" | "not-matched" }
  | { readonly rule: string; readonly outcome: "not-evaluated"; readonly reason: string };

export interface Judgement {
  /** One per mark, in the order of the marks. */
  readonly verdicts: readonly Verdict[];
  readonly findings: readonly Finding[];
  /** What the report lists as not judged: marks that were not evaluated, and those that matched in an incomplete reading. */
  readonly notEvaluated: readonly NotEvaluated[];
}

/**
 * Judges every mark. A mark that finds nothing in a reading that is not "ok" is not evaluated: unknown is never clean. One
 * that finds something there has matched, and the gap is listed all the same. A mark that throws is not evaluated.
 */
export function judge(marks: readonly Mark[], input: MarkInput): Judgement {
  const verdicts: Verdict[] = [];
  const findings: Finding[] = [];
  const notEvaluated: NotEvaluated[] = [];
  for (const mark of marks) {
    const { found, gap } = evaluate(mark, input);
    findings.push(...found);
    if (gap !== undefined) notEvaluated.push({ rule: mark.id, reason: gap });
    if (found.length > 0) verdicts.push({ rule: mark.id, outcome: "matched" });
    else if (gap === undefined) verdicts.push({ rule: mark.id, outcome: "not-matched" });
    else verdicts.push({ rule: mark.id, outcome: "not-evaluated", reason: gap });
  }
  return { verdicts, findings, notEvaluated };
}

function evaluate(
  mark: Mark,
  input: MarkInput,
): { readonly found: readonly Finding[]; readonly gap?: string } {
  const missing = mark.unless?.(input);
  if (missing !== undefined) return { found: [], gap: missing };
  const gaps = mark.needs.flatMap((need) => gapsOf(mark, need, input));
  try {
    const found = mark.evaluate(input);
    return gaps.length === 0 ? { found } : { found, gap: gaps.join("; ") };
  } catch (error) {
    return { found: [], gap: `the rule failed: ${messageOf(error)}` };
  }
}

function gapsOf({ mechanisms }: Mark, need: Need, input: MarkInput): readonly string[] {
  if (need === "persistence" && mechanisms !== undefined && input.mechanisms !== undefined)
    return mechanisms.flatMap((id) => {
      const { outcome, reason = `${id}: ${outcome}` } = input.mechanisms?.get(id) ?? notLookedAt(id);
      return outcome === "ok" ? [] : [reason];
    });
  const { outcome, reason } = stateOf(need, input);
  return outcome === "ok" ? [] : [reason ?? `${need}: ${outcome}`];
}

function notLookedAt(id: string): { readonly outcome: Outcome; readonly reason?: string } {
  return { outcome: "missing", reason: `${id} was not looked at` };
}

function stateOf(
  need: Need,
  input: MarkInput,
): { readonly outcome: Outcome | "invalid"; readonly reason?: string } {
  if (need === "calls") return input.calls;
  return need === "configFile" ? input.config : input.readings[need];
}
