import { evidenceAt, finding, inWindow, needsStart, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "transcript-rewritten",
  title: "Transcript written anew, or database taken out of use, during the incident",
  severity: "medium",
  attack: ["T1070", "T1565.001"],
} as const;

/** Forks, rewinds and repairs rewrite a transcript, too. */
export const transcriptRewritten: Mark = {
  ...base,
  needs: ["operations"],
  unless: needsStart,
  evaluate: (input) =>
    input.readings.operations.records
      .filter(
        ({ kind, status, at }) =>
          ((kind === "transcript-rewrite" && status === "rewritten") || kind === "quarantine") &&
          inWindow(input.window, at),
      )
      .map((one) =>
        finding(base, {
          key: `${one.place.path}\0${one.place.locator ?? ""}`,
          firstSeen: one.at,
          summary: quoted(input, one.detail, 300).slice(1, -1),
          evidence: [evidenceAt("operations", one.place, { input, excerpt: one.detail })],
          next: ["compare with the trajectory of the session and with OpenClaw's action ledger of that time"],
        }),
      ),
};
