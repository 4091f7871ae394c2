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
 * Cut at ";", "&&", "||" and "&" outside quotes, with the words in front that only say when ("then", "{", …) taken off. A pipeline
 * stays in one piece. Quotes that are never closed go on to the end of the line.
 */
export function statementsIn(line: string): readonly Statement[] {
  const found: Statement[] = [];
  let quote = "";
  let depth = 0;
  let start = 0;
  const close = (end: number, background: boolean): void => {
    const text = line.slice(start, end).trim().replace(keywords, "").trim();
    if (text !== "" && text !== "}" && text !== ")" && found.length < maxStatements)
      found.push({ text, background });
  };
  for (let i = 0; i < line.length; i += 1) {
    const c = line[i];
    if (c === "\\" && quote !== "'") i += 1;
    else if (quote !== "") quote = c === quote ? "" : quote;
    else if (c === '"' || c === "'" || c === "`") quote = c;
    else if (c === "(" && (line[i - 1] === "$" || line[i - 1] === "<")) depth += 1;
    else if (c === ")" && depth > 0) depth -= 1;
    else if (c === "#" && depth === 0 && /[\s;]/.test(line[i - 1] ?? " ")) {
      close(i, false);
      return found;
    } else if (depth === 0) {
      const cut = separatorAt(line, i);
      if (cut === undefined) continue;
      close(i, cut === "&");
      i += cut.length - 1;
      start = i + 1;
    }
  }
  close(line.length, false);
  return found;
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
