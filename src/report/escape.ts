import { shown } from "../model/text.ts";

/**
 * Text of the examined host inside Markdown: control characters spelled out, everything that Markdown or the HTML in it
 * could act on escaped, one line. Links, images, tables, lists and headings cannot be forged by a file name. What is
 * harmless in the middle of a word stays readable.
 */
export function markdown(text: string, max = 400): string {
  return shown(text, max)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*[\]|~]/g, (c) => `\\${c}`)
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/^(\s*)([#+=-])/, "$1\\$2")
    .replace(/^(\s*\d{1,9})([.)])(?=\s|$)/, "$1\\$2")
    .replaceAll(/(https?|ftp|file|javascript|data|mailto):/gi, "$1\u2024");
}

/** The same inside a code span: backticks cannot end it, and nothing else is special there. */
export function code(text: string, max = 200): string {
  const safe = shown(text, max).replaceAll("`", "'").replaceAll("|", "¦");
  return safe === "" ? "–" : `\`${safe}\``;
}
