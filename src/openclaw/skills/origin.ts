import { join } from "node:path";
import { dict, isDict, parseJson, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Skill, SkillFile } from "../../model/skill-records.ts";
import { timeOf } from "../layouts/rows.ts";
import { present } from "../present.ts";
import type { FileView } from "../view.ts";

export type Origin = Pick<Skill, "installedFrom" | "installedAt">;

/** The folder was called otherwise until 2026.2. */
const folders = [".clawhub", ".clawdhub"];
const maxLock = 4 * 1024 * 1024;
const maxSkills = 5000;

/** What ClawHub wrote beside a skill when it installed it. */
export function originOf(files: readonly SkillFile[]): Origin | undefined {
  const found = folders.map((folder) => files.find((file) => file.path === `${folder}/origin.json`)?.text);
  const origin = dict(parseJson(found.find((text) => text !== undefined) ?? ""));
  const slug = str(origin["slug"]);
  return slug === undefined ? undefined : told(slug, origin);
}

function told(slug: string, record: Dict): Origin {
  const version = str(record["installedVersion"]) ?? str(record["version"]);
  const owner = str(record["ownerHandle"]);
  const name = owner === undefined ? slug : `@${owner}/${slug}`;
  return {
    installedFrom: `${str(record["registry"]) ?? "clawhub"} ${name}${version === undefined ? "" : `@${version}`}`,
    ...present({ installedAt: timeOf(record["installedAt"]) }),
  };
}

/** `.clawhub/lock.json` of a workspace: what was installed there, by the name of the skill's folder. Never throws. */
export async function lockedSkills(view: FileView, workspace: string): Promise<ReadonlyMap<string, Origin>> {
  const found = new Map<string, Origin>();
  for (const folder of folders) {
    const text = await view.readText(join(workspace, folder, "lock.json"), maxLock).catch(() => "");
    for (const [slug, record] of Object.entries(dict(dict(parseJson(text))["skills"])))
      if (isDict(record) && !found.has(slug) && found.size < maxSkills) found.set(slug, told(slug, record));
  }
  return found;
}
