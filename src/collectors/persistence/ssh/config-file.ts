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

const word = /(?:\\[\s\S]?|"(?:\\[\s\S]|[^"\\])*(?:"|\\?$)|'(?:\\[\s\S]|[^'\\])*(?:'|\\?$)|[^ \t"'\\])+/g;
const part = /"((?:\\[\s\S]|[^"\\])*)(?:"|\\?$)|'((?:\\[\s\S]|[^'\\])*)(?:'|\\?$)|\\(["'\\ ])/g;

/** Words with quotes and backslashes; "#" where a word would begin ends the line. */
export function splitArguments(text: string): readonly string[] {
  const args: string[] = [];
  for (const [match] of text.matchAll(word)) {
    if (match.startsWith("#")) break;
    args.push(match.replaceAll(part, unquotedPart));
  }
  return args;
}

function unquotedPart(_: string, double?: string, single?: string, escaped?: string): string {
  return escaped ?? (double ?? single ?? "").replaceAll(/\\(["'\\])/g, "$1");
}
