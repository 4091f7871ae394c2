import { dict, isDict, isoOf, list, num, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Reading } from "../../model/outcome.ts";
import { read } from "../../model/outcome.ts";
import type { Grant, Place } from "../../model/records.ts";
import { present } from "../present.ts";
import type { Installation } from "../types.ts";

/** Exec approvals: the file `exec-approvals.json`, or the same JSON in `exec_approvals_config.raw_json`. */
export function execGrants(raw: Dict, place: Place): readonly Grant[] {
  return [
    ...policy(dict(raw["defaults"]), "defaults", place),
    ...Object.entries(dict(raw["agents"])).flatMap(([agent, value]) => [
      ...policy(dict(value), agent, place),
      ...list(dict(value)["allowlist"]).flatMap((entry) => allowEntry(entry, agent, place)),
    ]),
  ];
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

/** Allow-lists that stand in the config. */
export function configGrants({ config }: Pick<Installation, "config">): Reading<Grant> {
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
