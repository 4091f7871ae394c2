import type { TranscriptEvent } from "../../model/session-records.ts";
import { argumentText } from "../survey.ts";
import { say } from "./event.ts";
import type { EventDraft, TimelineContext } from "./event.ts";

const telling = new Set(["compaction", "reset", "model_change", "branch_summary"]);

/** Messages of people, tool calls, failed results, and the events that change a session. Answers are not events. */
export function transcriptEvents(context: TimelineContext, event: TranscriptEvent): readonly EventDraft[] {
  const base = {
    at: event.at,
    artifact: "tool-calls",
    place: event.place,
    session: event.sessionId,
    run: event.runId,
  };
  if (event.toolCalls !== undefined && event.toolCalls.length > 0) {
    return event.toolCalls.map((call, i) => ({
      ...base,
      tsDesc: i === 0 ? "called" : `called (${i + 1})`,
      dataType: "openclaw:transcript:tool-call",
      message: `tool ${say(context, call.name, 40)}: ${say(context, argumentText(call.arguments), 240)}`,
      attack: ["T1059"],
      data: { agent: event.agent, tool: call.name, call: call.id },
    }));
  }
  if (event.role === "user") {
    return [
      {
        ...base,
        tsDesc: "received",
        dataType: "openclaw:transcript:message",
        message: `message to the agent: ${say(context, event.text ?? "", 240)}`,
        data: { agent: event.agent },
      },
    ];
  }
  if (event.role === "toolResult" && event.isError === true) {
    return [
      {
        ...base,
        tsDesc: "failed",
        dataType: "openclaw:transcript:tool-error",
        message: `tool ${say(context, event.toolName ?? "", 40)} failed: ${say(context, event.text ?? "", 200)}`,
        data: { agent: event.agent, call: event.toolCallId },
      },
    ];
  }
  if (!telling.has(event.type)) return [];
  return [
    {
      ...base,
      tsDesc: "recorded",
      dataType: "openclaw:transcript:change",
      message: `session ${say(context, event.type.replaceAll("_", " "), 40)}${event.model === undefined ? "" : ` to ${say(context, event.model, 60)}`}`,
      data: { agent: event.agent },
    },
  ];
}
