/** The part of TOML that configuration files of agents use: tables, strings, numbers, arrays, inline tables. Never throws. */
type Toml = string | number | boolean | readonly Toml[] | { readonly [key: string]: Toml };

const maxLines = 20_000;
const maxDepth = 20;

/** Keys with their full dotted names in order, such as "mcp_servers.x.command". What is no TOML is left out. */
export function parseToml(
  text: string,
): readonly { readonly name: string; readonly value: Toml; readonly line: number }[] {
  const found: { name: string; value: Toml; line: number }[] = [];
  let table = "";
  for (const { line, number } of logical(text)) {
    const header = /^\[{1,2}\s*([^\]]{1,500}?)\s*\]{1,2}\s*(?:#.*)?$/.exec(line);
    if (header?.[1] !== undefined) {
      table = keyOf(header[1]);
      continue;
    }
    const match = /^((?:[A-Za-z0-9_.-]|"[^"\n]{0,200}"|'[^'\n]{0,200}'){1,300})\s*=\s*(.*)$/s.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const name = [table, keyOf(match[1])].filter((part) => part !== "").join(".");
    const value = new Reader(match[2]).value(0);
    if (value !== undefined) found.push({ name, value, line: number });
  }
  return found;
}

function keyOf(text: string): string {
  return text.replace(/["']/g, "").replace(/\s*\.\s*/g, ".");
}

/** Lines; those whose brackets or triple quotes are open take the next ones with them. */
function* logical(text: string): Generator<{ readonly line: string; readonly number: number }> {
  let open: string[] = [];
  let first = 1;
  let state: Balance = { depth: 0, triple: "" };
  for (const [i, raw] of text.split("\n").slice(0, maxLines).entries()) {
    const line = raw.replace(/\r$/, "");
    if (open.length === 0) {
      first = i + 1;
      if (/^\s*(?:#|$)/.test(line)) continue;
    }
    open.push(line);
    state = /^\s*\[/.test(line) && open.length === 1 ? state : balanceOf(line, state);
    if (state.depth > 0 || state.triple !== "") continue;
    yield { line: open.join("\n").trim(), number: first };
    open = [];
    state = { depth: 0, triple: "" };
  }
  if (open.length > 0) yield { line: open.join("\n").trim(), number: first };
}

interface Balance {
  readonly depth: number;
  /** The quotes that are open over several lines, if any. */
  readonly triple: string;
}

const marks = /"""|'''|"(?:[^"\\]|\\.)*"|'[^']*'|#.*|[[\]{}]/g;

/** How many brackets are open after the line, outside strings and comments. */
function balanceOf(line: string, before: Balance): Balance {
  let { depth, triple } = before;
  for (const [mark] of line.matchAll(marks)) {
    if (triple !== "") {
      if (mark === triple) triple = "";
    } else if (mark === '"""' || mark === "'''") triple = mark;
    else if (mark === "[" || mark === "{") depth += 1;
    else if (mark === "]" || mark === "}") depth -= 1;
  }
  return { depth: Math.max(0, depth), triple };
}

class Reader {
  readonly #text: string;
  #at = 0;
  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Toml | undefined {
    this.#blank();
    if (depth > maxDepth) return undefined;
    const c = this.#text[this.#at];
    if (c === "[") return this.#list(depth);
    if (c === "{") return this.#table(depth);
    return this.#string() ?? this.#word();
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match;
  }

  #blank(): void {
    this.#take(/(?:\s|#[^\n]*)*/y);
  }

  #string(): string | undefined {
    const long = this.#take(/"""\n?([\s\S]*?)"""|'''\n?([\s\S]*?)'''/y);
    if (long !== undefined) return long[1] ?? long[2] ?? "";
    const short = this.#take(/"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'/y);
    if (short === undefined) return undefined;
    return short[2] ?? (short[1] ?? "").replace(/\\(["\\ntr])/g, (_, c: string) => escapes[c] ?? c);
  }

  #word(): Toml | undefined {
    const word = this.#take(/[^\s,\]}#]+/y)?.[0];
    if (word === undefined) return undefined;
    if (word === "true" || word === "false") return word === "true";
    return /^[+-]?\d[\d_]*(?:\.\d+)?$/.test(word) ? Number(word.replaceAll("_", "")) : word;
  }

  #list(depth: number): readonly Toml[] {
    const found: Toml[] = [];
    this.#at += 1;
    for (;;) {
      const value = this.#peek("]") ? undefined : this.value(depth + 1);
      if (value === undefined) break;
      found.push(value);
      this.#blank();
      if (this.#take(/,/y) === undefined) break;
    }
    this.#blank();
    this.#take(/\]/y);
    return found;
  }

  #table(depth: number): Toml {
    const found: [string, Toml][] = [];
    this.#at += 1;
    while (!this.#peek("}")) {
      const key = this.#take(/((?:[A-Za-z0-9_.-]|"[^"\n]{0,200}"|'[^'\n]{0,200}'){1,300})\s*=/y)?.[1];
      const value = key === undefined ? undefined : this.value(depth + 1);
      if (key === undefined || value === undefined) break;
      found.push([keyOf(key), value]);
      this.#blank();
      if (this.#take(/,/y) === undefined) break;
    }
    this.#blank();
    this.#take(/\}/y);
    return Object.fromEntries(found);
  }

  #peek(c: string): boolean {
    this.#blank();
    return this.#text[this.#at] === c || this.#at >= this.#text.length;
  }
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/** The same as nested objects, so that it is looked at as JSON is. Later keys win. */
export function tomlTree(text: string): Readonly<Record<string, unknown>> {
  const root = new Map<string, unknown>();
  for (const { name, value } of parseToml(text)) {
    const parts = name.split(".").slice(0, maxDepth);
    let here = root;
    for (const part of parts.slice(0, -1)) {
      const next = here.get(part);
      const inner = next instanceof Map ? (next as Map<string, unknown>) : new Map<string, unknown>();
      here.set(part, inner);
      here = inner;
    }
    here.set(parts.at(-1) ?? "", value);
  }
  return plain(root);
}

function plain(map: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    [...map].map(([key, value]) => [
      key,
      value instanceof Map ? plain(value as Map<string, unknown>) : value,
    ]),
  );
}
