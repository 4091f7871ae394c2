import type { Extension } from "../../model/activity-records.ts";
import { leftoverNote } from "../../model/leftover.ts";
import type { Severity } from "../../model/outcome.ts";
import { findReverseShell } from "../text/commands.ts";
import { findFetchAndRun } from "../text/fetch-and-run.ts";
import { evidenceAt, finding, inWindow, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";
import { inTemporaryFolder } from "./temporary.ts";

const base = {
  id: "extension-unusual",
  title: "Hook, plugin or MCP server that is new or runs something unusual",
  severity: "medium",
  attack: ["T1546", "T1195.001"],
} as const;

interface Reason {
  readonly says: string;
  readonly severity: Severity;
}

function reasonFor(one: Extension, { window }: MarkInput): Reason | undefined {
  const says = unusualCode(`${one.runs ?? ""}\n${one.text ?? ""}`);
  if (says !== undefined)
    return { says, severity: one.enabled && one.leftover !== true ? "critical" : "high" };
  if (inTemporaryFolder(one.runs ?? "") || inTemporaryFolder(one.installedFrom ?? ""))
    return { says: "comes from a temporary folder", severity: "high" };
  return !one.bundled && [one.installedAt, one.modifiedAt].some((time) => inWindow(window, time))
    ? { says: "was installed or changed during the incident", severity: "medium" }
    : undefined;
}

function unusualCode(code: string): string | undefined {
  return findReverseShell(code)?.says ?? findFetchAndRun(code)[0]?.says;
}

export const extensionUnusual: Mark = {
  ...base,
  needs: ["extensions"],
  evaluate: (input) =>
    input.readings.extensions.records.flatMap((one) => {
      const reason = reasonFor(one, input);
      if (reason === undefined) return [];
      const excerpt = one.runs ?? one.installedFrom;
      return [
        finding(base, {
          key: `${one.kind}\0${one.name}\0${one.place.path}`,
          severity: reason.severity,
          why: reason.says,
          firstSeen: one.installedAt ?? one.modifiedAt,
          summary: `${one.kind} ${quoted(input, one.name)} (${one.enabled ? "on" : "off"}) ${reason.says}${leftoverNote(one)}`,
          evidence: [
            evidenceAt("extensions", one.place, excerpt === undefined ? undefined : { input, excerpt }),
          ],
          next: ["switch it off before the gateway starts again, unless you put it there"],
        }),
      ];
    }),
};
