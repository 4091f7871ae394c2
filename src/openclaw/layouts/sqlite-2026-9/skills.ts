import { num } from "../../../model/json.ts";
import type { SkillUse, SkillUses } from "../../skills/skills.ts";
import { present } from "../../present.ts";
import { text, time } from "../rows.ts";
import { query } from "../source.ts";
import type { Source } from "../source.ts";

/** Use counts by the path of SKILL.md. The skills themselves are files in every layout. */
export function skillUses(source: Source): SkillUses {
  const reading = query<readonly [string, SkillUse]>(source, {
    kind: "state",
    tables: ["skill_usage"],
    sql: "SELECT skill_file, use_count, first_used_at_ms, last_used_at_ms FROM skill_usage",
    map: (row) => [
      [
        text(row, "skill_file") ?? "",
        {
          uses: num(row["use_count"]) ?? 0,
          ...present({
            firstUsedAt: time(row, "first_used_at_ms"),
            lastUsedAt: time(row, "last_used_at_ms"),
          }),
        },
      ] as const,
    ],
  });
  return new Map(reading.records);
}
