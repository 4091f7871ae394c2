import type { Shape } from "./shape.ts";
import { shapes } from "./shapes.ts";

/** A stretch of text that looks like a credential, end exclusive. */
export interface Suspect {
  readonly start: number;
  readonly end: number;
}

const valueMax = 4096;
/** Characters behind a value that may tell what it is for. */
const behind = 200;

/** Everything in the text that looks like a credential by its well-known form or by the name it is assigned to. */
export function suspects(text: string): Suspect[] {
  const found = privateKeys(text);
  if (text.length < 8) return found;
  const holds = finder(text.toLowerCase());
  for (const shape of shapes) if (shape.needs.some(holds)) collect(text, shape, found);
  return found;
}

/** Many shapes need the same words, and a megabyte is gone through for each word only once. */
function finder(lower: string): (word: string) => boolean {
  const known = new Map<string, boolean>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const there = lower.includes(word);
    known.set(word, there);
    return there;
  };
}

function collect(text: string, { pattern, body, when }: Shape, found: Suspect[]): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const marker = match[1] ?? "";
    const start = match.index + marker.length;
    let end = pattern.lastIndex;
    while (end < text.length && body.test(text.charAt(end))) end += 1;
    pattern.lastIndex = end;
    const value = text.slice(start, Math.min(end, start + valueMax));
    if (when === undefined || when(value, { marker, after: text.slice(end, end + behind) }))
      found.push({ start, end });
  }
}

const begin = "-----BEGIN ";
const header = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
const footer = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
const keyBody = /[A-Za-z0-9+/=\s\\:,.-]/;
const keyMax = 65_536;

/** PEM and OpenPGP private key blocks, also cut off ones. */
function privateKeys(text: string): Suspect[] {
  const found: Suspect[] = [];
  let at = text.indexOf(begin);
  while (at !== -1) {
    header.lastIndex = at;
    if (!header.test(text)) {
      at = text.indexOf(begin, at + begin.length);
      continue;
    }
    const end = keyEnd(text, header.lastIndex);
    found.push({ start: at, end });
    at = text.indexOf(begin, end);
  }
  return found;
}

function keyEnd(text: string, from: number): number {
  let end = from;
  const limit = Math.min(text.length, from + keyMax);
  while (end < limit && keyBody.test(text.charAt(end))) {
    if (text.startsWith("-----", end)) {
      footer.lastIndex = end;
      return footer.test(text) ? footer.lastIndex : end;
    }
    end += 1;
  }
  return end;
}
