import { num, str, strings } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { ConfigWrite, Place } from "../../model/records.ts";
import { present } from "../present.ts";
import { timeOf } from "./rows.ts";

/**
 * One entry of OpenClaw's config audit: a line of `logs/config-audit.jsonl`, or a `payload_json` of `diagnostic_events`.
 * Undefined where nothing says when it was.
 */
export function configWriteOf(
  entry: Dict,
  writtenAt: string | undefined,
  place: Place,
): ConfigWrite | undefined {
  const at = timeOf(entry["ts"]) ?? writtenAt;
  if (at === undefined) return undefined;
  const argv = strings(entry["argv"]);
  return {
    at,
    event: str(entry["event"]) ?? "unknown",
    changedPaths: strings(entry["changedPaths"]),
    suspicious: strings(entry["suspicious"]),
    ...present({
      origin: str(entry["origin"]),
      argv: argv.length === 0 ? undefined : argv,
      pid: num(entry["pid"]),
      nextHash: str(entry["nextHash"]),
    }),
    place,
  };
}
