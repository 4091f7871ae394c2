/** XML property lists (plist(5)): a handful of tags, no entities but the five of XML and numbered ones. A document type is skipped. */
import { maxDepth, maxValues, type Plist } from "./plist-value.ts";

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const piece =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>[]*(?:\[[^\]]*\])?[^>]*>|<!\[CDATA\[(?<cdata>[\s\S]*?)\]\]>|<(?<close>\/?)(?<tag>[A-Za-z]+)(?:\s[^<>]*?)?(?<empty>\/?)>|(?<text>[^<]+)/y;

interface Open {
  readonly kind: "array" | "dict";
  readonly values: Plist[];
  readonly keys: string[];
}

/** What one tag's text stands for; undefined for tags that are none of a property list, and for text that is no such value. */
function leaf(tag: string, text: string): Plist | undefined {
  if (tag === "string" || tag === "key") return text;
  if (tag === "integer" || tag === "real") {
    const value = Number(text.trim());
    return text.trim() === "" || Number.isNaN(value) ? undefined : value;
  }
  if (tag === "data") return new Uint8Array(Buffer.from(text, "base64"));
  const date = tag === "date" ? new Date(text.trim()) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}

/** Undefined for what is no whole list. */
export function parseXmlPlist(text: string): Plist | undefined {
  const builder = new Builder();
  let at = 0;
  while (at < text.length) {
    piece.lastIndex = at;
    const match = piece.exec(text);
    if (match === null) return undefined;
    at += match[0].length;
    if (!builder.take(match.groups ?? {}) || builder.done) break;
  }
  return builder.result;
}

type Groups = Readonly<Record<string, string | undefined>>;

class Builder {
  readonly #open: Open[] = [];
  #text = "";
  #leaf: string | undefined;
  #count = 0;
  #result: Plist | undefined;

  get result(): Plist | undefined {
    return this.#result;
  }
  get done(): boolean {
    return this.#result !== undefined;
  }

  /** False where the text is no property list. */
  take({ cdata, close, tag, empty, text }: Groups): boolean {
    if (cdata !== undefined) this.#text += cdata;
    else if (text !== undefined) {
      if (this.#leaf !== undefined) this.#text += unescape(text);
    } else if (tag !== undefined) return this.#tag(tag, close === "/", empty === "/");
    return true;
  }

  #tag(tag: string, close: boolean, empty: boolean): boolean {
    if (tag === "plist") return true;
    if (tag === "true" || tag === "false") return close || this.#add(tag === "true");
    if (tag === "dict" || tag === "array") return this.#container(tag, close, empty);
    if (close) return this.#leaf === tag && this.#end(tag);
    if (this.#leaf !== undefined) return false;
    this.#leaf = tag;
    this.#text = "";
    return empty ? this.#end(tag) : true;
  }

  #container(tag: "dict" | "array", close: boolean, empty: boolean): boolean {
    if (close) return this.#close(tag);
    if (this.#leaf !== undefined || this.#open.length >= maxDepth) return false;
    this.#open.push({ kind: tag, values: [], keys: [] });
    return empty ? this.#close(tag) : true;
  }

  #end(tag: string): boolean {
    const value = leaf(tag, this.#text);
    this.#leaf = undefined;
    this.#text = "";
    if (value === undefined) return false;
    if (tag !== "key") return this.#add(value);
    const open = this.#open.at(-1);
    if (open?.kind !== "dict" || open.keys.length !== open.values.length) return false;
    open.keys.push(value as string);
    return true;
  }

  #close(tag: "array" | "dict"): boolean {
    const open = this.#open.pop();
    if (open?.kind !== tag || (tag === "dict" && open.keys.length !== open.values.length)) return false;
    if (tag === "array") return this.#add(open.values);
    return this.#add(Object.fromEntries(open.keys.map((key, i) => [key, open.values[i] ?? ""])));
  }

  #add(value: Plist): boolean {
    this.#count += 1;
    if (this.#count > maxValues) return false;
    const open = this.#open.at(-1);
    if (open === undefined) this.#result = value;
    else if (open.kind === "dict" && open.keys.length !== open.values.length + 1) return false;
    else open.values.push(value);
    return true;
  }
}

function unescape(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|([a-z]{2,4}));/g,
    (whole, hex?: string, dec?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? whole;
      const code = hex === undefined ? Number(dec) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
