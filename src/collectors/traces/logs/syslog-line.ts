/** One line of a syslog file: the traditional form without a year, and the one with an ISO 8601 stamp. Pure. */
import { withoutYear } from "./local-time.ts";

export interface SyslogLine {
  /** Epoch milliseconds; absent where the stamp makes no sense. */
  readonly ms?: number;
  readonly host: string;
  /** Without path and process id. */
  readonly program: string;
  readonly message: string;
}

const traditional = /^([A-Z][a-z]{2} [ 0-3]\d \d\d:\d\d:\d\d) (\S+) (.*)$/s;
const iso = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)) (\S+) (.*)$/s;
const tagged = /^([^\s:[\]]{1,128})(?:\[\d{1,10}\])?: ?(.*)$/s;

/** `latestMs`: when the file was last written, for stamps without a year. Undefined for what is no line of syslog. */
export function parseSyslogLine(
  text: string,
  latestMs: number,
  toUtc: (ms: number) => number,
): SyslogLine | undefined {
  const match = iso.exec(text) ?? traditional.exec(text);
  if (match === null) return undefined;
  const [, stamp = "", host = "", rest = ""] = match;
  const ms = /^\d/.test(stamp) ? Date.parse(stamp) : withoutYear(stamp, latestMs, toUtc);
  return { ...(ms === undefined || Number.isNaN(ms) ? {} : { ms }), host, ...saidBy(rest) };
}

/** "prog[12]: message" */
function saidBy(rest: string): Pick<SyslogLine, "program" | "message"> {
  const tag = tagged.exec(rest);
  if (tag === null) return { program: "", message: rest };
  const [, program = "", message = ""] = tag;
  return { program: program.slice(program.lastIndexOf("/") + 1), message };
}
