import type { Severity } from "../../model/outcome.ts";

export const areas = ["config", "skill", "identity", "cron", "hook", "plugin", "credential", "host"] as const;
export type Area = (typeof areas)[number];

/** One difference, as the contract's `baseline diff` spells it. */
export interface DriftChange {
  readonly kind: "added" | "removed" | "modified" | "mode";
  /** Path on the examined host. */
  readonly path: string;
  readonly area: Area;
  /** For the config and for credentials: which key. */
  readonly key?: string;
  /** Values; credentials are fingerprints. */
  readonly before?: string;
  readonly after?: string;
  /** For texts: the changed lines, redacted. */
  readonly excerpt?: readonly string[];
  readonly severity: Severity;
  readonly why: string;
  readonly attack: readonly string[];
  /** Check ids of OpenClaw's own `security audit` that look at the same thing. */
  readonly checks?: readonly string[];
  /** What the thing is, where the baseline is claw-ir's own: "device", "cron-job", … */
  readonly thing?: string;
  /** What tells the thing from others of its kind: a device's id, a skill's folder. */
  readonly id?: string;
  /** What did it, as far as anything recorded it. */
  readonly cause?: Cause;
  /** Who said that it is known, in a review. */
  readonly vouched?: string;
}

/** The event of the timeline that made a change. "nothing": it was made past everything that records changes. */
export interface Cause {
  readonly kind: "config-audit" | "tool-call" | "record" | "nothing" | "unknown";
  /** One sentence for people. */
  readonly says: string;
  readonly at?: string;
  readonly pid?: number;
  readonly argv?: readonly string[];
  /** Of a config write: "cli", "gateway", … as OpenClaw calls it. */
  readonly origin?: string;
  readonly tool?: string;
  /** Session and sequence number of the tool call. */
  readonly session?: string;
  readonly seq?: number;
  /** Where it is recorded. */
  readonly path?: string;
  readonly locator?: string;
}

export interface BaselineDiff {
  readonly baseline: { readonly commit: string; readonly at: string };
  /** Folder of the examined host that the repository keeps. */
  readonly folder: string;
  readonly changes: readonly DriftChange[];
  /** What is on the disk but of a kind that the baseline holds nothing of: it could not be compared. */
  readonly uncovered: readonly string[];
  readonly problems: readonly string[];
}
