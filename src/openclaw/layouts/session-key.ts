import type { CreatedVia } from "../../model/session-records.ts";

/** Third part of a key that names no channel. */
const noChannels = new Map<string, CreatedVia>([
  ["main", "unknown"],
  ["explicit", "unknown"],
  ["cron", "cron"],
  ["subagent", "spawn"],
  ["acp", "unknown"],
  ["hook", "internal"],
  ["run", "run"],
]);

/** "agent:main:telegram:group:42" names its channel; "agent:main:main" and "agent:main:explicit:x" name none. */
export function channelOf(key: string): string | undefined {
  const [kind, , third, fourth] = key.split(":");
  if (kind !== "agent" || third === undefined || fourth === undefined) return undefined;
  return noChannels.has(third) ? undefined : third;
}

/** What a key alone says about how its session came to be: versions before 2026.8 keep nothing else. */
export function viaOfKey(key: string): CreatedVia {
  if (channelOf(key) !== undefined) return "channel";
  const [kind, , third] = key.split(":");
  return (kind === "agent" && third !== undefined ? noChannels.get(third) : undefined) ?? "unknown";
}
