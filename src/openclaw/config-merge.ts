import { isDict } from "../model/json.ts";
import type { Dict } from "../model/json.ts";

/** Keys that would reach into an object's prototype; OpenClaw drops them, too. */
const blocked = new Set(["__proto__", "prototype", "constructor"]);

/**
 * OpenClaw's merge of includes: objects merge key by key, arrays are appended, anything else is replaced by `over`.
 * Pure: neither value is changed.
 */
export function mergeConfig(base: unknown, over: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(over)) {
    return [...(base as readonly unknown[]), ...(over as readonly unknown[])];
  }
  if (!isDict(base) || !isDict(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (blocked.has(key)) continue;
    merged[key] = Object.hasOwn(base, key) ? mergeConfig(base[key], value) : value;
  }
  return merged;
}

/** The same object without the keys that reach into prototypes. */
export function withoutBlocked(value: Dict): Dict {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !blocked.has(key)));
}
