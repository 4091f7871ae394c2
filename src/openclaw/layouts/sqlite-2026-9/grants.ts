import { str } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { Grant } from "../../../model/records.ts";
import { present } from "../../present.ts";
import { execGrants } from "../grant-shapes.ts";
import { jsonColumn, text, time, timeOf } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { Source } from "../source.ts";

/**
 * What a past approval lets happen again: commands, tools, and people who may talk to the agent. What the config allows is
 * read for every layout alike (`grant-shapes.ts`).
 */
export function grants(source: Source): Reading<Grant> {
  return combine([execApprovals(source), standing(source), allowed(source), asking(source)]);
}

function execApprovals(source: Source): Reading<Grant> {
  return query<Grant>(source, {
    kind: "state",
    tables: ["exec_approvals_config"],
    sql: "SELECT * FROM exec_approvals_config",
    map: (row, open) => {
      const locator = `exec_approvals_config/${text(row, "config_key") ?? ""}`;
      return execGrants(jsonColumn(row, "raw_json"), { path: open.shown, locator });
    },
  });
}

function standing(source: Source): Reading<Grant> {
  return query<Grant>(source, {
    kind: "state",
    tables: ["operator_approvals"],
    sql: "SELECT * FROM operator_approvals WHERE decision = 'allow-always' ORDER BY created_at_ms, approval_id",
    map: (row, open) => {
      const shown = jsonColumn(row, "presentation_json");
      const subject =
        str(shown["command"]) ??
        str(shown["commandText"]) ??
        str(shown["title"]) ??
        text(row, "source_tool_name");
      const who = [text(row, "resolver_kind"), text(row, "resolver_id")].filter((part) => part !== undefined);
      return {
        kind: "standing-grant",
        subject: subject ?? text(row, "kind") ?? "unknown",
        detail: `allow-always${who.length === 0 ? "" : ` by ${who.join(" ")}`}`,
        ...present({ createdAt: time(row, "resolved_at_ms") ?? time(row, "created_at_ms") }),
        place: { path: open.shown, locator: `operator_approvals/${text(row, "approval_id") ?? ""}` },
      };
    },
  });
}

function allowed(source: Source): Reading<Grant> {
  return query<Grant>(source, {
    kind: "state",
    tables: ["channel_pairing_allow_entries"],
    sql: "SELECT * FROM channel_pairing_allow_entries ORDER BY channel_key, account_id, sort_order",
    map: (row, open) => {
      const channel = text(row, "channel_key");
      const entry = text(row, "entry");
      if (channel === undefined || entry === undefined) return undefined;
      const account = text(row, "account_id") ?? "default";
      return {
        kind: "channel-allow",
        subject: `${channel}:${entry}`,
        detail: `account ${account}`,
        ...present({ createdAt: time(row, "updated_at") }),
        place: { path: open.shown, locator: `channel_pairing_allow_entries/${channel}/${account}/${entry}` },
      };
    },
  });
}

function asking(source: Source): Reading<Grant> {
  return query<Grant>(source, {
    kind: "state",
    tables: ["channel_pairing_requests"],
    sql: "SELECT * FROM channel_pairing_requests ORDER BY created_at, request_id",
    map: (row, open) => {
      const channel = text(row, "channel_key");
      const id = text(row, "request_id");
      if (channel === undefined || id === undefined) return undefined;
      return {
        kind: "channel-pairing",
        subject: `${channel}:${id}`,
        detail: `account ${text(row, "account_id") ?? "default"}, asks to be let in`,
        ...present({ createdAt: timeOf(row["created_at"]) }),
        place: { path: open.shown, locator: `channel_pairing_requests/${channel}/${id}` },
      };
    },
  });
}
