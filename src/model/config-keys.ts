/** The config as flat keys, the way drift is told and severity is looked up. */
import { isDict } from "./json.ts";
import { isSecretSetting } from "./secret-names.ts";

export interface FlatKey {
  /** Dotted; list positions as `[0]`; a name that is no plain word as `["a.b"]`. */
  readonly key: string;
  readonly value: null | boolean | number | string;
}

const plain = /^[A-Za-z_$][\w$-]*$/;
const maxKeys = 50_000;
const maxDepth = 64;

/** Every leaf of a parsed config, in the order of the file; empty objects and lists are leaves, too ("{}", "[]"). */
export function flatten(value: unknown): readonly FlatKey[] {
  const found: FlatKey[] = [];
  walk(value, "", 0, found);
  return found;
}

function walk(value: unknown, key: string, depth: number, found: FlatKey[]): void {
  if (found.length >= maxKeys) return;
  if (depth > maxDepth) {
    found.push({ key, value: "(nested too deeply)" });
  } else if (Array.isArray(value)) {
    if (value.length === 0) found.push({ key, value: "[]" });
    value.forEach((item: unknown, i) => walk(item, `${key}[${i}]`, depth + 1, found));
  } else if (isDict(value)) {
    const names = Object.keys(value);
    if (names.length === 0 && key !== "") found.push({ key, value: "{}" });
    for (const name of names) walk(value[name], joinKey(key, name), depth + 1, found);
  } else {
    found.push({ key, value: leaf(value) });
  }
}

function leaf(value: unknown): FlatKey["value"] {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value !== "number") return `(${typeof value})`;
  return Number.isFinite(value) ? value : String(value);
}

function joinKey(key: string, name: string): string {
  if (!plain.test(name)) return `${key}[${JSON.stringify(name)}]`;
  return key === "" ? name : `${key}.${name}`;
}

/** Parents whose every value may be one: environment variables and request headers. */
const secretParent = /(?:^|\.)(?:env|vars|headers|environment)(?:\.vars)?[.[][^.[]*$/i;

/** Whether a string at this key is shown only as a fingerprint. Errs on the side of hiding. */
export function isSecretKey(key: string): boolean {
  return isSecretSetting(lastName(key)) || secretParent.test(key);
}

/** The last name of a key, list positions left out: `a.b[0]` → `b`. */
function lastName(key: string): string {
  const bare = key.slice(-300).replace(/(?:\[\d+\])+$/, "");
  const quoted = /\["([^"]*)"\]$/.exec(bare)?.[1];
  return quoted ?? bare.slice(bare.lastIndexOf(".") + 1);
}
