import type { HostEvent } from "../../model/log-records.ts";
import { evidenceAt, finding, inWindow, needsStart, quoted, span } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { counted } from "../../model/text.ts";

const base = {
  id: "login-in-window",
  title: "Somebody logged in while the incident was going on",
  severity: "low",
  attack: ["T1078", "T1021.004"],
} as const;

const maxFindings = 100;

const sources = [
  ["login-records", "loginRecords"],
  ["auth-logs", "authLog"],
  ["journal", "journal"],
] as const;

interface Seen {
  readonly artifact: string;
  readonly event: HostEvent;
}

/** One finding per account and place that it came from; an address from which others failed before weighs more. */
export const loginInWindow: Mark = {
  ...base,
  needs: ["loginRecords"],
  unless: needsStart,
  evaluate: (input) => {
    const all: readonly Seen[] = sources.flatMap(([artifact, kind]) =>
      input.readings[kind].records.map((event) => ({ artifact, event })),
    );
    const failed = new Map<string, number>();
    for (const { event } of all) {
      if (event.kind !== "login-failed" || event.from === undefined) continue;
      failed.set(event.from, (failed.get(event.from) ?? 0) + 1);
    }
    const logins = all.filter(({ event }) => event.kind === "login" && inWindow(input.window, event.at));
    const groups = Map.groupBy(logins, ({ event }) => `${event.user ?? ""}\0${event.from ?? ""}`);
    return [...groups].slice(0, maxFindings).map(([key, of]) => {
      const [first] = of;
      const { user = "?", from = "?" } = first?.event ?? {};
      const attempts = failed.get(from) ?? 0;
      const guessed = attempts >= 5;
      return finding(base, {
        key,
        ...(guessed ? { severity: "high" as const } : {}),
        ...span(of.map(({ event }) => event.at)),
        summary: `${quoted(input, user)} logged in from ${quoted(input, from)}${guessed ? ` after ${counted(attempts, "failed attempt")} from there` : ""}`,
        evidence: of
          .slice(0, 5)
          .map(({ artifact, event }) => evidenceAt(artifact, event.place, { input, excerpt: event.text })),
        next: [
          "ask whoever the account belongs to; if it was nobody, the account's keys and passwords are known",
        ],
      });
    });
  },
};
