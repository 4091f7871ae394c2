import type { TranscriptEvent } from "../../model/session-records.ts";

/** What a line of a log is part of. `folder` and `version` are of the lines before it. */
export interface LineOrigin {
  readonly agent: string;
  readonly sessionId: string;
  /** Number of the line, from 1. */
  readonly seq: number;
  readonly path: string;
}

/** What a line tells: events, and what holds for the lines behind it. */
export interface LineTold {
  readonly events: readonly TranscriptEvent[];
  /** Working folder of the session, as a path on the examined host. */
  readonly folder?: string;
  readonly sessionId?: string;
}

/** Longer results stay in the sealed state. */
export const maxText = 262_144;

export function baseOf(
  backEnd: "claude" | "codex",
  { agent, sessionId, seq, path }: LineOrigin,
  part = 0,
): Pick<TranscriptEvent, "backEnd" | "agent" | "sessionId" | "seq" | "place"> {
  const locator = part === 0 ? `line ${seq}` : `line ${seq}#${part + 1}`;
  return { backEnd, agent, sessionId, seq, place: { path, locator } };
}
