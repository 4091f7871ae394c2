import { ClawError, cancelled } from "../../model/errors.ts";

export interface Signals {
  readonly signal: AbortSignal;
  /** As if the user had pressed Ctrl-C: a prompt in raw mode gets the key before the system does. */
  readonly cancel: () => void;
  /** Takes the listeners and the timer away; the process then dies of a signal as usual. */
  readonly dispose: () => void;
}

export interface SignalOptions {
  readonly budgetMs?: number;
  /** Called for every signal after the first one. The caller leaves with exit code 130 at once. */
  readonly onSecond?: () => void;
}

/** What setTimeout can hold; a longer one would end at once. */
const longestTimer = 2 ** 31 - 1;
const caught = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Aborts `signal` at the first SIGINT, SIGTERM or SIGHUP (reason: cancelled()) or when the budget is used up (reason: a
 * ClawError "budget-used-up", exit 3). What was aborted throws that reason.
 */
export function installSignals(options: SignalOptions = {}): Signals {
  const controller = new AbortController();
  let seen = 0;
  const cancel = (): void => {
    if (!controller.signal.aborted) controller.abort(cancelled());
  };
  const onSignal = (): void => {
    seen += 1;
    if (seen > 1) options.onSecond?.();
    else cancel();
  };
  for (const name of caught) process.on(name, onSignal);
  const { budgetMs } = options;
  const timer =
    budgetMs === undefined
      ? undefined
      : setTimeout(() => controller.abort(overBudget(budgetMs)), Math.min(budgetMs, longestTimer));
  timer?.unref();
  return {
    signal: controller.signal,
    cancel,
    dispose: () => {
      for (const name of caught) process.off(name, onSignal);
      clearTimeout(timer);
    },
  };
}

function overBudget(budgetMs: number): ClawError {
  return new ClawError(`the time budget of ${budgetMs / 1000} s is used up`, {
    exit: "partial",
    code: "budget-used-up",
    hint: "claw-ir resume carries on; --budget SECONDS gives it longer",
  });
}

/** What to throw once the signal is aborted. */
export function abortError(signal: AbortSignal): ClawError {
  return signal.reason instanceof ClawError ? signal.reason : cancelled();
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortError(signal);
}
