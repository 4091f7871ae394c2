import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "sessions-unknown-origin",
  title: "Session of unknown origin",
  severity: "low",
  attack: ["T1078"],
} as const;

export const sessionsUnknownOrigin: Mark = {
  ...base,
  needs: ["sessions"],
  evaluate: (input) =>
    input.readings.sessions.records
      // An archive keeps no origin: that it is unknown there says nothing.
      // Nor does the log of a command-line back end, which a person may have started, nor what an upgrade left behind.
      .filter(
        ({ via, archived, backEnd, leftover }) =>
          via === "unknown" && archived === undefined && backEnd === undefined && leftover !== true,
      )
      .map((session) =>
        finding(base, {
          key: `${session.agent}/${session.key}`,
          firstSeen: session.createdAt,
          lastSeen: session.lastAt,
          summary: `nothing says who started session ${quoted(input, session.key)} of agent ${quoted(input, session.agent)}`,
          evidence: [evidenceAt("sessions", session.place)],
          next: ["compare its first messages with what you and your channels asked for"],
        }),
      ),
};
