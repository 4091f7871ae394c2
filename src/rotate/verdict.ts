/** Three-valued: a network fault, a 429 or an answer nobody knows is never taken for a proof. */
export interface Verdict {
  readonly state: "accepted" | "refused" | "unknown";
  /** What was seen, free of secrets: "401 from /__openclaw/control-ui-config.json". */
  readonly evidence: string;
}
