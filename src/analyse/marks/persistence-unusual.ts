import type { Severity } from "../../model/outcome.ts";
import { changedText, hidesText } from "../../model/persistence.ts";
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

/** Marks of their own judge what these run and when they changed. */
const judgedElsewhere: ReadonlySet<string> = new Set([
  "host-cron",
  "authorized-keys",
  "systemd-user",
  "shell-startup",
]);

interface Reason {
  readonly says: string;
  readonly severity: Severity;
}

function reasonFor(item: PersistenceItem, { window }: MarkInput): Reason | undefined {
  const odd = oddReason(item);
  if (judgedElsewhere.has(item.mechanism)) return odd;
  const text = [...item.runs, ...item.sets].join("\n");
  const says = findReverseShell(text)?.says ?? findFetchAndRun(text)[0]?.says;
  if (says !== undefined) return { says, severity: item.package === undefined ? "critical" : "low" };
  return odd ?? (item.package === undefined ? ownReason(item, text, window) : undefined);
}

/** What its collector found odd about it. A package may do much that would be odd of anybody else. */
function oddReason({ odd, package: owner }: PersistenceItem): Reason | undefined {
  if (odd.length === 0) return undefined;
  const bad = odd.includes(hidesText) || odd.includes(changedText);
  return { says: odd.join("; "), severity: bad ? "high" : owner === undefined ? "medium" : "low" };
}

function ownReason(item: PersistenceItem, text: string, window: MarkInput["window"]): Reason | undefined {
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
