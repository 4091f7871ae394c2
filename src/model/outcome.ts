/** How reading one source ended. Anything but "ok" is a blind spot that the report names. */
export const outcomes = ["ok", "partial", "missing", "denied", "timeout", "error"] as const;
export type Outcome = (typeof outcomes)[number];

/** Records of one kind together with how well they could be read. */
export interface Reading<T> {
  readonly outcome: Outcome;
  /** Required for every outcome but "ok": one sentence for the report's blind spots. */
  readonly reason?: string;
  readonly records: readonly T[];
}

export function read<T>(records: readonly T[], reasons: readonly string[] = []): Reading<T> {
  return reasons.length === 0
    ? { outcome: "ok", records }
    : { outcome: "partial", reason: reasons.join("; "), records };
}

export function unread<T>(outcome: Exclude<Outcome, "ok">, reason: string): Reading<T> {
  return { outcome, reason, records: [] };
}

/** How a step ended, as the contract's JSON spells it. */
export type StepState = "started" | "done" | "skipped" | "declined" | "failed" | "partial";

export const severities = ["critical", "high", "medium", "low", "info"] as const;
export type Severity = (typeof severities)[number];
export type Confidence = "confirmed" | "likely" | "suspicious";
