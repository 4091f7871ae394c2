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
