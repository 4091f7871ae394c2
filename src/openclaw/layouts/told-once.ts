import { createHash } from "node:crypto";
import type { TranscriptEvent } from "../../model/session-records.ts";
import type { Layout } from "./layout.ts";
import type { Source } from "./source.ts";
import { sessionOf } from "./files/transcripts.ts";

/**
 * The transcripts of all layouts, one event at a time. What a migration left behind tells again what the database has: of
 * those sessions the events in use are remembered as hashes, and a leftover is told only where it differs.
 */
export function* toldOnce(
  source: Source,
  layouts: readonly Layout[],
  problems: string[],
): IterableIterator<TranscriptEvent> {
  const twice = new Set(
    source.files
      .filter((file) => file.role === "transcript" && file.leftover)
      .map((file) => `${file.agent ?? "main"}/${sessionOf(source, file)}`),
  );
  const told = new Set<string>();
  for (const layout of layouts) {
    for (const event of layout.transcripts(source, problems)) {
      if (twice.has(`${event.agent}/${event.sessionId}`)) {
        const mark = markOf(event);
        if (event.leftover === true && told.has(mark)) continue;
        told.add(mark);
      }
      yield event;
    }
  }
}

/** What an event says, whatever its place and number: a migration may number anew. */
function markOf({ agent, sessionId, at, type, role, text, toolCalls, toolCallId }: TranscriptEvent): string {
  return createHash("sha256")
    .update(JSON.stringify([agent, sessionId, at, type, role, text, toolCalls, toolCallId]))
    .digest("base64");
}
