export interface Tally {
  readonly checked: number;
  readonly altered: number;
  readonly missing: number;
}

/** What `case verify` found, as the contract's JSON; `verdict` is "tampered" as soon as there is one problem. */
export interface CaseVerification {
  readonly case: string;
  readonly journal: { readonly entries: number; readonly intact: boolean; readonly problem?: string };
  /** Rows of the database that journal entries vouch for: findings, receipts, facts, batches of the timeline. */
  readonly records: Tally;
  readonly artifacts: Tally;
  readonly archives: Tally;
  /** Paths of the archives that are there, byte for byte as the journal says. */
  readonly sealed: readonly string[];
  /** One sentence each. */
  readonly problems: readonly string[];
  /** What a crash may leave and what cannot be told; no sign of tampering. */
  readonly notes: readonly string[];
  readonly verdict: "intact" | "tampered";
}

export interface Findings {
  readonly problems: string[];
  readonly notes: string[];
}
