/** One pass over the transcripts for tool calls that may have made a change: they write, and they name what was changed. */
import type { TranscriptEvent } from "../../../model/records.ts";
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
  /[>|]|\b(?:tee|cp|mv|ln|rm|dd|install|sed|perl|awk|ruby|node|python\d?|curl|wget|crontab|systemctl|chmod|chown|git|npm|pnpm|tar|unzip|openclaw|clawdbot|ssh-copy-id|truncate|touch|rsync|scp)\b/;

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
      if (looking.test(call.name)) continue;
      const text = argumentText(call.arguments);
      if (running.test(call.name) && !writing.test(text)) continue;
      const named = new Set(names.filter((name) => text.includes(name)));
      if (named.size === 0) continue;
      found.push({
        ...(event.at === undefined ? {} : { at: event.at }),
        agent: event.agent,
        session: event.sessionId,
        seq: event.seq,
        tool: call.name,
        names: named,
        path: event.place.path,
        ...(event.place.locator === undefined ? {} : { locator: event.place.locator }),
      });
    }
  }
  return found;
}
