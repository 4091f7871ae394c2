import type { HostEvent } from "../../model/log-records.ts";
import type { Severity } from "../../model/outcome.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";

const base = {
  id: "log-gap",
  title: "A log of the system was cleared, cut or silent",
  severity: "medium",
  attack: ["T1070.002", "T1562.012"],
} as const;

const maxFindings = 50;

/** What daemons say of themselves every day (rotation, vacuuming) is no gap; what the records themselves show is. */
const weights: readonly (readonly [RegExp, Severity])[] = [
  [/overwritten with zeros|is empty although/, "high"],
  [/times go back|no entry for|begin before those/, "medium"],
  [/audit_enabled=0|DAEMON_(?:END|ABORT)|op=set.*audit_enabled.*res=1/, "medium"],
  [/in the middle of a record|audit_lost|backlog limit exceeded/, "low"],
];

function severityOf({ text }: HostEvent): Severity | undefined {
  const head = text.slice(0, 1000);
  return weights.find(([pattern]) => pattern.test(head))?.[1];
}

const sources = [
  ["login-records", "loginRecords"],
  ["auth-logs", "authLog"],
  ["journal", "journal"],
  ["audit-log", "auditLog"],
] as const;

function gapsOf(input: MarkInput): readonly (readonly [string, HostEvent, Severity])[] {
  return sources.flatMap(([artifact, kind]) =>
    input.readings[kind].records.flatMap((event) => {
      const severity = event.kind === "log" ? severityOf(event) : undefined;
      return severity === undefined ? [] : [[artifact, event, severity] as const];
    }),
  );
}

export const logGap: Mark = {
  ...base,
  needs: ["loginRecords"],
  evaluate: (input) =>
    gapsOf(input)
      .slice(0, maxFindings)
      .map(([artifact, event, severity]) =>
        finding(base, {
          key: `${artifact}\0${event.place.path}\0${event.place.locator ?? ""}\0${event.text}`,
          severity,
          firstSeen: event.at,
          lastSeen: event.until ?? event.at,
          summary: `${quoted(input, event.place.path)}: ${quoted(input, event.text, 200)}`,
          evidence: [evidenceAt(artifact, event.place, { input, excerpt: event.text })],
          next: [
            "compare with other records of the same hours: the journal, the provider's console, other machines",
          ],
        }),
      ),
};
