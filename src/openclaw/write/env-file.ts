/**
 * Edits of dotenv and systemd environment files (`.env`, `gateway.env`, `gateway.systemd.env`): `NAME=value` lines whose
 * comments, order and quoting stay as they are. Pure.
 */

export interface EnvLine {
  /** 1-based. */
  readonly line: number;
  readonly name: string;
  readonly value: string;
  readonly quote: "" | '"' | "'" | "`";
  /** Offsets of the value with its quotes. */
  readonly start: number;
  readonly end: number;
}

const assignment = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*/;

function isQuote(char: string): char is '"' | "'" | "`" {
  return char === '"' || char === "'" || char === "`";
}

function readValue(line: string, from: number): Pick<EnvLine, "value" | "quote" | "end"> {
  const quote = line.charAt(from);
  const close = isQuote(quote) ? line.indexOf(quote, from + 1) : -1;
  if (isQuote(quote) && close !== -1) return { value: line.slice(from + 1, close), quote, end: close + 1 };
  // dotenv: an unquoted value ends at a # that follows white space.
  const comment = line.slice(from).search(/(?:^|[ \t])#/);
  const raw = comment === -1 ? line.slice(from) : line.slice(from, from + comment);
  const value = raw.trimEnd();
  return { value, quote: "", end: from + value.length };
}

/** Every assignment. A value that runs over several lines is not one claw-ir writes, and is left alone. */
export function envLines(text: string): readonly EnvLine[] {
  const found: EnvLine[] = [];
  let offset = 0;
  for (const [index, whole] of text.split("\n").entries()) {
    const line = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
    const match = assignment.exec(line);
    const name = match?.[1];
    if (match !== null && name !== undefined) {
      const { value, quote, end } = readValue(line, match[0].length);
      found.push({ line: index + 1, name, value, quote, start: offset + match[0].length, end: offset + end });
    }
    offset += whole.length + 1;
  }
  return found;
}

/**
 * A value as both dotenv and systemd read it back unchanged; undefined for one that neither quoting carries (line breaks,
 * both kinds of quotes).
 */
export function quoteEnv(value: string, quote: EnvLine["quote"] = ""): string | undefined {
  if (/[\u0000-\u001f\u007f]/.test(value)) return undefined;
  if (quote === "" && /^[\w.:/@%+=,~-]*$/.test(value)) return value;
  if (quote === '"' && /^[^"\\$`]*$/.test(value)) return `"${value}"`;
  if (!value.includes("'")) return `'${value}'`;
  // systemd takes a backslash in double quotes as an escape, dotenv does not: only a value without one is safe.
  return /["\\$`]/.test(value) ? undefined : `"${value}"`;
}

/** Puts `value` in place of the values of the given lines. Undefined if it cannot be quoted. */
export function replaceEnv(text: string, lines: readonly EnvLine[], value: string): string | undefined {
  let result = text;
  for (const line of lines.toReversed()) {
    const put = quoteEnv(value, line.quote);
    if (put === undefined) return undefined;
    result = result.slice(0, line.start) + put + result.slice(line.end);
  }
  return result;
}
