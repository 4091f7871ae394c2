import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "transcript-incomplete",
  title: "Transcript from which events are missing",
  severity: "medium",
  attack: ["T1070"],
} as const;

const next = [
  "what is missing may be in the trajectory, in an archive, in a backup or in the free pages of the database",
];

/** Holes in the numbering, which OpenClaw does not make, and heads that were cut off, which older versions did at times. */
export const transcriptIncomplete: Mark = {
  ...base,
  needs: ["operations", "sessions"],
  evaluate: (input) => [
    ...input.readings.operations.records
      .filter(({ kind, status }) => kind === "transcript-rewrite" && status === "events missing")
      .map((one) =>
        finding(base, {
          key: `holes\0${one.place.path}\0${one.place.locator ?? ""}`,
          severity: "high",
          confidence: "likely",
          lastSeen: one.at,
          summary: quoted(input, one.detail, 300).slice(1, -1),
          evidence: [evidenceAt("operations", one.place, { input, excerpt: one.detail })],
          next,
        }),
      ),
    ...input.readings.sessions.records
      .filter(({ headCut }) => headCut !== undefined)
      .map((session) =>
        finding(base, {
          key: `head\0${session.agent}/${session.id}`,
          firstSeen: session.headCut,
          summary: `session ${quoted(input, session.id)} of agent ${quoted(input, session.agent)} ran from ${session.headCut ?? ""} on, and its transcript begins later`,
          evidence: [evidenceAt("sessions", session.place)],
          next,
        }),
      ),
  ],
};
