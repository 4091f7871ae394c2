import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { counted } from "../../model/text.ts";

const base = {
  id: "session-orphaned",
  title: "Transcript whose session was taken out of the list",
  severity: "medium",
  attack: ["T1070"],
} as const;

/** OpenClaw removes a session together with its transcript; what is left of one was not removed by it. */
export const sessionOrphaned: Mark = {
  ...base,
  needs: ["sessions"],
  evaluate: (input) =>
    input.readings.sessions.records
      .filter((session) => session.status === "orphaned")
      .map((session) =>
        finding(base, {
          key: `${session.agent}/${session.id}`,
          summary: `${counted(session.events, "event")} of session ${quoted(input, session.id)} of agent ${quoted(input, session.agent)} are there, and no session`,
          evidence: [evidenceAt("sessions", session.place)],
          next: ["read its transcript: somebody took the session out of the database by hand"],
        }),
      ),
};
