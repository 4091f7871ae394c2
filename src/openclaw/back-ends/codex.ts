import { dict, isDict, isoOf, list, num, str, strings } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { ToolCall, TranscriptEvent } from "../../model/session-records.ts";
import { boundedJson } from "../layouts/bounded-json.ts";
import { timeOf } from "../layouts/rows.ts";
import { present } from "../present.ts";
import { baseOf, maxText } from "./origin.ts";
import type { LineOrigin, LineTold } from "./origin.ts";

const roles = ["user", "assistant", "system"] as const;

/**
 * A line of a rollout of Codex (codex-rs, protocol of 2025 and 2026): `{timestamp, type, payload}` with the types
 * "session_meta", "turn_context", "response_item", "compacted" and "event_msg"; before September 2025 the payload stood
 * alone. `event_msg` repeats the items for the screen and is passed over. Usage is left out: OpenClaw counts it itself.
 */
export function codexLine(line: Dict, origin: LineOrigin): LineTold {
  const wrapped = isDict(line["payload"]);
  const payload = wrapped ? dict(line["payload"]) : line;
  const type = wrapped ? (str(line["type"]) ?? "") : bareType(line);
  const at = timeOf(line["timestamp"]) ?? timeOf(payload["timestamp"]);
  const base = { ...baseOf("codex", origin), ...present({ at }) };
  switch (type) {
    case "session_meta":
      return metaOf(payload, base);
    case "turn_context":
      return {
        events: [{ ...base, type, ...present({ text: contextText(payload), model: str(payload["model"]) }) }],
        ...present({ folder: str(payload["cwd"]) }),
      };
    case "compacted":
      return {
        events: [{ ...base, type: "compaction", ...present({ text: clipped(str(payload["message"])) }) }],
      };
    case "response_item":
      return { events: itemEvents(payload, base) };
    default:
      return { events: [] };
  }
}

function bareType(line: Dict): string {
  if (str(line["type"]) !== undefined) return "response_item";
  return str(line["id"]) !== undefined && line["instructions"] !== undefined ? "session_meta" : "";
}

type Base = Omit<TranscriptEvent, "type">;

function metaOf(meta: Dict, base: Base): LineTold {
  const id = str(meta["id"]);
  const facts = [
    ["in", str(meta["cwd"])],
    ["Codex", str(meta["cli_version"])],
    ["from", str(meta["originator"]) ?? str(meta["source"])],
    ["commit", str(dict(meta["git"])["commit_hash"])],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name ?? ""} ${value}`]));
  const event: TranscriptEvent = {
    ...base,
    ...(id === undefined ? {} : { sessionId: id }),
    type: "session",
    ...present({
      text: facts.length === 0 ? undefined : facts.join(", "),
      provider: str(meta["model_provider"]),
    }),
  };
  return { events: [event], ...present({ folder: str(meta["cwd"]), sessionId: id }) };
}

/** What the turn was allowed: "approval never, sandbox danger-full-access". */
function contextText(context: Dict): string | undefined {
  const sandbox = context["sandbox_policy"];
  const approval = str(context["approval_policy"]);
  const mode = str(sandbox) ?? str(dict(sandbox)["mode"]) ?? str(dict(sandbox)["type"]);
  const parts = [
    ...(approval === undefined ? [] : [`approval ${approval}`]),
    ...(mode === undefined ? [] : [`sandbox ${mode}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

function itemEvents(item: Dict, base: Base): readonly TranscriptEvent[] {
  const type = str(item["type"]) ?? "unknown";
  const call = callOf(type, item);
  if (call !== undefined) return [{ ...base, type, role: "assistant", toolCalls: [call] }];
  if (type === "message") {
    const role = roles.find((one) => one === item["role"]) ?? "system";
    return [{ ...base, type, role, ...present({ text: clipped(textsIn(item["content"])) }) }];
  }
  if (type.endsWith("_output")) return [resultOf(type, item, base)];
  // Reasoning is encrypted, or a summary of what follows.
  return [];
}

function callOf(type: string, item: Dict): ToolCall | undefined {
  const id = str(item["call_id"]) ?? str(item["id"]) ?? "";
  const name = str(item["name"]) ?? str(item["tool"]) ?? "";
  switch (type) {
    case "function_call":
    case "mcp_tool_call": {
      const given = str(item["arguments"]);
      return { id, name, arguments: given === undefined ? item["arguments"] : (boundedJson(given) ?? given) };
    }
    case "custom_tool_call":
      return { id, name, arguments: item["input"] };
    case "local_shell_call":
      return { id, name: "local_shell", arguments: shellArguments(dict(item["action"])) };
    case "web_search_call":
      return { id, name: "web_search", arguments: item["action"] };
    default:
      return undefined;
  }
}

function shellArguments(action: Dict): Dict {
  const workdir = str(action["working_directory"]);
  return { command: strings(action["command"]), ...present({ workdir, env: action["env"] }) };
}

/** The output is text, a list of parts, or JSON text with `output` and the exit code in its `metadata`. */
function resultOf(type: string, item: Dict, base: Base): TranscriptEvent {
  const output = item["output"];
  const inner =
    typeof output === "string" && output.startsWith("{") ? dict(boundedJson(output)) : dict(output);
  const text = str(inner["output"]) ?? str(inner["content"]) ?? str(output) ?? textsIn(output);
  const exit = num(dict(inner["metadata"])["exit_code"]);
  const failed = inner["success"] === false || (exit !== undefined && exit !== 0);
  return {
    ...base,
    type,
    role: "toolResult",
    isError: failed,
    ...present({ text: clipped(text), toolCallId: str(item["call_id"]) }),
  };
}

function textsIn(content: unknown): string | undefined {
  const own = str(content);
  if (own !== undefined) return own;
  const texts = list(content).flatMap((part) => str(dict(part)["text"]) ?? []);
  return texts.length === 0 ? undefined : texts.join("\n");
}

function clipped(text: string | undefined): string | undefined {
  return text?.slice(0, maxText);
}

/** A line of `~/.codex/history.jsonl`: `{session_id, ts, text}`, the time in seconds. */
export function codexPrompt(line: Dict, origin: LineOrigin): LineTold {
  const text = str(line["text"]);
  if (text === undefined) return { events: [] };
  const sessionId = str(line["session_id"]) ?? "";
  const at = isoOf((num(line["ts"]) ?? 0) * 1000);
  const base = { ...baseOf("codex", { ...origin, sessionId }), type: "prompt", role: "user" as const };
  return { events: [{ ...base, text: text.slice(0, maxText), ...present({ at }) }], sessionId };
}
