/** Cutting text of sudoers outside double quotes, backslash escapes and parentheses. */

/** The first position where `is` holds; -1 for none. */
export function indexOutside(
  text: string,
  is: (c: string, at: number, text: string) => boolean,
  from = 0,
): number {
  let quoted = false;
  let depth = 0;
  for (let i = from; i < text.length; i += 1) {
    const c = text[i] ?? "";
    if (c === "\\") i += 1;
    else if (c === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (depth === 0 && is(c, i, text)) return i;
    else if (c === "(") depth += 1;
    else if (c === ")" && depth > 0) depth -= 1;
  }
  return -1;
}

/** `not` gets what stands before a separator and says whether it is none. */
export function splitOutside(
  text: string,
  separator: string,
  not: (before: string) => boolean = () => false,
): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  // One pass: a fresh search behind each separator would lose what is open before it, and none is open there.
  for (;;) {
    const from = start;
    const at = indexOutside(
      text,
      (c, i) => c === separator && !not(text.slice(Math.max(from, i - 60), i)),
      start,
    );
    if (at < 0) break;
    parts.push(text.slice(start, at));
    start = at + 1;
  }
  parts.push(text.slice(start));
  return parts;
}

/** Words between blanks, at most `max`; the last one is all the rest. */
export function wordsOutside(text: string, max: number): readonly string[] {
  const words: string[] = [];
  let rest = text.trim();
  while (rest !== "" && words.length < max - 1) {
    const at = indexOutside(rest, (c) => c === " " || c === "\t");
    words.push(at < 0 ? rest : rest.slice(0, at));
    rest = at < 0 ? "" : rest.slice(at).trim();
  }
  if (rest !== "") words.push(rest);
  return words;
}
