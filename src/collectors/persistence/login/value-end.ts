/** Longer values are not looked through: nested ones would take time squared. */
const maxValue = 4096;
const closes: Readonly<Record<string, string>> = { "(": ")", '"': '"', "`": "`", "{": "}" };

/**
 * Where the value that begins at `at` ends: at the first blank or operator outside of quotes and substitutions. `quote`: the
 * assignment itself stands in these quotes, and ends with them. `line`: blanks do not end it. Undefined where no end is near.
 */
export function valueEnd(text: string, at: number, quote?: string, line = false): number | undefined {
  const near = text.slice(at, at + maxValue + 1);
  const end = quote === "'" ? near.indexOf("'") : endIn(near, quote, line ? /[\n;]/ : /[\s;&|<>)]/);
  return end === -1 || end > maxValue ? undefined : at + end;
}

/** -1: it does not end here. */
function endIn(text: string, quote: string | undefined, ends: RegExp): number {
  const open: string[] = quote === undefined ? [] : [quote];
  let i = 0;
  while (i < text.length) {
    const char = text[i] ?? "";
    const inner = open.at(-1);
    if (inner === undefined && ends.test(char)) return i;
    if (inner !== undefined && char === closes[inner]) {
      open.pop();
      if (quote !== undefined && open.length === 0) return i;
      i += 1;
    } else {
      i = next(text, i, open);
    }
    if (i === 0) return -1;
  }
  return open.length === 0 ? Math.min(i, text.length) : -1;
}

/** Takes in what a character opens, and says where to go on; 0 after a quote that is never closed. */
function next(text: string, i: number, open: string[]): number {
  const char = text[i] ?? "";
  const isQuoted = open.at(-1) === '"';
  if (char === "\\") return i + 2;
  if (char === "'" && !isQuoted) return text.indexOf("'", i + 1) + 1;
  const expands = /^\$[({]/.test(text.slice(i, i + 2));
  if (expands) open.push(text[i + 1] ?? "");
  else if ((isQuoted ? /`/ : /["`(]/).test(char)) open.push(char);
  return i + (expands ? 2 : 1);
}
