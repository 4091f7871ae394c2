import type { Row } from "../../host/sqlite.ts";
import type { Operation } from "../../model/activity-records.ts";
import { text, textsColumn, time, timeOf } from "../layouts/rows.ts";
import type { Query } from "../layouts/source.ts";
import { present } from "../present.ts";

const maxDetail = 2000;

function storeOf(
  table: string,
  order: string,
  told: (row: Row) => Pick<Operation, "detail"> & {
    readonly at: string | undefined;
    readonly status?: string | undefined;
    readonly key: string | undefined;
  },
): Query<Operation> {
  return {
    kind: "state",
    tables: [table],
    sql: `SELECT * FROM ${table} ORDER BY ${order}`,
    map: (row, open) => {
      const { at: when, status, detail, key } = told(row);
      if (when === undefined || key === undefined) return undefined;
      return {
        ...{ kind: "skill-workshop" as const, at: when, ...present({ status }) },
        detail: detail.slice(0, maxDetail),
        place: { path: open.shown, locator: `${table}/${key}` },
      };
    },
  };
}

/** What was done with proposals, what a review of all skills kept and dropped, and what was there before one was applied. */
export const workshopStores: readonly Query<Operation>[] = [
  storeOf("skill_workshop_proposal_events", "sequence", (row) => ({
    at: timeOf(row["occurred_at"]),
    status: text(row, "event_type"),
    key: text(row, "event_id"),
    detail: facts([
      `proposal ${text(row, "proposal_id") ?? "?"}, version ${text(row, "proposed_version") ?? "?"}`,
      `revision sha256 ${text(row, "revision_hash") ?? "?"}`,
      `by ${(text(row, "actor_json") ?? "?").slice(0, 300)}`,
    ]),
  })),
  storeOf("skill_workshop_collection_reviews", "create_time, review_id", (row) => ({
    at: time(row, "create_time"),
    status: "reviewed",
    key: text(row, "review_id"),
    detail: facts([
      `agent ${text(row, "owner_agent_id") ?? "?"} went through its skills`,
      `${textsColumn(row, "kept_names_json").length} kept`,
      `written: ${textsColumn(row, "written_names_json").join(" ")}`,
      `dropped: ${(text(row, "dropped_json") ?? "").slice(0, 600)}`,
    ]),
  })),
  storeOf("skill_workshop_proposal_rollbacks", "written_at, proposal_id", (row) => ({
    at: timeOf(row["written_at"]),
    status: text(row, "action"),
    key: text(row, "proposal_id"),
    detail: facts([
      `proposal ${text(row, "proposal_id") ?? "?"} was written to ${text(row, "target_skill_file") ?? "?"}`,
      text(row, "previous_content_hash") === undefined
        ? "nothing was there before"
        : `before it sha256 ${text(row, "previous_content_hash") ?? ""}`,
    ]),
  })),
];

/** What is known, in one line. */
export function facts(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(", ");
}
