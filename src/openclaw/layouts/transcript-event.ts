import { dict, isDict, list, num, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Place } from "../../model/records.ts";
import type { ToolCall, TranscriptEvent, Usage } from "../../model/session-records.ts";
import { present } from "../present.ts";
import { boundedJson } from "./bounded-json.ts";
import { timeOf } from "./rows.ts";

/** Where an event was found. */
export interface EventOrigin {
  readonly agent: string;
  readonly sessionId: string;
  readonly seq: number;
  /** When the row was written; counts where the event itself says no time. */
  readonly at?: string;
  readonly place: Place;
}

const roles = ["user", "assistant", "toolResult", "system"] as const;

/**
 * One event of a transcript as OpenClaw writes it, in the database as in JSON lines (the shape is the same from 2026.1 to
 * 2026.9). Undefined for text that is no JSON object.
 */
export function eventOf(json: string, origin: EventOrigin): TranscriptEvent | undefined {
  const event = boundedJson(json);
  if (!isDict(event)) return undefined;
  const message = dict(event["message"]);
  const calls = toolCallsOf(message);
  const provider = str(message["provider"]) ?? str(event["provider"]);
  return {
    agent: origin.agent,
    sessionId: origin.sessionId,
    seq: origin.seq,
    type: str(event["type"]) ?? "unknown",
    ...present({
      at: timeOf(event["timestamp"]) ?? timeOf(message["timestamp"]) ?? origin.at,
      role: roles.find((role) => role === message["role"]),
      text: textOf(event, message),
      toolCalls: calls.length === 0 ? undefined : calls,
      toolCallId: str(message["toolCallId"]),
      toolName: str(message["toolName"]),
      isError: typeof message["isError"] === "boolean" ? message["isError"] : undefined,
      provider,
      model: str(message["model"]) ?? str(event["modelId"]) ?? str(event["model"]),
      usage: usageOf(message["usage"]),
      runId: runOf(message),
    }),
    place: origin.place,
  };
}

function textOf(event: Dict, message: Dict): string | undefined {
  const content = message["content"] ?? event["content"];
  const parts = str(content) ?? textParts(content);
  if (parts !== "") return parts;
  return str(event["summary"]) ?? (event["type"] === "reset" ? str(event["reason"]) : undefined);
}

function textParts(content: unknown): string {
  return list(content)
    .flatMap((part) => (isDict(part) && part["type"] === "text" ? (str(part["text"]) ?? []) : []))
    .join("\n");
}

function toolCallsOf(message: Dict): readonly ToolCall[] {
  return list(message["content"]).flatMap((part) => {
    if (!isDict(part) || part["type"] !== "toolCall") return [];
    return { id: str(part["id"]) ?? "", name: str(part["name"]) ?? "", arguments: part["arguments"] };
  });
}

function usageOf(value: unknown): Usage | undefined {
  if (!isDict(value)) return undefined;
  const cost = num(dict(value["cost"])["total"]) ?? num(value["cost"]);
  const tokens = (key: string): number => Math.max(0, num(value[key]) ?? 0);
  return {
    input: tokens("input"),
    output: tokens("output"),
    cacheRead: tokens("cacheRead"),
    cacheWrite: tokens("cacheWrite"),
    ...present({ cost }),
  };
}

function runOf(message: Dict): string | undefined {
  const run = str(dict(message["__openclaw"])["runId"]);
  if (run !== undefined) return run;
  const key = str(message["idempotencyKey"]);
  return key?.endsWith(":user") === true ? key.slice(0, -":user".length) : undefined;
}
