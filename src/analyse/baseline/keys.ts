/** Differences of settings, key by key. */
import { flatten, isSecretKey } from "../../model/config-keys.ts";
import { Secret, showMark } from "../../model/secret.ts";
import { shown } from "../../model/text.ts";
import type { Redactor } from "../../case/types.ts";
import type { DriftChange } from "./types.ts";

export interface KeyChange {
  readonly kind: DriftChange["kind"];
  readonly key: string;
  readonly before?: string;
  readonly after?: string;
  /** The new value as it is, for judging only; absent for secrets. */
  readonly plainAfter?: string;
}

/** Value texts by key. Elements of a list of plain values are an unordered set under one key. */
function table(value: unknown): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { key, value: leaf } of flatten(value)) {
    const name = key.replace(/\[\d{1,9}\]$/, "");
    const values = found.get(name) ?? new Set<string>();
    values.add(typeof leaf === "string" ? leaf : JSON.stringify(leaf));
    found.set(name, values);
  }
  return found;
}

/** `allSecret`: every value is a credential, whatever its key is called. */
export function diffKeys(
  before: unknown,
  after: unknown,
  redactor: Pick<Redactor, "mark" | "text">,
  allSecret = false,
): readonly KeyChange[] {
  const old = table(before);
  const now = table(after);
  const changes: KeyChange[] = [];
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const secret = allSecret || isSecretKey(key);
    const gone = [...(old.get(key) ?? [])].filter((value) => now.get(key)?.has(value) !== true);
    const come = [...(now.get(key) ?? [])].filter((value) => old.get(key)?.has(value) !== true);
    const show = (value: string): string => valueText(value, secret, redactor);
    const length = Math.max(gone.length, come.length);
    for (let i = 0; i < length; i += 1) {
      const from = gone[i];
      const to = come[i];
      changes.push({
        kind: from === undefined ? "added" : to === undefined ? "removed" : "modified",
        key: shown(key, 200),
        ...(from === undefined ? {} : { before: show(from) }),
        ...(to === undefined ? {} : { after: show(to), ...(secret ? {} : { plainAfter: to }) }),
      });
    }
  }
  return changes;
}

function valueText(value: string, secret: boolean, redactor: Pick<Redactor, "mark" | "text">): string {
  if (!secret || value === "{}" || value === "[]" || /^\$\{[\w.:-]{1,200}\}$/.test(value)) {
    return shown(redactor.text(value), 200);
  }
  return showMark(redactor.mark(new Secret(value)));
}

/** `NAME=value` lines of an env file as an object. */
export function parseEnv(text: string): Readonly<Record<string, string>> {
  const pairs: [string, string][] = [];
  for (const line of text.split("\n").slice(0, 5000)) {
    const match = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w{0,200})[ \t]*=(.*)$/.exec(line.replace(/\r$/, ""));
    if (match?.[1] !== undefined) pairs.push([match[1], (match[2] ?? "").trim()]);
  }
  return Object.fromEntries(pairs);
}
