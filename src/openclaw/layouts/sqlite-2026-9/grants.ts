import type { Row } from "../../../host/sqlite.ts";
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
 * read for every layout alike (`config-grants.ts`).
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
      const who = resolverOf(row);
      return {
        kind: "standing-grant",
        subject: approvalSubject(row) ?? text(row, "kind") ?? "unknown",
        detail: `allow-always${who === undefined ? "" : ` by ${who}`}`,
        ...present({ createdAt: time(row, "resolved_at_ms") ?? time(row, "created_at_ms"), madeBy: who }),
        place: { path: open.shown, locator: `operator_approvals/${text(row, "approval_id") ?? ""}` },
      };
    },
  });
}

/** "device 3f2a…", "channel telegram:777": who answered the question. */
function resolverOf(row: Row): string | undefined {
  const who = [text(row, "resolver_kind"), text(row, "resolver_id")].filter((part) => part !== undefined);
  return who.length === 0 ? undefined : who.join(" ");
}

/** Who answered each question that is still on record. */
function resolvers(source: Source): ReadonlyMap<string, string> {
  const { records } = query<readonly [string, string]>(source, {
    kind: "state",
    tables: ["operator_approvals"],
    sql: "SELECT approval_id, resolver_kind, resolver_id FROM operator_approvals",
    // A row in its own list, so that it is one record and not two.
    map: (row) => {
      const [id, who] = [text(row, "approval_id"), resolverOf(row)];
      return id === undefined || who === undefined ? [] : [[id, who]];
    },
  });
  return new Map(records);
}

/** What a job may do without asking again, bound to one operation; it outlives the device or person that gave it. */
function standing(source: Source): Reading<Grant> {
  const madeBy = resolvers(source);
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
        ...present({
          createdAt: time(row, "created_at_ms"),
          madeBy: madeBy.get(text(row, "minted_by_approval_id") ?? ""),
        }),
        // OpenClaw keeps what it took back, with the time; it lets nothing happen any more.
        ...(number(row, "revoked_at_ms") === undefined ? { entry: { in: "standing-grant", id } } : {}),
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
      const [channel, account] = [text(row, "channel") ?? "?", text(row, "account_id") ?? "default"];
      const root = text(row, "plugin_root");
      const where = `${channel}/${account}`;
      return {
        kind: "standing-grant",
        subject: `plugin ${plugin} in ${where}`,
        ...present({ detail: root, createdAt: time(row, "approved_at") }),
        ...(root === undefined ? {} : { entry: { in: "plugin-binding", root, channel, account } }),
        place: { path: open.shown, locator: `plugin_binding_approvals/${plugin}/${where}` },
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
        entry: { in: "channel-allow", channel, account, sender: entry },
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
      const account = text(row, "account_id") ?? "default";
      return {
        kind: "channel-pairing",
        subject: `${channel}:${id}`,
        detail: `account ${account}, asks to be let in`,
        ...present({ createdAt: timeOf(row["created_at"]) }),
        entry: { in: "channel-pairing", channel, account, sender: id },
        place: { path: open.shown, locator: `channel_pairing_requests/${channel}/${id}` },
      };
    },
  });
}
