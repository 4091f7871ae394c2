import type { Skill } from "../../model/skill-records.ts";
import { say } from "./event.ts";
import type { EventDraft, TimelineContext } from "./event.ts";

/** Installation, last change, first and last use of a skill. */
export function skillEvents(context: TimelineContext, skill: Skill): readonly EventDraft[] {
  // What OpenClaw ships is thousands of lines that tell nothing.
  if (skill.source === "bundled") return [];
  const name = say(context, skill.name, 80);
  const base = {
    artifact: "skills",
    place: skill.place,
    attack: ["T1195.001"],
    data: { skill: skill.name, kind: skill.source, sha256: skill.sha256, installedFrom: skill.installedFrom },
  };
  return [
    {
      ...base,
      at: skill.modifiedAt,
      tsDesc: "file modified",
      dataType: "openclaw:skill:modified",
      message: `${skill.source} skill ${name} was last changed`,
    },
    {
      ...base,
      at: skill.installedAt,
      tsDesc: "installed",
      dataType: "openclaw:skill:installed",
      message: `${skill.source} skill ${name} was installed from ${say(context, skill.installedFrom ?? "?", 120)}`,
    },
    {
      ...base,
      at: skill.firstUsedAt === skill.lastUsedAt ? undefined : skill.firstUsedAt,
      tsDesc: "first used",
      dataType: "openclaw:skill:used",
      message: `skill ${name} was first used`,
    },
    {
      ...base,
      at: skill.lastUsedAt,
      tsDesc: "last used",
      dataType: "openclaw:skill:used",
      message: `skill ${name} was last used`,
    },
  ];
}
