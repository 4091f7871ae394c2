/** JSON from outside is `unknown` until looked at; these are the looks. None of them throws. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type Dict = Readonly<Record<string, unknown>>;

export function isDict(value: unknown): value is Dict {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
export function dict(value: unknown): Dict {
  return isDict(value) ? value : {};
}
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
export function str(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
export function num(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
export function bool(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}
export function strings(value: unknown): readonly string[] {
  return list(value).filter((item): item is string => typeof item === "string");
}
/** The value at a path of keys, or undefined where any step is missing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    if (!isDict(here) || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
/** Epoch milliseconds → ISO 8601 UTC; undefined for anything that is no plausible time. */
export function isoOf(ms: unknown): string | undefined {
  if (typeof ms !== "number" || !Number.isFinite(ms) || ms <= 0 || ms > 8.64e15) return undefined;
  return new Date(ms).toISOString();
}
