/** Finding and replacing one known secret value inside other text. Pure. */

/** Shorter secrets are replaced only where they are the whole value: they could be part of an ordinary word. */
const minimumInside = 16;
const tokenChar = /[\w-]/;

/**
 * `text` with `old` replaced by `next`, or undefined if it does not hold it. Inside a longer text (such as
 * "Bearer sk-…" or a URL) only a long secret counts, and only where it is not part of a longer token.
 */
export function swapSecret(text: string, old: string, next: string): string | undefined {
  if (text === old) return next;
  if (old.length < minimumInside || !text.includes(old)) return undefined;
  let result = "";
  let from = 0;
  for (let at = text.indexOf(old); at !== -1; at = text.indexOf(old, at + old.length)) {
    const inToken = tokenChar.test(text.charAt(at - 1)) || tokenChar.test(text.charAt(at + old.length));
    result += text.slice(from, at) + (inToken ? old : next);
    from = at + old.length;
  }
  result += text.slice(from);
  return result === text ? undefined : result;
}
