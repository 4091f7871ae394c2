import { evidenceAt, finding, inWindow, needsStart, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { skillFilePath } from "./skill-text.ts";
import { counted } from "../../model/text.ts";

const base = {
  id: "skill-in-window",
  title: "Skill that came or changed during the incident",
  severity: "medium",
  attack: ["T1195.001"],
} as const;

export const skillInWindow: Mark = {
  ...base,
  needs: ["skills"],
  unless: needsStart,
  evaluate: (input) =>
    input.readings.skills.records.flatMap((skill) => {
      const changed = skill.files.filter((file) => inWindow(input.window, file.modifiedAt));
      const times = [skill.modifiedAt, skill.installedAt];
      if (changed.length === 0 && !times.some((time) => inWindow(input.window, time))) return [];
      const from = skill.installedFrom === undefined ? "" : ` from ${quoted(input, skill.installedFrom)}`;
      return [
        finding(base, {
          key: skill.place.path,
          // An update of OpenClaw brings all of its own anew.
          severity: skill.source === "bundled" ? "low" : "medium",
          firstSeen: skill.modifiedAt,
          summary: `the ${skill.source} skill ${quoted(input, skill.name)}${from} has ${counted(changed.length, "file")} of that time`,
          evidence: [
            evidenceAt("skills", skill.place),
            ...changed.slice(0, 20).map((file) => evidenceAt("skills", { path: skillFilePath(skill, file) })),
          ],
          next: ["find out who installed it: a person, the agent in a session, or an update"],
        }),
      ];
    }),
};
