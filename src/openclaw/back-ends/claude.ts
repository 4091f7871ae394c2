import { dict, isDict, list, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { ToolCall, TranscriptEvent } from "../../model/session-records.ts";
import { timeOf } from "../layouts/rows.ts";
import { present } from "../present.ts";
import { baseOf, maxText } from "./origin.ts";
import type { LineOrigin, LineTold } from "./origin.ts";

const roles = ["user", "assistant", "system"] as const;

/**
 * A line of a log of Claude Code (2.x; there is no published schema, the shape is that of logs in public repositories):
 * `{type, uuid, parentUuid, timestamp, sessionId, cwd, version, isSidechain, message: {role, model, content}}`. Tool calls are
 * `tool_use` blocks of an assistant's message, their results `tool_result` blocks of the next user's message. What a
 * sub-agent did (`isSidechain`) is a session of its own, named after both. Usage is left out: OpenClaw counts it itself.
 */
export function claudeLine(line: Dict, origin: LineOrigin): LineTold {
  const session = str(line["sessionId"]) ?? origin.sessionId;
  const sub =
    str(line["agentId"]) ?? (origin.sessionId.startsWith("agent-") ? origin.sessionId : "sidechain");
  const sessionId = line["isSidechain"] === true ? `${session}/${sub}` : session;
  const own = { ...origin, sessionId };
  const folder = str(line["cwd"]);
  return {
    events: eventsOf(line, own),
    sessionId,
    ...present({ folder }),
  };
}

function eventsOf(line: Dict, origin: LineOrigin): readonly TranscriptEvent[] {
  const type = str(line["type"]) ?? "unknown";
  const message = dict(line["message"]);
  const content = message["content"] ?? line["content"];
  const blocks = list(content).filter((block) => isDict(block));
  const results = blocks.filter((block) => block["type"] === "tool_result");
  const at = timeOf(line["timestamp"]);
  const base = { type, ...present({ at, model: str(message["model"]), provider: providerOf(message) }) };
  const said = str(content) ?? textsIn(blocks);
  const text = said === "" ? str(line["summary"]) : said;
  const calls = callsIn(blocks);
  const spoken: readonly TranscriptEvent[] =
    results.length > 0 && text === undefined && calls.length === 0
      ? []
      : [
          {
            ...baseOf("claude", origin),
            ...base,
            ...present({
              role: roles.find((role) => role === (message["role"] ?? type)),
              text: text?.slice(0, maxText),
              toolCalls: calls.length === 0 ? undefined : calls,
            }),
          },
        ];
  return [...spoken, ...results.map((block, i) => resultOf(block, origin, i + 1, base))];
}

function providerOf(message: Dict): string | undefined {
  return str(message["model"]) === undefined ? undefined : "anthropic";
}

function textsIn(blocks: readonly Dict[]): string {
  return blocks.flatMap((block) => (block["type"] === "text" ? (str(block["text"]) ?? []) : [])).join("\n");
}

function callsIn(blocks: readonly Dict[]): readonly ToolCall[] {
  return blocks.flatMap((block) => {
    if (block["type"] !== "tool_use" && block["type"] !== "server_tool_use") return [];
    return { id: str(block["id"]) ?? "", name: str(block["name"]) ?? "", arguments: block["input"] };
  });
}

function resultOf(
  block: Dict,
  origin: LineOrigin,
  part: number,
  base: Pick<TranscriptEvent, "type" | "at">,
): TranscriptEvent {
  const content = block["content"];
  const text = str(content) ?? textsIn(list(content).filter((one) => isDict(one)));
  return {
    ...baseOf("claude", origin, part),
    ...base,
    role: "toolResult",
    text: text.slice(0, maxText),
    ...present({
      toolCallId: str(block["tool_use_id"]),
      isError: typeof block["is_error"] === "boolean" ? block["is_error"] : undefined,
    }),
  };
}

/** A line of `~/.claude/history.jsonl`: what was typed, in which folder. */
export function claudePrompt(line: Dict, origin: LineOrigin): LineTold {
  const text = str(line["display"]);
  if (text === undefined) return { events: [] };
  const sessionId = str(line["sessionId"]) ?? "";
  const at = timeOf(line["timestamp"]);
  const event: TranscriptEvent = {
    ...baseOf("claude", { ...origin, sessionId }),
    type: "prompt",
    role: "user",
    text: text.slice(0, maxText),
    ...present({ at }),
  };
  return { events: [event], sessionId, ...present({ folder: str(line["project"]) }) };
}
