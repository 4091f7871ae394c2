/** Lines of udev rules that start a program (udev(7)): comma-separated `KEY{attribute}OP"value"`, a backslash joins lines. */
export interface UdevRule {
  /** What the rule matches, as written. */
  readonly matches: string;
  /** Assignments that run a program, as written. */
  readonly runs: readonly string[];
  /** Assignments that make systemd start a unit. */
  readonly wants: readonly string[];
  /** Of its first line, from 1. */
  readonly line: number;
}

const token = /([A-Z_]+(?:\{[^}"]{0,200}\})?)\s*([!=+:-]?=)\s*(e?"(?:[^"\\]|\\.){0,4000}")/g;
const maxLine = 16_384;
const maxRules = 5000;

/** Only rules that run or start something. Built-ins of udev itself are no programs. */
export function parseUdevRules(text: string): readonly UdevRule[] {
  const found: UdevRule[] = [];
  for (const { line, number } of joined(text)) {
    const tokens = [...line.slice(0, maxLine).matchAll(token)];
    const runs: string[] = [];
    const wants: string[] = [];
    const matches: string[] = [];
    for (const [whole, key = "", operator = ""] of tokens) {
      if (starts(key)) runs.push(whole);
      else if (/^ENV\{SYSTEMD_(?:USER_)?WANTS\}$/.test(key) && operator !== "==") wants.push(whole);
      else if (operator === "==" || operator === "!=") matches.push(whole);
    }
    if (runs.length + wants.length > 0)
      found.push({ matches: matches.join(", "), runs, wants, line: number });
    if (found.length >= maxRules) break;
  }
  return found;
}

/** RUN, RUN{program}, PROGRAM and IMPORT{program}. */
function starts(key: string): boolean {
  return key === "RUN" || key === "RUN{program}" || key === "PROGRAM" || key === "IMPORT{program}";
}

function* joined(text: string): Generator<{ readonly line: string; readonly number: number }> {
  let open: string[] = [];
  let first = 1;
  for (const [i, raw] of text.split("\n").entries()) {
    if (open.length === 0) first = i + 1;
    if (open.length === 0 && /^\s*(?:#|$)/.test(raw)) continue;
    if (raw.endsWith("\\") && open.length < 200) {
      open.push(raw.slice(0, -1));
      continue;
    }
    yield { line: [...open, raw].join(" "), number: first };
    open = [];
  }
  if (open.length > 0) yield { line: open.join(" "), number: first };
}
