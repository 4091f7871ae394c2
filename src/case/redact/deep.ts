import type { Json } from "../../model/json.ts";
import { isSecretName } from "../../model/secret-names.ts";
import { Secret } from "../../model/secret.ts";
import { isOwnWord } from "./vocabulary.ts";

export interface Leaves {
  readonly text: (text: string) => string;
  readonly secret: (secret: Secret) => Json;
  /** Raw bytes are not kept: what they hold could not be searched for secrets. */
  readonly bytes: (bytes: Uint8Array) => Json;
}

const deepest = 64;
const longestCommand = 300;

/** A deep copy as plain JSON with every string and key passed through `leaves.text`. Cycles end at 64 levels. */
export function redactJson(value: unknown, leaves: Leaves, depth = 0, name = ""): Json {
  if (typeof value === "object" && value !== null) return redactObject(value, leaves, depth, name);
  if (typeof value === "string") return redactString(value, leaves, name);
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "bigint" ? leaves.text(value.toString()) : null;
}

function redactObject(value: object, leaves: Leaves, depth: number, name: string): Json {
  if (value instanceof Secret) return leaves.secret(value);
  if (value instanceof Uint8Array) return leaves.bytes(value);
  if (depth >= deepest) return "[too deep]";
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.map((_, i) => {
      const option = optionBefore(items, i);
      return redactJson(redactWord(items, i, leaves), leaves, depth + 1, option ?? name);
    });
  }
  return convertsItself(value)
    ? redactJson(value.toJSON(), leaves, depth + 1, name)
    : redactDict(value, leaves, depth);
}

function convertsItself(value: object): value is { readonly toJSON: () => unknown } {
  return "toJSON" in value && typeof value.toJSON === "function";
}

/** In an argument array, `--token` names what comes next. */
function optionBefore(items: readonly unknown[], i: number): string | undefined {
  const previous = items[i - 1];
  return typeof previous === "string" && previous.startsWith("-") ? previous : undefined;
}

/** What an option takes is told by the program and the option: `mysql -pPASSWORD`, and `curl`, `-u`, `NAME:PASSWORD`. */
function redactWord(items: readonly unknown[], i: number, leaves: Leaves): unknown {
  const [program] = items;
  const word = items[i];
  const option = optionBefore(items, i);
  if (i === 0 || typeof word !== "string" || typeof program !== "string") return word;
  if (option === undefined && !word.startsWith("-")) return word;
  const command = option === undefined ? `${program} ` : `${program} ${option} `;
  if (command.length > longestCommand) return word;
  const whole = leaves.text(`${command}${word.toWellFormed()}`);
  return whole.startsWith(command) ? whole.slice(command.length) : word;
}

function redactDict(value: object, leaves: Leaves, depth: number): Json {
  const pairs = new Map<string, Json>();
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    if (item === undefined || typeof item === "function" || typeof item === "symbol") continue;
    let shown = isOwnWord(key) ? key : leaves.text(key.toWellFormed());
    while (pairs.has(shown)) shown += "'";
    pairs.set(shown, redactJson(item, leaves, depth + 1, key));
  }
  return Object.fromEntries(pairs);
}

function redactString(value: string, leaves: Leaves, name: string): Json {
  const text = leaves.text(value.toWellFormed());
  // "token": "…" as one text is what the patterns know; the name is all that is needed of it.
  if (text.length < 6 || !isSecretName(name) || /\s/.test(text)) return text;
  const whole = leaves.text(`token="${text}"`);
  return whole.slice('token="'.length, -1);
}
