import type { Reading } from "../../../model/outcome.ts";
import type { Grant } from "../../../model/records.ts";
import { present } from "../../present.ts";
import { execGrants } from "../grant-shapes.ts";
import { queryOnFirstUse } from "../on-first-use.ts";
import { jsonColumn, number, text, time, timeOf } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { Source } from "../source.ts";
import { approvalSubject } from "./approvals.ts";

/**
 * What a past approval lets happen again: commands, tools, and people who may talk to the agent. What the config allows is
 * read for every layout alike (`grant-shapes.ts`).
 */
export function grants(source: Source): Reading<Grant> {
  return combine([
    execApprovals(source),
    allowedAlways(source),
    standing(source),
    pluginBindings(source),
    allowed(source),
    asking(source),
  ]);
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

function allowedAlways(source: Source): Reading<Grant> {
  return query<Grant>(source, {
    kind: "state",
    tables: ["operator_approvals"],
    sql: "SELECT * FROM operator_approvals WHERE decision = 'allow-always' ORDER BY created_at_ms, approval_id",
    map: (row, open) => {
      const who = [text(row, "resolver_kind"), text(row, "resolver_id")].filter((part) => part !== undefined);
      return {
        kind: "standing-grant",
        subject: approvalSubject(row) ?? text(row, "kind") ?? "unknown",
        detail: `allow-always${who.length === 0 ? "" : ` by ${who.join(" ")}`}`,
        ...present({ createdAt: time(row, "resolved_at_ms") ?? time(row, "created_at_ms") }),
        place: { path: open.shown, locator: `operator_approvals/${text(row, "approval_id") ?? ""}` },
      };
    },
  });
}

/** What a job may do without asking again, bound to one operation; it outlives the device or person that gave it. */
function standing(source: Source): Reading<Grant> {
  return queryOnFirstUse<Grant>(source, {
    kind: "state",
    tables: ["operator_approval_standing_grants"],
    sql: "SELECT * FROM operator_approval_standing_grants ORDER BY created_at_ms, grant_id",
    map: (row, open) => {
      const id = text(row, "grant_id");
      if (id === undefined) return undefined;
      const facts = [
        `agent ${text(row, "agent_id") ?? "?"}`,
        `job ${text(row, "cron_job_id") ?? "?"}`,
        `from approval ${text(row, "minted_by_approval_id") ?? "?"}`,
        `used ${number(row, "use_count") ?? 0} times`,
        ...said("expires", time(row, "expires_at_ms")),
        ...said("revoked", time(row, "revoked_at_ms")),
      ];
      return {
        kind: "standing-grant",
        subject: text(row, "operation_binding") ?? id,
        detail: facts.join(", "),
        ...present({ createdAt: time(row, "created_at_ms") }),
        place: { path: open.shown, locator: `operator_approval_standing_grants/${id}` },
      };
    },
  });
}

function said(what: string, at: string | undefined): readonly string[] {
  return at === undefined ? [] : [`${what} ${at}`];
}

/** Plugins that may speak in a channel's account. */
function pluginBindings(source: Source): Reading<Grant> {
  return query<Grant>(source, {
    kind: "state",
    tables: ["plugin_binding_approvals"],
    sql: "SELECT * FROM plugin_binding_approvals ORDER BY approved_at, plugin_root, channel, account_id",
    map: (row, open) => {
      const plugin = text(row, "plugin_id");
      if (plugin === undefined) return undefined;
      const channel = `${text(row, "channel") ?? "?"}/${text(row, "account_id") ?? "default"}`;
      return {
        kind: "standing-grant",
        subject: `plugin ${plugin} in ${channel}`,
        ...present({ detail: text(row, "plugin_root"), createdAt: time(row, "approved_at") }),
        place: { path: open.shown, locator: `plugin_binding_approvals/${plugin}/${channel}` },
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
