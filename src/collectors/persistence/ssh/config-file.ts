/** ssh_config and sshd_config, line by line as OpenSSH reads them (misc.c: strdelim and argv_split; ssh_config(5)). */
export interface SshLine {
  /** Lower case. */
  readonly keyword: string;
  /** As written. */
  readonly written: string;
  readonly args: readonly string[];
  /** Everything behind the keyword, for those whose value is a command. */
  readonly rest: string;
  /** From 1. */
  readonly line: number;
}

const maxLines = 20_000;
const maxLine = 65_536;

/** Every line but blank ones and comments. A word without arguments is a line, too: sshd refuses it. */
export function parseSshConfig(text: string): readonly SshLine[] {
  return text
    .split("\n", maxLines)
    .map((line, i) => parseLine(line.slice(0, maxLine), i + 1))
    .filter((line) => line !== undefined);
}

function parseLine(raw: string, line: number): SshLine | undefined {
  const text = raw.replace(/^[ \t\f\r]+/, "").trimEnd();
  if (text === "" || text.startsWith("#")) return undefined;
  const end = text.search(/[ \t="]/);
  const written = end < 0 ? text : text.slice(0, end);
  const rest = end < 0 ? "" : text.slice(end).replace(/^[ \t]*=?[ \t]*/, "");
  return { keyword: written.toLowerCase(), written, args: splitArguments(rest), rest, line };
}

/** Words with quotes and backslashes; "#" where a word would begin ends the line. */
export function splitArguments(text: string): readonly string[] {
  const args: string[] = [];
  let i = 0;
  while (i < text.length) {
    const c = text[i];
    if (c === " " || c === "\t") {
      i += 1;
      continue;
    }
    if (c === "#") break;
    const { word, end } = takeWord(text, i);
    args.push(word);
    i = end;
  }
  return args;
}

function takeWord(text: string, from: number): { readonly word: string; readonly end: number } {
  const parts: string[] = [];
  let quote = "";
  let i = from;
  for (; i < text.length; i += 1) {
    const c = text[i] ?? "";
    const next = text[i + 1];
    const escapes = next === '"' || next === "'" || next === "\\" || (quote === "" && next === " ");
    if (c === "\\" && next !== undefined && escapes) {
      parts.push(next);
      i += 1;
    } else if (quote === "" && (c === " " || c === "\t")) break;
    else if (quote === "" && (c === '"' || c === "'")) quote = c;
    else if (c === quote) quote = "";
    else parts.push(c);
  }
  return { word: parts.join(""), end: i };
}
