/** One pass over the transcripts for tool calls that may have made a change: they write, and they name what was changed. */
import type { ToolCall, TranscriptEvent } from "../../../model/session-records.ts";
import { argumentText } from "../../survey.ts";

export interface WritingCall {
  readonly at?: string;
  readonly agent: string;
  readonly session: string;
  readonly seq: number;
  readonly tool: string;
  /** Which of the wanted texts it names. */
  readonly names: ReadonlySet<string>;
  readonly path: string;
  readonly locator?: string;
}

const maxCalls = 20_000;

/** Tools that only look, by OpenClaw's names and those of command-line back ends. */
const looking =
  /^(?:read|grep|find|ls|glob|search|web_?search|web_?fetch|memory_(?:search|get)|sessions?_\w{1,40}|session_status|image|browser|view)$/i;
/** Tools that run a command; what does not write by its words is not believed to have written. */
const running = /(?:exec|bash|shell|process|command|terminal|run)/i;
const writing =
  />(?!\s{0,3}(?:\/dev\/null|&))|(?:^|[\s;&|("'`])(?:\/[\w./-]{1,100}\/)?(?:tee|cp|mv|ln|rm|dd|install|sed|perl|awk|ruby|node|python\d?|curl|wget|crontab|systemctl|chmod|chown|git|npm|pnpm|tar|unzip|openclaw|clawdbot|ssh-copy-id|truncate|touch|rsync|scp)(?=[\s"'`]|$)/m;

/** `wanted`: paths, names and keys; `since`: earlier calls did nothing that the baseline does not know. */
export function traceWriting(
  events: Iterable<TranscriptEvent>,
  wanted: ReadonlySet<string>,
  since: string,
): readonly WritingCall[] {
  const found: WritingCall[] = [];
  const names = [...wanted];
  for (const event of events) {
    if (event.toolCalls === undefined || (event.at !== undefined && event.at < since)) continue;
    for (const call of event.toolCalls) {
      if (found.length >= maxCalls) return found;
      const named = writes(call, names);
      if (named.size > 0) found.push(writingCall(event, call.name, named));
    }
  }
  return found;
}

/** Which of the names a call that writes has in its arguments; none for one that does not write. */
function writes(call: ToolCall, names: readonly string[]): ReadonlySet<string> {
  if (looking.test(call.name)) return new Set();
  const text = argumentText(call.arguments);
  if (running.test(call.name) && !writing.test(text)) return new Set();
  return new Set(names.filter((name) => text.includes(name)));
}

function writingCall(event: TranscriptEvent, tool: string, names: ReadonlySet<string>): WritingCall {
  const { at, agent, sessionId, seq, place } = event;
  return {
    ...(at === undefined ? {} : { at }),
    ...{ agent, seq, tool, names },
    session: sessionId,
    path: place.path,
    ...(place.locator === undefined ? {} : { locator: place.locator }),
  };
}
