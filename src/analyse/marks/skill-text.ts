import type { Skill, SkillFile } from "../../model/skill-records.ts";

/** It came with OpenClaw or with a plugin, and was not put there by anybody by itself. */
export function isShipped({ source }: Pick<Skill, "source">): boolean {
  return source === "bundled" || source === "plugin";
}

/** A skill's files are named from its folder. */
export function skillFilePath(skill: Pick<Skill, "place">, file: Pick<SkillFile, "path">): string {
  return file.path.startsWith("/") ? file.path : `${skill.place.path}/${file.path}`;
}
