import { isDict, str } from "../../../model/json.ts";
import { boundedJson } from "../bounded-json.ts";
import { fileLines } from "../lines.ts";
import { timeOf } from "../rows.ts";
import type { Source, StateFile } from "../source.ts";
import { filesOf } from "./text.ts";

/** How a session began, as its trajectory has it: that file is never cut, and stays at a reset. */
export interface Head {
  readonly sessionKey?: string;
  /** Start of the first run. */
  readonly firstRunAt?: string;
  /** Its end, or the start of the second run. */
  readonly firstRunOver?: string;
}

/** Enough for a run of many tool calls; the first run's end is only looked for so far. */
const maxLines = 200;

/**
 * By "agent/session". OpenClaw 2026.3 to 2026.5 at times lost the beginning of a transcript (issue 104323 of its tracker), and
 * so may somebody who has something to hide: the first message a user wrote is then later than the first run's end.
 */
export function headsOf(source: Source, reasons: string[]): ReadonlyMap<string, Head> {
  const heads = new Map<string, Head>();
  for (const file of filesOf(source, "trajectory")) {
    const found = headOf(source, file, reasons);
    if (found === undefined) continue;
    const key = `${file.agent ?? "main"}/${found.id}`;
    if (!heads.has(key)) heads.set(key, found.head);
  }
  return heads;
}

function headOf(
  source: Source,
  file: StateFile,
  reasons: string[],
): { readonly id: string; readonly head: Head } | undefined {
  let id: string | undefined;
  let head: Head = {};
  const say = (problem: string): void => void reasons.push(`${file.shown}: ${problem}`);
  for (const { text, number } of fileLines(source.host, file.path, say)) {
    if (number > maxLines || head.firstRunOver !== undefined) break;
    const event = boundedJson(text);
    if (!isDict(event)) continue;
    id ??= str(event["sessionId"]);
    const sessionKey = head.sessionKey ?? str(event["sessionKey"]);
    if (sessionKey !== undefined) head = { ...head, sessionKey };
    head = after(head, str(event["type"]), timeOf(event["ts"]));
  }
  return id === undefined ? undefined : { id, head };
}

function after(head: Head, type: string | undefined, at: string | undefined): Head {
  if (at === undefined || (type !== "session.started" && type !== "session.ended")) return head;
  if (head.firstRunAt === undefined) return type === "session.started" ? { ...head, firstRunAt: at } : head;
  return { ...head, firstRunOver: at };
}
