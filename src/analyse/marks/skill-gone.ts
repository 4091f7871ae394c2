import type { Skill } from "../../model/skill-records.ts";
import { evidenceAt, finding, quoted, span } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { counted } from "../../model/text.ts";

const base = {
  id: "skill-gone",
  title: "Skill that the agent was told of and that is no longer there",
  severity: "medium",
  attack: ["T1070.004", "T1195.001"],
} as const;

/** Skills of OpenClaw's own folders only: of others it is not known whether they were looked for. */
const judged = /\/\.(?:openclaw|clawdbot)(?:-[\w-]{1,64})?\/(?:[^\0]{0,400}\/)?(?:plugin-)?skills\//;

export const skillGone: Mark = {
  ...base,
  needs: ["sessions", "skills"],
  evaluate: (input) => {
    const there = input.readings.skills.records.map(fileOf);
    const seen = input.readings.sessions.records.flatMap((session) =>
      (session.skillsSeen ?? []).map((path) => ({ path, session })),
    );
    return [...Map.groupBy(seen, ({ path }) => path)].flatMap(([path, of]) => {
      const end = path.replace(/^~/, "");
      if (!judged.test(end) || there.some((file) => file.endsWith(end))) return [];
      return finding(base, {
        key: path,
        ...span(of.map(({ session }) => session.lastAt)),
        summary: `${counted(of.length, "session")} knew the skill ${quoted(input, path, 160)}, which is not there any more`,
        evidence: of
          .slice(0, 10)
          .map(({ session }) => evidenceAt("sessions", session.place, { input, excerpt: path })),
        next: ["look for it in backups and in the tool calls of these sessions: who removed it, and why?"],
      });
    });
  },
};

function fileOf({ place }: Skill): string {
  return place.path.endsWith(".md") ? place.path : `${place.path}/SKILL.md`;
}
