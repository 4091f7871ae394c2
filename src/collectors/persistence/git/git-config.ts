/** git-config(1)'s file format, read by a parser of ours: git itself would follow includes and honour what it reads. */
export interface GitSetting {
  /** Section and key in lower case, the subsection as written: "filter.lfs.clean". */
  readonly name: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

const maxSettings = 5000;
/** Characters of one value; git's own are a few hundred. */
const maxValue = 65_536;
const header = /^\[\s*([A-Za-z0-9.-]{1,200})(?:\s+"((?:[^"\\]|\\.){0,1000})")?\s*\]/;
const keyed = /^([A-Za-z][A-Za-z0-9-]{0,100})\s*(?:=\s*(.*))?$/s;

/** Every setting in order. Lines that git would refuse are in `bad`, by number. */
export function parseGitConfig(text: string): {
  readonly settings: readonly GitSetting[];
  readonly bad: readonly number[];
} {
  const settings: GitSetting[] = [];
  const bad: number[] = [];
  let section: string | undefined;
  for (const { line, number } of joined(text.replace(/^\ufeff/, ""))) {
    const { named, rest } = afterHeader(line.trimStart());
    section = named ?? section;
    if (/^(?:$|[#;])/.test(rest)) continue;
    const match = keyed.exec(rest);
    const key = match?.[1]?.toLowerCase();
    if (section === undefined || key === undefined || settings.length >= maxSettings) bad.push(number);
    // A key alone stands for true.
    else settings.push({ name: `${section}.${key}`, value: valueOf(match?.[2] ?? "true"), line: number });
  }
  return { settings, bad };
}

/** The section that a line begins, and what follows on the same line. */
function afterHeader(line: string): { readonly named?: string; readonly rest: string } {
  const found = header.exec(line);
  if (found === null) return { rest: line };
  const sub = found[2]?.replace(/\\(.)/gs, "$1");
  const named = `${(found[1] ?? "").toLowerCase()}${sub === undefined ? "" : `.${sub}`}`;
  return { named, rest: line.slice(found[0].length).trimStart() };
}

/** A backslash at the end of a line joins the next one, outside comments. */
function* joined(text: string): Generator<{ readonly line: string; readonly number: number }> {
  let open: string[] = [];
  let first = 1;
  for (const [i, raw] of text.split("\n").entries()) {
    const line = raw.replace(/\r$/, "");
    if (open.length === 0) first = i + 1;
    const comment = open.length === 0 && /^\s*[#;]/.test(line);
    if (!comment && oddBackslashes(line) && open.length < 200) {
      open.push(line.slice(0, -1));
      continue;
    }
    yield { line: [...open, line].join(""), number: first };
    open = [];
  }
  if (open.length > 0) yield { line: open.join(""), number: first };
}

function oddBackslashes(line: string): boolean {
  let n = 0;
  while (n < line.length && line[line.length - 1 - n] === "\\") n += 1;
  return n % 2 === 1;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b" };

/** Quotes are taken away, escapes are read, a comment outside quotes ends the value. */
function valueOf(text: string): string {
  let value = "";
  let quoted = false;
  // Blanks at the end count only inside quotes.
  let kept = 0;
  for (const [piece] of text.slice(0, maxValue).matchAll(/\\?[\s\S]/g)) {
    if (!quoted && (piece === "#" || piece === ";")) break;
    if (piece === '"') quoted = !quoted;
    else value += piece.length === 1 ? piece : (escapes[piece.slice(1)] ?? piece.slice(1));
    if (quoted || !/^[ \t]$/.test(piece)) kept = value.length;
  }
  return value.slice(0, kept);
}
