import type { Severity } from "../../model/outcome.ts";
import type { PersistenceItem } from "../../model/persistence.ts";
import { findReverseShell } from "../text/commands.ts";
import { findFetchAndRun } from "../text/fetch-and-run.ts";
import { evidenceAt, finding, inWindow, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";
import { inTemporaryFolder } from "./temporary.ts";

const base = {
  id: "persistence-unusual",
  title: "Something that starts by itself or lets in, and is new or unusual",
  severity: "medium",
  attack: ["T1543", "T1546", "T1547", "T1556"],
} as const;

/** Variables that make every program load other code: ld.so(8), bash(1). */
const loader = /(?:^|[\s"'=])(?:LD_PRELOAD|LD_AUDIT|DYLD_INSERT_LIBRARIES|BASH_ENV|PROMPT_COMMAND)=/;

interface Reason {
  readonly says: string;
  readonly severity: Severity;
}

function reasonFor(item: PersistenceItem, { window }: MarkInput): Reason | undefined {
  const text = [...item.runs, ...item.sets].join("\n");
  const says = findReverseShell(text)?.says ?? findFetchAndRun(text)[0]?.says;
  if (says !== undefined) return { says, severity: "critical" };
  const { odd } = item;
  const [first] = odd;
  if (first !== undefined) return { says: odd.join("; "), severity: "high" };
  if (item.package !== undefined) return undefined;
  if (inTemporaryFolder(text)) return { says: "runs something from a temporary folder", severity: "high" };
  if (loader.test(text)) return { says: "makes other programs load its code", severity: "high" };
  if (inWindow(window, item.file?.modifiedAt))
    return { says: "stands in a file that was changed during the incident", severity: "medium" };
  return item.kind === "unreadable" ? { says: "makes no sense as it stands", severity: "low" } : undefined;
}

export const persistenceUnusual: Mark = {
  ...base,
  needs: ["persistence"],
  evaluate: (input) =>
    input.readings.persistence.records.flatMap((item) => {
      const reason = reasonFor(item, input);
      if (reason === undefined) return [];
      const excerpt = [...item.runs, ...item.sets].join(" ");
      const { sha256, modifiedAt } = item.file ?? {};
      return [
        finding(base, {
          key: `${item.mechanism}\0${item.place.path}\0${item.name}\0${excerpt}`,
          severity: reason.severity,
          why: reason.says,
          firstSeen: modifiedAt,
          summary: `${item.mechanism}: ${quoted(input, item.name)} in ${quoted(input, item.place.path, 160)} ${reason.says}`,
          evidence: [
            {
              ...evidenceAt(item.mechanism, item.place, excerpt === "" ? undefined : { input, excerpt }),
              ...(sha256 === undefined ? {} : { sha256 }),
            },
          ],
          next: ["compare it with a backup or the package it came with, and take it out after the seal"],
        }),
      ];
    }),
};
