import type { Json } from "./json.ts";
import type { Confidence, Outcome, Severity } from "./outcome.ts";

/** What a collector kept: bytes in the case's evidence folder, with hash, outcome and origin. */
export interface Artifact {
  readonly id: string;
  readonly title: string;
  readonly stage: string;
  /** MITRE ATT&CK technique ids that this source can show. */
  readonly attack: readonly string[];
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly records: number;
  readonly bytes: number;
  readonly sha256?: string;
  /** Relative to the case folder; absent where nothing was kept. */
  readonly file?: string;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** One line of the timeline, as the contract's JSONL spells it. `message` and `data` are already free of secrets. */
export interface TimelineEvent {
  readonly id: string;
  readonly ts: string;
  readonly tsDesc: string;
  readonly source: string;
  readonly dataType: string;
  readonly message: string;
  readonly host: string;
  readonly user?: string;
  readonly session?: string;
  readonly run?: string;
  readonly artifact: string;
  readonly locator?: string;
  readonly attack?: readonly string[];
  readonly tags?: readonly string[];
  readonly severity?: Severity;
  readonly data: { readonly [key: string]: Json };
}

export interface FindingEvidence {
  readonly artifact: string;
  /** Path on the examined host. */
  readonly path?: string;
  readonly locator?: string;
  readonly sha256?: string;
  readonly excerpt?: string;
}

export interface Finding {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly attack: readonly string[];
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  readonly summary: string;
  /** In a few words and without names, where the title does not say it: "runs something from a temporary folder". */
  readonly why?: string;
  readonly evidence: readonly FindingEvidence[];
  readonly next: readonly string[];
}

/** A rule that could not be judged: never the same as "not matched". */
export interface NotEvaluated {
  readonly rule: string;
  readonly reason: string;
}

/** What the host could not show, in one sentence each; the report prints them all. */
export interface BlindSpot {
  readonly source: string;
  readonly outcome: Exclude<Outcome, "ok">;
  readonly reason: string;
}

export type ReceiptStepName = "create" | "deploy" | "verify-new" | "revoke" | "verify-old";
export type ReceiptOutcome = "done" | "by-user" | "skipped" | "failed" | "unknown";

export interface ReceiptStep {
  readonly step: ReceiptStepName;
  readonly outcome: ReceiptOutcome;
  /** What was seen, such as "401 from /__openclaw/control-ui-config.json". */
  readonly evidence: string;
  readonly at: string;
}

/** The proof that one credential was replaced. `proven` only if the new one was accepted and the old one refused. */
export interface RotationReceipt {
  readonly credential: string;
  readonly kind: string;
  readonly provider: string;
  readonly label: string;
  /** Fingerprints. */
  readonly old: string;
  readonly new: string;
  readonly steps: readonly ReceiptStep[];
  /** Places that still hold the old value. */
  readonly residue: readonly { readonly path: string; readonly locator?: string }[];
  readonly proven: boolean;
}

/** Something switched off, with what switches it on again. */
export interface SwitchedOff {
  readonly what: string;
  readonly how: string;
  readonly inverse: string;
  readonly at: string;
}
