import { evidenceAt, finding, inWindow, needsStart, quoted, span } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "memory-untrusted",
  title: "Memory that came from outside during the incident",
  severity: "high",
  attack: ["T1565.001"],
} as const;

/** What a stranger said once is told to the agent again in every later session. One finding per session it came from. */
export const memoryUntrusted: Mark = {
  ...base,
  needs: ["memory"],
  unless: needsStart,
  evaluate: (input) => {
    const entries = input.readings.memory.records.filter(
      ({ origin, removed, observedAt }) =>
        origin === "untrusted" && removed !== true && inWindow(input.window, observedAt),
    );
    const sessions = Map.groupBy(entries, (entry) => `${entry.agent}\0${entry.sessionId ?? entry.subject}`);
    return [...sessions].flatMap(([key, of]) => {
      const [first] = of;
      if (first === undefined) return [];
      const from = first.sessionId === undefined ? "" : ` in session ${quoted(input, first.sessionId)}`;
      return finding(base, {
        key,
        confidence: "likely",
        ...span(of.map((entry) => entry.observedAt)),
        summary: `${of.length} entries in the memory of agent ${quoted(input, first.agent)} came from somebody who is not its owner${from}`,
        evidence: of
          .slice(0, 20)
          .map((entry) =>
            evidenceAt("memory", entry.place, { input, excerpt: `${entry.subject}: ${entry.text ?? ""}` }),
          ),
        next: [
          "read what it says: instructions, addresses and commands do not belong there",
          "take it out of the memory before the agent runs again",
        ],
      });
    });
  },
};
