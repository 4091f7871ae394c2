/** What was done once more about something that a later case had ended. */
export interface Revocation {
  /** "device 3f2a…", "cron job nightly", "gateway token", "Anthropic API key". No secret. */
  readonly what: string;
  readonly case: string;
  /** "dead": it stands in the state and is refused by whoever issued it. "failed": it lives again. */
  readonly state: "removed" | "off" | "replaced" | "dead" | "failed";
  /** Where it stands now, what switches it on again, or what is to be done. */
  readonly detail: string;
}
