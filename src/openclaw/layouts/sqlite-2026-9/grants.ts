import { dict, isDict, isoOf, list, num, str } from "../../../model/json.ts";
import type { Dict } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import { read } from "../../../model/outcome.ts";
import type { Grant, Place } from "../../../model/records.ts";
import { present } from "../../present.ts";
import { jsonColumn, text, time, timeOf } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { Source } from "../source.ts";

/** What a past approval lets happen again: commands, tools, and people who may talk to the agent. */
export function grants(source: Source): Reading<Grant> {
  return combine([
    execApprovals(source),
    standing(source),
    allowed(source),
    asking(source),
    inConfig(source),
  ]);
}

function execApprovals(source: Source): Reading<Grant> {
  return query<Grant>(source, {
    kind: "state",
    tables: ["exec_approvals_config"],
    sql: "SELECT * FROM exec_approvals_config",
    map: (row, open) => {
      const raw = jsonColumn(row, "raw_json");
      const place: Place = {
        path: open.shown,
        locator: `exec_approvals_config/${text(row, "config_key") ?? ""}`,
      };
      const agents = Object.entries(dict(raw["agents"]));
      return [
        ...policy(dict(raw["defaults"]), "defaults", place),
        ...agents.flatMap(([agent, value]) => [
          ...policy(dict(value), agent, place),
          ...list(dict(value)["allowlist"]).flatMap((entry) => allowEntry(entry, agent, place)),
        ]),
      ];
    },
  });
}

function allowEntry(entry: unknown, agent: string, place: Place): readonly Grant[] {
  const pattern = isDict(entry) ? str(entry["pattern"]) : str(entry);
  if (pattern === undefined) return [];
  const used = isDict(entry) ? isoOf(entry["lastUsedAt"]) : undefined;
  const created = isDict(entry) ? (isoOf(entry["createdAt"]) ?? isoOf(entry["addedAt"])) : undefined;
  const detail = used === undefined ? `agent ${agent}` : `agent ${agent}, last used ${used}`;
  return [{ kind: "exec-allowlist", subject: pattern, detail, ...present({ createdAt: created }), place }];
}

/** Settings that let every command run unasked. */
function policy(value: Dict, whose: string, place: Place): readonly Grant[] {
  const open: readonly [string, string][] = [
    ["security", "full"],
    ["ask", "off"],
    ["askFallback", "full"],
  ];
  return open
    .filter(([key, loose]) => value[key] === loose)
    .map(([key, loose]) => ({
      kind: "standing-grant",
      subject: `exec ${key}=${loose}`,
      detail: whose,
      place,
    }));
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

/** Allow-lists that stand in the config. */
function inConfig(source: Source): Reading<Grant> {
  const { config } = source.installation;
  const found: Grant[] = [];
  const add = (value: unknown, subject: string, locator: string): void => {
    for (const item of list(value)) {
      const entry = str(item) ?? (num(item) === undefined ? undefined : String(num(item)));
      if (entry === undefined) continue;
      found.push({
        kind: "channel-allow",
        subject: `${subject}:${entry}`,
        place: { path: config.path, locator },
      });
    }
  };
  const scan = (channel: string, value: Dict, locator: string): void => {
    for (const key of ["allowFrom", "groupAllowFrom"]) add(value[key], channel, `${locator}.${key}`);
  };
  for (const [channel, value] of Object.entries(dict(config.value["channels"]))) {
    scan(channel, dict(value), `channels.${channel}`);
    for (const [account, entry] of Object.entries(dict(dict(value)["accounts"])))
      scan(channel, dict(entry), `channels.${channel}.accounts.${account}`);
  }
  add(dict(config.value["commands"])["ownerAllowFrom"], "owner", "commands.ownerAllowFrom");
  const blind =
    config.outcome === "ok" || config.outcome === "missing" ? [] : [config.reason ?? "the config"];
  return read(found, blind);
}
