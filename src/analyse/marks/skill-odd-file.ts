import { basename } from "node:path";
import type { Severity } from "../../model/outcome.ts";
import type { SkillFile } from "../../model/skill-records.ts";
import { shown } from "../../model/text.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { isShipped, skillFilePath } from "./skill-text.ts";

const base = {
  id: "skill-odd-file",
  title: "Skill with a program or a hidden file in it",
  severity: "low",
  attack: ["T1195.001", "T1564.001"],
} as const;

/** Written by ClawHub, git and editors. */
const usualHidden =
  /(?:^|\/)(?:\.clawhub\/(?:origin|lock)\.json|\.git(?:ignore|attributes|keep)|\.editorconfig|\.DS_Store)$/;
const maxFindings = 20;

interface Reason {
  readonly says: string;
  readonly severity: Severity;
}

function reasonFor(file: SkillFile): Reason | undefined {
  const within = file.path.startsWith("/") ? basename(file.path) : file.path;
  const isHidden = /(?:^|\/)\.[^/]/.test(within) && !usualHidden.test(within);
  if (file.executable && file.text === undefined)
    return { says: "holds a program that cannot be read as text", severity: "medium" };
  if (isHidden && file.executable)
    return { says: "holds a hidden file that can be executed", severity: "medium" };
  if (isHidden) return { says: "holds a hidden file", severity: "low" };
  if (file.text?.startsWith("link to ") === true && file.bytes === 0)
    return { says: "holds a link", severity: "low" };
  return file.executable ? { says: "holds a file that can be executed", severity: "low" } : undefined;
}

/** Scripts are usual in skills, and worth a look in one that nobody remembers. */
export const skillOddFile: Mark = {
  ...base,
  needs: ["skills"],
  evaluate: (input) =>
    input.readings.skills.records
      .filter((skill) => !isShipped(skill))
      .flatMap((skill) => {
        const odd = skill.files.flatMap((file) => {
          const reason = reasonFor(file);
          return reason === undefined ? [] : [{ file, ...reason }];
        });
        const worst = odd.find(({ severity }) => severity === "medium") ?? odd[0];
        if (worst === undefined) return [];
        const names = odd.slice(0, 5).map(({ file }) => quoted(input, file.path));
        return [
          finding(base, {
            key: skill.place.path,
            severity: worst.severity,
            why: worst.says,
            firstSeen: skill.modifiedAt,
            summary: `the ${skill.source} skill ${quoted(input, skill.name)} ${worst.says}: ${names.join(" ")}${odd.length > 5 ? ` and ${odd.length - 5} more` : ""}`,
            evidence: [
              evidenceAt("skills", skill.place),
              ...odd.slice(0, maxFindings).map(({ file }) => ({
                ...evidenceAt("skills", { path: skillFilePath(skill, file) }),
                sha256: shown(file.sha256, 64),
              })),
            ],
            next: ["read it without running it, and compare the skill with the place it came from"],
          }),
        ];
      }),
};
