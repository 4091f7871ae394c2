import { ClawError } from "../model/errors.ts";
import { parseSince } from "../playbooks/since.ts";

/** The ISO time of an option such as --since; undefined if it was not given. Throws (exit 2) for what is no time. */
export function timeOption(name: string, text: string | undefined, now: Date): string | undefined {
  if (text === undefined) return undefined;
  const parsed = parseSince(text, now);
  if (parsed.wrong === undefined) return parsed.at;
  throw new ClawError(`${name} ${text}: no time`, { exit: "usage", code: "bad-time", hint: parsed.wrong });
}
