/**
 * Where each value of a JSON5 text begins and ends, so that one value can be replaced and every other byte kept.
 * The text must already be accepted by a JSON5 parser: this scanner finds spans and does not judge.
 * Grammar: https://spec.json5.org
 */
import JSON5 from "json5";

export interface ScalarSpan {
  readonly kind: "scalar";
  readonly start: number;
  readonly end: number;
}
export interface ArraySpan {
  readonly kind: "array";
  readonly start: number;
  readonly end: number;
  readonly items: readonly Span[];
}
export interface MemberSpan {
  readonly key: string;
  readonly start: number;
  readonly value: Span;
  /** The comma after the value, or -1. */
  readonly comma: number;
}
export interface ObjectSpan {
  readonly kind: "object";
  readonly start: number;
  readonly end: number;
  readonly members: readonly MemberSpan[];
}
/** `end` is exclusive. */
export type Span = ScalarSpan | ArraySpan | ObjectSpan;

/** Deeper than any config; a deeper one is refused so that hostile nesting cannot exhaust the stack. */
const maxDepth = 256;

const space = /[\t\n\v\f\r \u00a0\u2028\u2029\ufeff\p{Zs}]/u;
const lineEnd = /[\n\r\u2028\u2029]/u;

/** The index of the first character at or after `from` that is neither space nor comment. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    if (text.startsWith("//", at)) {
      while (at < text.length && !lineEnd.test(text.charAt(at))) at += 1;
    } else if (text.startsWith("/*", at)) {
      const close = text.indexOf("*/", at + 2);
      at = close === -1 ? text.length : close + 2;
    } else if (space.test(text.charAt(at))) at += 1;
    else break;
  }
  return at;
}

function endOfString(text: string, from: number): number {
  const quote = text.charAt(from);
  let at = from + 1;
  while (at < text.length && text.charAt(at) !== quote) at += text.charAt(at) === "\\" ? 2 : 1;
  return at + 1;
}

function isQuote(char: string): boolean {
  return char === '"' || char === "'";
}

function endOfToken(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const char = text.charAt(at);
    if (",:]}/".includes(char) || space.test(char)) break;
    at += 1;
  }
  return at;
}

/** Reads the text of a string or identifier key; undefined for what a parser would have refused. */
function keyText(raw: string): string | undefined {
  if (!isQuote(raw.charAt(0)) && !raw.includes("\\")) return raw;
  const parsed: unknown = JSON5.parse(isQuote(raw.charAt(0)) ? raw : `"${raw}"`);
  return typeof parsed === "string" ? parsed : undefined;
}

class Scanner {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }

  value(from: number, depth: number): Span {
    if (depth > maxDepth) throw new RangeError("nested too deeply");
    const char = this.#text.charAt(from);
    if (char === "{") return this.#object(from, depth);
    if (char === "[") return this.#array(from, depth);
    const end = isQuote(char) ? endOfString(this.#text, from) : endOfToken(this.#text, from);
    if (end <= from || end > this.#text.length) throw new RangeError("value without an end");
    return { kind: "scalar", start: from, end };
  }

  #object(from: number, depth: number): ObjectSpan {
    const members: MemberSpan[] = [];
    let at = skipSpace(this.#text, from + 1);
    while (at < this.#text.length && this.#text.charAt(at) !== "}") {
      const start = at;
      const keyEnd = isQuote(this.#text.charAt(at))
        ? endOfString(this.#text, at)
        : endOfToken(this.#text, at);
      const key = keyText(this.#text.slice(start, keyEnd));
      const colon = skipSpace(this.#text, keyEnd);
      if (key === undefined || this.#text.charAt(colon) !== ":") throw new RangeError("key without value");
      const value = this.value(skipSpace(this.#text, colon + 1), depth + 1);
      const comma = this.#comma(value.end);
      members.push({ key, start, value, comma });
      at = skipSpace(this.#text, comma === -1 ? value.end : comma + 1);
      if (comma === -1 && this.#text.charAt(at) !== "}") throw new RangeError("object without an end");
    }
    if (at >= this.#text.length) throw new RangeError("object without an end");
    return { kind: "object", start: from, end: at + 1, members };
  }

  #array(from: number, depth: number): ArraySpan {
    const items: Span[] = [];
    let at = skipSpace(this.#text, from + 1);
    while (at < this.#text.length && this.#text.charAt(at) !== "]") {
      const item = this.value(at, depth + 1);
      items.push(item);
      const comma = this.#comma(item.end);
      at = skipSpace(this.#text, comma === -1 ? item.end : comma + 1);
      if (comma === -1 && this.#text.charAt(at) !== "]") throw new RangeError("array without an end");
    }
    if (at >= this.#text.length) throw new RangeError("array without an end");
    return { kind: "array", start: from, end: at + 1, items };
  }

  #comma(from: number): number {
    const at = skipSpace(this.#text, from);
    return this.#text.charAt(at) === "," ? at : -1;
  }
}

/** The span tree of a whole text. Throws RangeError or SyntaxError for text that is no JSON5. */
export function spansOf(text: string): Span {
  return new Scanner(text).value(skipSpace(text, 0), 0);
}

/** The member that counts: of a key written twice, JSON5 takes the last. */
export function memberOf(span: Span, key: string): MemberSpan | undefined {
  return span.kind === "object" ? span.members.findLast((member) => member.key === key) : undefined;
}
