import { join } from "node:path";
import { at, strings } from "../../model/json.ts";
import type { Skill } from "../../model/skill-records.ts";
import { placeOf } from "../agents.ts";
import type { Installation } from "../types.ts";
import type { FileView } from "../view.ts";

/** A folder whose children are skills. */
export interface SkillRoot {
  readonly dir: string;
  readonly source: Skill["source"];
  readonly agent?: string;
}

/**
 * The folders OpenClaw 2026.9.6 loads skills from (src/skills/runtime): every workspace's `skills` and `.agents/skills`, the
 * managed `skills` of the state dir, `~/.agents/skills`, `skills.load.extraDirs`, and those that plugins bring along.
 * Bundled skills lie in the package and are seen as links in `plugin-skills`.
 */
export async function skillRoots(view: FileView, installation: Installation): Promise<readonly SkillRoot[]> {
  const { target, config } = installation;
  const place = placeOf(installation);
  const extra = strings(at(config.value, "skills", "load", "extraDirs")).flatMap((dir): SkillRoot[] => {
    const found = place(dir);
    return "path" in found ? [{ dir: found.path, source: "managed" }] : [];
  });
  const plugins = await view.list(join(target.stateDir, "extensions")).catch(() => []);
  return [
    ...installation.agents.flatMap((agent): SkillRoot[] => [
      { dir: join(agent.workspace, "skills"), source: "workspace", agent: agent.id },
      { dir: join(agent.workspace, ".agents", "skills"), source: "workspace", agent: agent.id },
    ]),
    { dir: join(target.stateDir, "skills"), source: "managed" },
    { dir: join(target.home, ".agents", "skills"), source: "managed" },
    ...extra,
    ...plugins.slice(0, 500).map((plugin): SkillRoot => ({
      dir: join(target.stateDir, "extensions", plugin.name, "skills"),
      source: "plugin",
    })),
    { dir: join(target.stateDir, "plugin-skills"), source: "plugin" },
  ];
}
