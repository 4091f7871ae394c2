/**
 * Who the config lets in: lists of senders and settings that let everybody in. Where channels keep them in 2026.9.6 is in the schemas of
 * their plugins (`allowFrom` and `groupAllowFrom` of a channel, an account, a group, a topic; `users` and `roles` of a guild or
 * room); who may use commands and elevated tools stands beside them.
 */
import { dict, isDict, list, num, str } from "../../model/json.ts";
import type { Reading } from "../../model/outcome.ts";
import { read } from "../../model/outcome.ts";
import type { Grant } from "../../model/records.ts";
import type { Installation } from "../types.ts";
import { showPath } from "../write/config-path.ts";
import type { ConfigPath } from "../write/config-path.ts";

/** As deep as a topic of a group of an account, and some more: deeper is no list of a channel. */
const maxDepth = 10;
const senders = new Set(["allowFrom", "groupAllowFrom", "users", "roles"]);
const policies = new Set(["dmPolicy", "groupPolicy", "policy"]);
/** What such a setting must not be. */
export const openPolicy = "open";

/** An item of a list of senders; numbers are ids that somebody wrote without quotes. */
export function senderOf(item: unknown): string | undefined {
  return str(item) ?? (num(item) === undefined ? undefined : String(num(item)));
}

export function configGrants({ config }: Pick<Installation, "config">): Reading<Grant> {
  const found: Grant[] = [];
  const { value, path: file } = config;
  const take = (items: unknown, whose: string, path: ConfigPath): void => {
    for (const item of list(items)) {
      const sender = senderOf(item);
      if (sender === undefined) continue;
      const locator = showPath(path);
      const entry = { in: "config-list", path: locator, item: sender } as const;
      found.push({
        kind: "channel-allow",
        subject: `${whose}:${sender}`,
        entry,
        place: { path: file, locator },
      });
    }
  };
  const scan = (here: unknown, channel: string, path: ConfigPath): void => {
    if (!isDict(here) || path.length > maxDepth) return;
    for (const [key, child] of Object.entries(here)) {
      const at = [...path, key];
      if (senders.has(key) && Array.isArray(child)) take(child, channel, at);
      else if (policies.has(key) && child === openPolicy) found.push(openTo(channel, key, at, file));
      else scan(child, channel, at);
    }
  };
  for (const [channel, one] of Object.entries(dict(value["channels"])))
    scan(one, channel, ["channels", channel]);
  take(dict(value["commands"])["ownerAllowFrom"], "owner", ["commands", "ownerAllowFrom"]);
  for (const [path, what] of byProvider(value))
    for (const [provider, items] of Object.entries(dict(valueAt(value, path))))
      take(items, `${what} ${provider}`, [...path, provider]);
  const known = config.outcome === "ok" || config.outcome === "missing";
  return read(found, known ? [] : [config.reason ?? "the config"]);
}

function openTo(channel: string, key: string, path: ConfigPath, file: string): Grant {
  const locator = showPath(path);
  return {
    kind: "standing-grant",
    subject: `${channel} ${key}=${openPolicy}`,
    detail: "everybody may write",
    entry: { in: "config-policy", path: locator, value: openPolicy },
    place: { path: file, locator },
  };
}

/** Lists by channel: who may give commands, and who may have them run outside the sandbox. */
function byProvider(value: unknown): readonly (readonly [ConfigPath, string])[] {
  const agents = dict(dict(value)["agents"]);
  const elevated = ["tools", "elevated", "allowFrom"];
  return [
    [["commands", "allowFrom"], "commands"],
    [elevated, "elevated"],
    ...Object.keys(dict(agents["entries"])).map(
      (id) => [["agents", "entries", id, ...elevated], "elevated"] as const,
    ),
    ...list(agents["list"]).map((_, i) => [["agents", "list", String(i), ...elevated], "elevated"] as const),
  ];
}

/** The value at a path whose digits are the index of an array where there is one. */
export function valueAt(root: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>((here, key) => {
    if (Array.isArray(here)) return (here as readonly unknown[])[Number(key)];
    return isDict(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  }, root);
}
