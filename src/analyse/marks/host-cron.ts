import type { HostCronEntry } from "../../model/host-records.ts";
import type { Severity } from "../../model/outcome.ts";
import { findReverseShell } from "../text/commands.ts";
import { findFetchAndRun } from "../text/fetch-and-run.ts";
import { evidenceAt, finding, inWindow, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";
import { inTemporaryFolder } from "./temporary.ts";

const base = {
  id: "host-cron",
  title: "Unusual line in a crontab",
  severity: "high",
  attack: ["T1053.003"],
} as const;

const loader = /^(?:LD_|DYLD_|BASH_ENV$|NODE_OPTIONS$|PYTHONPATH$)/;

interface Reason {
  readonly says: string;
  readonly severity: Severity;
}

function reasonFor(entry: HostCronEntry, input: MarkInput): Reason | undefined {
  const text = entry.input === undefined ? entry.command : `${entry.command}\n${entry.input}`;
  const shell = findReverseShell(text);
  if (shell !== undefined) return { says: shell.says, severity: "critical" };
  const hit = findFetchAndRun(text)[0];
  if (hit !== undefined) return { says: hit.says, severity: "critical" };
  if (entry.hiding) return { says: "hides part of itself from a terminal", severity: "critical" };
  if (entry.kind === "environment") {
    const loads = loader.test(entry.name ?? "");
    return loads ? { says: "makes every job load other code", severity: "high" } : undefined;
  }
  if (entry.kind === "job" && inTemporaryFolder(entry.command)) {
    return { says: "runs something from a temporary folder", severity: "high" };
  }
  if (entry.kind === "unreadable") return { says: "is nothing cron understands", severity: "low" };
  if (!inWindow(input.window, entry.modifiedAt)) return undefined;
  return { says: "stands in a file that was changed during the incident", severity: "medium" };
}

export const hostCronMark: Mark = {
  ...base,
  needs: ["hostCron"],
  evaluate: (input) =>
    input.readings.hostCron.records.flatMap((entry) => {
      const reason = reasonFor(entry, input);
      if (reason === undefined) return [];
      const text =
        entry.name === undefined ? `${entry.schedule} ${entry.command}` : `${entry.name}=${entry.command}`;
      return [
        finding(base, {
          key: `${entry.place.path}\0${entry.schedule}\0${text}`,
          severity: reason.severity,
          why: reason.says,
          confidence: reason.severity === "critical" ? "likely" : "suspicious",
          firstSeen: entry.modifiedAt,
          summary: `${quoted(input, entry.place.path)} ${entry.place.locator ?? ""}${entry.user === undefined ? "" : ` (user ${quoted(input, entry.user, 40)})`} ${reason.says}`,
          evidence: [evidenceAt("host-cron", entry.place, { input, excerpt: text })],
          next: ["take the line out after the evidence is sealed, and look for the program it starts"],
        }),
      ];
    }),
};
