import type { Finding } from "../../model/evidence.ts";
import type { Skill, SkillFile } from "../../model/skill-records.ts";
import { counted, shown } from "../../model/text.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";
import { findInvisible } from "../text/invisible.ts";
import { isShipped, skillFilePath } from "./skill-text.ts";

const base = {
  id: "skill-hidden-text",
  title: "Skill with text that a person does not see",
  severity: "high",
  attack: ["T1027", "T1195.001"],
} as const;

/** The agent reads every character of a skill; its reviewer sees only some. */
export const skillHiddenText: Mark = {
  ...base,
  needs: ["skills"],
  evaluate: (input) =>
    input.readings.skills.records.flatMap((skill) =>
      skill.files.flatMap((file) => judgeFile(skill, file, input)),
    ),
};

function judgeFile(skill: Skill, file: SkillFile, input: MarkInput): readonly Finding[] {
  const hidden = findInvisible(file.text ?? "");
  const [first] = hidden;
  if (first === undefined) return [];
  const path = skillFilePath(skill, file);
  const says = hidden.map((one) => `${one.says}, ${counted(one.count, "time")}`).join("; ");
  return [
    finding(base, {
      key: `${skill.place.path}/${file.path}`,
      severity: isShipped(skill) ? "low" : "high",
      why: first.says,
      firstSeen: file.modifiedAt ?? skill.modifiedAt,
      summary: `${quoted(input, file.path)} of the ${skill.source} skill ${quoted(input, skill.name)} ${says}`,
      evidence: hidden.map((one) => ({
        ...evidenceAt("skills", { path, locator: `line ${one.line}` }),
        sha256: shown(file.sha256, 64),
      })),
      next: ["read the file with its invisible characters spelled out, before the agent reads it again"],
    }),
  ];
}
