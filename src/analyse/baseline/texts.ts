import { diffLines } from "diff";
import type { Severity } from "../../model/outcome.ts";
import { shown } from "../../model/text.ts";
import { findReverseShell } from "../text/commands.ts";
import { findFetchAndRun } from "../text/fetch-and-run.ts";
import type { Area, DriftChange } from "./types.ts";

const maxEdits = 2000;
const maxLines = 16;

/** Added lines and an excerpt of what changed; `before` and `after` are already redacted. */
export function diffTexts(
  before: string,
  after: string,
): { readonly added: string; readonly excerpt: readonly string[] } {
  // Past this number of edits the texts have little in common, and comparing them takes time squared.
  const parts = diffLines(before, after, { maxEditLength: maxEdits });
  if (parts === undefined) return { added: after, excerpt: ["(too many differences to show)"] };
  const lines: { readonly isAdded: boolean; readonly line: string }[] = [];
  const added: string[] = [];
  for (const part of parts) {
    if (!part.added && !part.removed) continue;
    if (part.added) added.push(part.value);
    for (const line of part.value.replace(/\n$/, "").split("\n")) lines.push({ isAdded: part.added, line });
  }
  return { added: added.join(""), excerpt: excerptOf(lines) };
}

/** What came is what matters: of a long change no more than the first half of the lines tells what went. */
function excerptOf(
  lines: readonly { readonly isAdded: boolean; readonly line: string }[],
): readonly string[] {
  const comes = lines.filter(({ isAdded }) => isAdded).length;
  let gone = Math.max(maxLines / 2, maxLines - comes);
  const picked = lines.filter(({ isAdded }) => isAdded || (gone -= 1) >= 0);
  return picked.slice(0, maxLines).map(({ isAdded, line }) => `${isAdded ? "+" : "-"} ${shown(line, 160)}`);
}

interface Weight {
  readonly severity: Severity;
  readonly why: string;
  readonly attack: readonly string[];
}

const ofArea: Readonly<Record<Area, Weight>> = {
  config: { severity: "high", why: "the config cannot be compared key by key", attack: ["T1565.001"] },
  skill: { severity: "medium", why: "skills are instructions and code for the agent", attack: ["T1195.001"] },
  identity: { severity: "medium", why: "the agent reads this file at every start", attack: ["T1565.001"] },
  cron: { severity: "high", why: "jobs run by themselves", attack: ["T1053"] },
  hook: { severity: "high", why: "hooks run by themselves", attack: ["T1546"] },
  plugin: { severity: "high", why: "plugins run inside the gateway", attack: ["T1195.001"] },
  credential: { severity: "medium", why: "a file of credentials", attack: ["T1552.001"] },
  host: { severity: "medium", why: "the host itself", attack: [] },
};

/** How bad a changed file is: by its area, and by what the new text does. */
export function weighText(area: Area, kind: DriftChange["kind"], added: string): Weight {
  const base = ofArea[area];
  const says = findReverseShell(added)?.says ?? findFetchAndRun(added)[0]?.says;
  if (says !== undefined) {
    return { severity: "critical", why: `the new text ${says}`, attack: [...base.attack, "T1059", "T1105"] };
  }
  if (kind === "removed") return { ...base, severity: "low" };
  if (kind === "mode") return { ...base, severity: "low", why: "it became executable, or is no longer" };
  return base;
}
