import type { Outcome } from "../../model/outcome.ts";
import type { TranscriptEvent } from "../../model/session-records.ts";
import type { CollectContext, CollectResult, Collector } from "../collector.ts";

const resultChars = 8192;

/** Tool calls and their results, streamed from the transcripts one event at a time. */
function collect({ state, redactor }: CollectContext): Promise<CollectResult> {
  if (state === undefined) {
    return Promise.resolve({ outcome: "missing", reason: "OpenClaw's state was not read", records: [] });
  }
  const { events, problems } = state.transcripts();
  return Promise.resolve({
    get outcome(): Outcome {
      return problems.length === 0 ? "ok" : "partial";
    },
    get reason() {
      return problems.length === 0 ? undefined : problems.slice(0, 20).join("; ");
    },
    records: toolRecords(events, (text) => redactor.text(text).slice(0, resultChars)),
  });
}

function* toolRecords(
  events: Iterable<TranscriptEvent>,
  result: (text: string) => string,
): Generator<Record<string, unknown>> {
  for (const event of events) {
    const { backEnd, agent, sessionId, seq, at, place, runId } = event;
    const where = { backEnd, agent, sessionId, seq, at, runId, place };
    for (const call of event.toolCalls ?? []) {
      yield { kind: "call", ...where, id: call.id, tool: call.name, arguments: call.arguments };
    }
    if (event.role === "toolResult") {
      const { toolCallId, toolName, isError } = event;
      yield {
        kind: "result",
        ...where,
        id: toolCallId,
        tool: toolName,
        isError,
        text: result(event.text ?? ""),
      };
    }
  }
}

export const toolCalls: Collector = {
  id: "tool-calls",
  title: "Tool calls with arguments and results",
  stage: "collect",
  attack: ["T1059", "T1105", "T1041"],
  liveOnly: false,
  timeoutMs: 120_000,
  collect,
};
