import type { Row } from "../../../host/sqlite.ts";
import type { Session } from "../../../model/session-records.ts";
import { ranOnOf } from "../../back-ends/ran-on.ts";
import { present } from "../../present.ts";
import { skillsIn } from "../skills-seen.ts";
import { jsonColumn, text } from "../rows.ts";

const part = (path: string): string =>
  `CASE WHEN json_valid(n.entry_json) THEN json_extract(n.entry_json, '$.${path}') END`;

/** What is taken out of `session_nodes.entry_json`, which holds the whole prompt of the skills and more. */
export const entryColumns = `${part("cliSessionBindings")} AS cli_bindings, ${part("cliSessionIds")} AS cli_ids,
  ${part("skillsSnapshot.prompt")} AS skills_prompt`;

/** The entry is that of the node's current session. */
export function entryFacts(row: Row, current: boolean): Pick<Session, "ranOn" | "skillsSeen"> {
  const provider = text(row, "model_provider") ?? text(row, "agent_harness_id");
  const entry = current
    ? { cliSessionBindings: jsonColumn(row, "cli_bindings"), cliSessionIds: jsonColumn(row, "cli_ids") }
    : {};
  const seen = current ? skillsIn(text(row, "skills_prompt") ?? "") : [];
  return present({ ranOn: ranOnOf(entry, provider), skillsSeen: seen.length === 0 ? undefined : seen });
}
