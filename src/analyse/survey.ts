/**
 * One pass over all transcripts that keeps only the tool calls worth a second look, so that memory does not grow with
 * the history.
 */
import { isDict } from "../model/json.ts";
import { read } from "../model/outcome.ts";
import type { Reading } from "../model/outcome.ts";
import type { Place } from "../model/records.ts";
import type { ToolCall, TranscriptEvent } from "../model/session-records.ts";
import { findFetchAndRun } from "./text/fetch-and-run.ts";
import { findReverseShell, namesSecretPlace, plantsPersistence, sendsOut } from "./text/commands.ts";

export const traits = ["fetch-and-run", "reverse-shell", "secret-place", "sends-out", "persistence"] as const;
export type Trait = (typeof traits)[number];

/** A tool call with at least one trait. */
export interface TracedCall {
  readonly agent: string;
  readonly sessionId: string;
  readonly seq: number;
  readonly at?: string;
  readonly tool: string;
  readonly traits: readonly Trait[];
  /** What was found, one sentence; absent where the trait says it all. */
  readonly says?: string;
  /** Redacted, not yet cleaned for showing. */
  readonly excerpt: string;
  readonly place: Place;
}

const maxCalls = 20_000;
const maxArgument = 262_144;

/** `redact` hides secrets before anything is cut. Never throws because of content: what ended the pass is the reason. */
export function surveyTranscripts(
  transcripts: { readonly events: Iterable<TranscriptEvent>; readonly problems: readonly string[] },
  redact: (text: string) => string,
): Reading<TracedCall> {
  const found: TracedCall[] = [];
  let missed = 0;
  for (const event of transcripts.events) {
    for (const call of event.toolCalls ?? []) {
      const traced = traceCall(event, call, redact);
      if (traced === undefined) continue;
      if (found.length < maxCalls) found.push(traced);
      else missed += 1;
    }
  }
  const more = missed > 0 ? [`${missed} further unusual tool calls were not judged`] : [];
  return read(found, [...transcripts.problems.slice(0, 20), ...more]);
}

function traceCall(
  event: TranscriptEvent,
  call: ToolCall,
  redact: (text: string) => string,
): TracedCall | undefined {
  const text = argumentText(call.arguments);
  const fetching = findFetchAndRun(text)[0];
  const shell = findReverseShell(text);
  const has: Readonly<Record<Trait, boolean>> = {
    "fetch-and-run": fetching !== undefined,
    "reverse-shell": shell !== undefined,
    "secret-place": namesSecretPlace(text),
    "sends-out": sendsOut(call.name, text),
    persistence: plantsPersistence(text),
  };
  const seen = traits.filter((trait) => has[trait]);
  if (seen.length === 0) return undefined;
  // Redacted as a whole, then cut: half a secret at a cut could not be recognised any more.
  const clean = redact(text);
  const excerpt = findReverseShell(clean)?.excerpt ?? findFetchAndRun(clean)[0]?.excerpt ?? clean;
  const says = shell?.says ?? fetching?.says;
  return {
    agent: event.agent,
    sessionId: event.sessionId,
    seq: event.seq,
    ...(event.at === undefined ? {} : { at: event.at }),
    tool: call.name,
    traits: seen,
    ...(says === undefined ? {} : { says }),
    excerpt: redact(excerpt).slice(0, 600),
    place: event.place,
  };
}

/** Every string in the arguments, one per line. */
export function argumentText(value: unknown): string {
  const parts: string[] = [];
  let left = maxArgument;
  const visit = (item: unknown, depth: number): void => {
    if (left <= 0 || depth > 8) return;
    if (typeof item === "string") {
      parts.push(item.slice(0, left));
      left -= item.length + 1;
    } else if (Array.isArray(item)) {
      // An argument vector reads as one command.
      const words = item.every((word) => typeof word === "string");
      if (words) visit(item.join(" "), depth + 1);
      else for (const one of item) visit(one, depth + 1);
    } else if (isDict(item)) {
      for (const one of Object.values(item)) visit(one, depth + 1);
    }
  };
  visit(value, 0);
  const text = parts.join("\n");
  // What stands at the cut may be the first half of a secret.
  return left > 0 ? text : text.slice(0, Math.max(0, text.length - 512));
}
