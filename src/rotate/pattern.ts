/**
 * Regular expressions from an editable file. A subset is accepted that cannot backtrack exponentially: anchored at the
 * start, no look-around, no back reference, and no repeated group with an unbounded repetition in it.
 */
const forbidden = /\(\?[=!<]|\\[1-9]|\\k</;
const maxLength = 300;

/** Undefined for a text that is no such expression. */
export function linearPattern(source: string): RegExp | undefined {
  if (source.length > maxLength || !source.startsWith("^") || forbidden.test(source)) return undefined;
  if (repeatsRepetition(source)) return undefined;
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}

/** A group that is repeated without bound while something in it is: the form that backtracks exponentially. */
function repeatsRepetition(source: string): boolean {
  // Escapes and character classes are single letters. Then from the inside out: a group becomes "\u0001" if it repeats
  // something, else "x".
  let text = source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/g, "x");
  for (;;) {
    const next = text.replace(/\((?:\?:)?([^()]*)\)/, (_, inner: string) =>
      /[*+\u0001]|\{\d+,\}/.test(inner) ? "\u0001" : "x",
    );
    if (/\u0001(?:[*+]|\{\d+,\})/.test(next)) return true;
    if (next === text) return false;
    text = next;
  }
}
