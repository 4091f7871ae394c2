import { dict, str } from "../../model/json.ts";
import type { TranscriptEvent } from "../../model/session-records.ts";
import { boundedJson } from "./bounded-json.ts";
import type { Line } from "./lines.ts";
import { eventOf } from "./transcript-event.ts";
import type { EventOrigin } from "./transcript-event.ts";

/**
 * The events in lines of JSON. A session id that is not known beforehand is taken from the first line, which names it.
 * `within` is the locator of the lines where they lie in a database.
 */
export function* lineEvents(
  lines: Iterable<Line>,
  origin: Omit<EventOrigin, "seq" | "place">,
  path: string,
  within: string | undefined,
  say: (problem: string) => void,
): IterableIterator<TranscriptEvent> {
  let seq = 0;
  let { sessionId } = origin;
  for (const { text, number } of lines) {
    if (sessionId === "") sessionId = sessionNamedIn(text);
    const locator = within === undefined ? `line ${number}` : `${within}/${number - 1}`;
    const event = eventOf(text, { ...origin, sessionId, seq, place: { path, locator } });
    if (event !== undefined) yield event;
    else say(`${locator} of ${path} is no JSON object`);
    seq += 1;
  }
}

/** The session that a transcript's first line names: `{"type":"session","version":3,"id":…}`. */
export function sessionNamedIn(firstLine: string): string {
  const first = dict(boundedJson(firstLine));
  return first["type"] === "session" ? (str(first["id"]) ?? "") : "";
}

export interface Summary {
  readonly events: number;
  readonly toolCalls: number;
  readonly sessionId: string;
  readonly createdAt?: string;
  readonly lastAt?: string;
  readonly provider?: string;
  readonly model?: string;
  /** Time of the first message of a user. */
  readonly firstUserAt?: string;
}

/** What a session's record tells of its transcript. */
export function summaryOf(lines: Iterable<Line>): Summary {
  let summary: Summary = { events: 0, toolCalls: 0, sessionId: "" };
  for (const { text } of lines) {
    const event = eventOf(text, { agent: "", sessionId: "", seq: 0, place: { path: "" } });
    const sessionId = summary.events === 0 ? sessionNamedIn(text) : summary.sessionId;
    summary = {
      ...summary,
      sessionId,
      events: summary.events + 1,
      ...(event === undefined ? {} : grown(summary, event)),
    };
  }
  return summary;
}

function grown(before: Summary, event: TranscriptEvent): Partial<Summary> {
  const { at, provider, model } = event;
  return {
    toolCalls: before.toolCalls + (event.toolCalls?.length ?? 0),
    ...(at === undefined ? {} : { createdAt: before.createdAt ?? at, lastAt: at }),
    ...(model === undefined ? {} : { model, ...(provider === undefined ? {} : { provider }) }),
    ...(event.role === "user" && at !== undefined ? { firstUserAt: before.firstUserAt ?? at } : {}),
  };
}
