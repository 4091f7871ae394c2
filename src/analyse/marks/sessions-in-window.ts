import { evidenceAt, finding, inWindow, needsStart, quoted, span } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { counted } from "../../model/text.ts";

const base = {
  id: "sessions-in-window",
  title: "Sessions that were active during the incident",
  severity: "info",
  attack: ["T1059"],
} as const;

export const sessionsInWindow: Mark = {
  ...base,
  needs: ["sessions"],
  unless: needsStart,
  evaluate: (input) => {
    const { since, until } = input.window;
    const active = input.readings.sessions.records.filter(
      ({ createdAt, lastAt }) =>
        inWindow(input.window, createdAt) ||
        inWindow(input.window, lastAt) ||
        // Began before the window and went on after it.
        (createdAt !== undefined &&
          lastAt !== undefined &&
          createdAt < (since ?? "") &&
          lastAt > (until ?? "~")),
    );
    if (active.length === 0) return [];
    const calls = active.reduce((sum, session) => sum + session.toolCalls, 0);
    const busiest = [...active].sort((a, b) => b.toolCalls - a.toolCalls || (a.key < b.key ? -1 : 1));
    return [
      finding(base, {
        key: "all",
        confidence: "confirmed",
        ...span(active.flatMap((session) => [session.createdAt, session.lastAt])),
        summary: `${counted(active.length, "session")} with ${counted(calls, "tool call")} since ${since ?? ""}; the busiest is ${quoted(input, busiest[0]?.key ?? "")}`,
        evidence: busiest.slice(0, 50).map((session) =>
          evidenceAt("sessions", session.place, {
            input,
            excerpt: `${session.key} via ${session.via}, ${counted(session.toolCalls, "tool call")}`,
          }),
        ),
        next: ["read the timeline of each session you do not recognise: claw-ir timeline --grep SESSION"],
      }),
    ];
  },
};
