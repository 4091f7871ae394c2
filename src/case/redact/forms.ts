import { Buffer } from "node:buffer";

/** Longer values are still found as they are and JSON-escaped; their other spellings would cost too much memory. */
const spellMax = 8192;

/**
 * Every spelling under which a secret may stand in a log, transcript or config: as it is, JSON-escaped once and twice (with
 * and without \/ and \u escapes), URL-encoded, base64 at each of the three alignments and hexadecimal. Key material of more
 * than one line also counts line by line.
 */
export function formsOf(value: string): readonly string[] {
  const forms = new Set<string>();
  for (const base of bases(value)) {
    forms.add(base);
    for (const text of jsonForms(base)) forms.add(text);
    if (base.length > spellMax) continue;
    for (const text of urlForms(base)) forms.add(text);
    for (const text of binaryForms(base)) forms.add(text);
  }
  return [...forms].filter((form) => form.length >= 6);
}

function bases(value: string): readonly string[] {
  const lines = value.split(/[\r\n]+/);
  const body = lines.length > 1 ? lines.filter((line) => line.length >= 24 && !line.startsWith("-----")) : [];
  return [value, value.toWellFormed(), value.trim(), ...body].filter((one) => one.length >= 6);
}

function jsonForms(value: string): readonly string[] {
  const once = inner(value);
  const ascii = once.replaceAll(/[^\u0020-\u007e]/g, unicodeEscape);
  return [once, ascii, ascii.toLowerCase() === ascii ? ascii : upperHex(ascii)].flatMap((text) => [
    text,
    text.replaceAll("/", "\\/"),
    inner(text),
  ]);
}

function inner(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
function upperHex(text: string): string {
  return text.replaceAll(/\\u[0-9a-f]{4}/g, (one) => `\\u${one.slice(2).toUpperCase()}`);
}

function urlForms(value: string): readonly string[] {
  const wellFormed = value.toWellFormed();
  const component = encodeURIComponent(wellFormed);
  const strict = component.replaceAll(/[!'()*~]/g, percent);
  const all = [component, strict, component.replaceAll("%20", "+"), strict.replaceAll("%20", "+")];
  return [...all, ...all.map(lowerPercent), encodeURI(wellFormed)];
}
function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
function lowerPercent(text: string): string {
  return text.replaceAll(/%[0-9A-F]{2}/g, (one) => one.toLowerCase());
}

function binaryForms(value: string): readonly string[] {
  const bytes = Buffer.from(value, "utf8");
  const hex = bytes.toString("hex");
  const padded = bytes.toString("base64");
  const forms = [hex, hex.toUpperCase(), padded, padded.replace(/=+$/, "")];
  for (const offset of [0, 1, 2]) forms.push(aligned(bytes, offset));
  return [...forms, ...forms.map((one) => one.replaceAll("+", "-").replaceAll("/", "_"))];
}

/** The base64 characters that depend on the secret alone when `offset` foreign bytes stand before it in the blob. */
function aligned(bytes: Uint8Array, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  const first = [0, 2, 3][offset] ?? 0;
  return text.slice(first, Math.floor(((offset + bytes.length) * 8) / 6));
}
