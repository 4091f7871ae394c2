import type { Finding } from "../../model/evidence.ts";
import type { Severity } from "../../model/outcome.ts";
import type { Skill, SkillFile } from "../../model/skill-records.ts";
import { counted, shown } from "../../model/text.ts";
import { evidenceAt, finding, inWindow, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";
import { findFetchAndRun } from "../text/fetch-and-run.ts";
import { findReverseShell } from "../text/commands.ts";
import { isShipped, skillFilePath } from "./skill-text.ts";

const base = {
  id: "skill-fetch-and-run",
  title: "Skill with text that fetches and runs code",
  severity: "high",
  attack: ["T1195.001", "T1105", "T1059"],
} as const;

export const skillFetchAndRun: Mark = {
  ...base,
  needs: ["skills"],
  evaluate: (input) =>
    input.readings.skills.records.flatMap((skill) =>
      skill.files.flatMap((file) => judgeFile(skill, file, input)),
    ),
};

interface Verdict {
  readonly says: string;
  readonly severity: Severity;
  readonly places: readonly { readonly line: number; readonly excerpt: string }[];
}

function judgeText(text: string, source: Skill["source"]): Verdict | undefined {
  const shell = findReverseShell(text);
  const hits = findFetchAndRun(text);
  const says = shell?.says ?? hits[0]?.says;
  if (says === undefined) return undefined;
  const shipped = isShipped({ source });
  const packagesOnly = shell === undefined && hits.every((hit) => hit.name === "remote-package");
  const places = shell === undefined ? hits : [{ line: 0, excerpt: shell.excerpt }, ...hits];
  const severity = shipped || packagesOnly ? "low" : shell === undefined ? "high" : "critical";
  return { says, severity, places: places.slice(0, 5) };
}

function judgeFile(skill: Skill, file: SkillFile, input: MarkInput): readonly Finding[] {
  const verdict = file.text === undefined ? undefined : judgeText(input.redact(file.text), skill.source);
  if (verdict === undefined) return [];
  const { says, severity, places } = verdict;
  const changed = file.modifiedAt ?? skill.modifiedAt;
  const path = skillFilePath(skill, file);
  const used = skill.uses === undefined ? "" : `; it was used ${counted(skill.uses, "time")}`;
  return [
    finding(base, {
      key: `${skill.source}/${skill.name}/${file.path}`,
      title: `Skill ${quoted(input, skill.name, 40)} ${says}`,
      severity,
      why: says,
      confidence: inWindow(input.window, changed) ? "likely" : "suspicious",
      firstSeen: changed,
      summary: `${quoted(input, file.path)} of the ${skill.source} skill ${quoted(input, skill.name)} ${says}${used}`,
      evidence: places.map((hit) => ({
        ...evidenceAt("skills", { path }, { input, excerpt: hit.excerpt }),
        sha256: shown(file.sha256, 64),
        ...(hit.line > 0 ? { locator: `line ${hit.line}` } : {}),
      })),
      next: [
        "do not run it: read the file in the sealed evidence",
        "remove the skill unless you know who put it there, and look for sessions that used it",
      ],
    }),
  ];
}
