import type { TrajectoryEvent } from "../../model/activity-records.ts";
import { dict, isDict, list, parseJson, str, strings } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import { present } from "../present.ts";
import { timeOf } from "./rows.ts";

const maxText = 65_536;

export type TrajectoryOrigin = Pick<
  TrajectoryEvent,
  "agent" | "sessionId" | "seq" | "at" | "runId" | "place"
>;

/**
 * One event of an "openclaw-trajectory" (schema version 1), in the database as in `*.trajectory.jsonl`. Undefined for text that
 * is no JSON object.
 */
export function trajectoryEventOf(json: string, origin: TrajectoryOrigin): TrajectoryEvent | undefined {
  const event = parseJson(json);
  if (!isDict(event)) return undefined;
  const data = dict(event["data"]);
  const call = dict(data["toolCall"]);
  return {
    ...origin,
    type: str(event["type"]) ?? "unknown",
    ...present({
      at: timeOf(event["ts"]) ?? origin.at,
      runId: str(event["runId"]) ?? origin.runId,
      toolName: str(data["name"]) ?? str(data["toolName"]) ?? str(call["name"]),
      toolCallId: str(data["toolCallId"]) ?? str(call["id"]),
      arguments: data["args"] ?? data["arguments"] ?? call["arguments"],
      text: textOf(data),
    }),
  };
}

/** Prompt, result, answer or error, at most 64 KiB. What OpenClaw cut itself is an object that says so. */
function textOf(data: Dict): string | undefined {
  const content = list(dict(data["result"])["content"]).map((part) => str(dict(part)["text"]) ?? "");
  const said = [...strings(data["assistantTexts"]), ...strings(data["messagingToolSentTexts"])];
  const found =
    plain(data["prompt"]) ??
    plain(data["error"] ?? data["promptError"]) ??
    plain([...content, ...said].filter((part) => part !== "").join("\n")) ??
    plain(data["result"] ?? data["output"] ?? data["text"]) ??
    plain(data["stopReason"]);
  return found?.slice(0, maxText);
}

function plain(value: unknown): string | undefined {
  const found = str(value) ?? (value === undefined || value === null ? undefined : JSON.stringify(value));
  return found === "" ? undefined : found;
}
