import { cancelled, ClawError, exits, messageOf } from "../model/errors.ts";
import type { Json } from "../model/json.ts";
import { shown } from "../model/text.ts";
import type { StepResult } from "./types.ts";

/** How a step ended, and what has to be thrown because the whole run ends with it. */
export interface Ended<Result = StepResult> {
  readonly result: Result;
  readonly thrown?: ClawError;
}

/** What a thrown error means for the step and for the run. Only three kinds end the run: Ctrl-C, the budget, wrong usage. */
export function endOf(error: unknown, signal: AbortSignal): Ended {
  const abort = abortOf(error, signal);
  if (abort !== undefined) {
    const reason = abort.exit === "cancelled" ? "interrupted by the user" : failureText(abort);
    return { result: { state: "failed", reason }, thrown: abort };
  }
  const result: StepResult = { state: "failed", reason: failureText(error), ...detailOf(error) };
  // An unanswered prompt is wrong usage, not a step that went wrong: the user must learn of it at once.
  return error instanceof ClawError && error.exit === "usage" ? { result, thrown: error } : { result };
}

function abortOf(error: unknown, signal: AbortSignal): ClawError | undefined {
  if (signal.aborted) return signal.reason instanceof ClawError ? signal.reason : cancelled();
  return error instanceof ClawError && error.exit === "cancelled" ? error : undefined;
}

function failureText(error: unknown): string {
  const hint = error instanceof ClawError && error.hint !== undefined ? ` (${error.hint})` : "";
  return shown(messageOf(error) + hint, 600);
}

function detailOf(error: unknown): { receipt?: Json } {
  return error instanceof ClawError ? { receipt: { code: error.code, exit: exits[error.exit] } } : {};
}
