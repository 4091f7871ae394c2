/** A line of shell cut into its statements. */
export interface Statement {
  readonly text: string;
  /** It ends in a single "&". */
  readonly background: boolean;
}

const maxStatements = 500;
const keywords =
  /^(?:(?:then|else|do|if|elif|while|until|time|and|or|not|begin|!|\{|\()(?=[ \t{(!]|$)[ \t]*)+/;

/**
 * Cut at ";", "&&", "||" and "&" outside quotes and substitutions, with the words in front that only say when ("then", "{", …) taken
 * off. A pipeline stays in one piece. Quotes that are never closed go on to the end of the line.
 */
export function statementsIn(line: string): readonly Statement[] {
  const found: Statement[] = [];
  let start = 0;
  const close = (end: number, background: boolean): void => {
    const text = line.slice(start, end).trim().replace(keywords, "").trim();
    if (text !== "" && text !== "}" && text !== ")" && found.length < maxStatements)
      found.push({ text, background });
  };
  for (let i = 0; i < line.length; i += 1) {
    const end = closedAt(line, i);
    const cut = end === i ? separatorAt(line, i) : undefined;
    if (end === i && line[i] === "#" && /[\s;]/.test(line[i - 1] ?? " ")) {
      close(i, false);
      return found;
    }
    i = end;
    if (cut === undefined) continue;
    close(i, cut === "&");
    i += cut.length - 1;
    start = i + 1;
  }
  close(line.length, false);
  return found;
}

/** Where the quote, the escape or the substitution that begins here ends; the same place where none does. */
function closedAt(line: string, at: number): number {
  const c = line[at];
  if (c === "\\") return at + 1;
  if (c === '"' || c === "'" || c === "`") return quoteEnd(line, at, c);
  const opens = (c === "$" || c === "<" || c === ">") && line[at + 1] === "(";
  return opens ? substitutionEnd(line, at + 1) : at;
}

function quoteEnd(line: string, at: number, quote: string): number {
  for (let i = at + 1; i < line.length; i += 1) {
    if (line[i] === "\\" && quote !== "'") i += 1;
    else if (line[i] === quote) return i;
  }
  return line.length;
}

function substitutionEnd(line: string, at: number): number {
  let depth = 0;
  for (let i = at; i < line.length; i += 1) {
    const c = line[i] ?? "";
    if (c === "\\") i += 1;
    else if (c === '"' || c === "'") i = quoteEnd(line, i, c);
    else if (c === "(") depth += 1;
    else if (c === ")") depth -= 1;
    if (depth === 0) return i;
  }
  return line.length;
}

function separatorAt(line: string, i: number): string | undefined {
  const c = line[i];
  const next = line[i + 1];
  if (c === ";") return next === ";" ? ";;" : ";";
  if (c === "|" && next === "|") return "||";
  if (c !== "&") return undefined;
  if (next === "&") return "&&";
  // ">&", "<&", "&>" and "|&" redirect.
  return next === ">" || /[<>|]/.test(line[i - 1] ?? "") ? undefined : "&";
}
