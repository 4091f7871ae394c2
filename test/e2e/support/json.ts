export type JsonObject = Readonly<Record<string, unknown>>;

/** Takes a parsed value as an object; what is none becomes the empty object. */
export function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** Takes a parsed value as a list; what is none becomes the empty list. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** Takes a parsed value as text; what is none becomes the empty text. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Parses text from outside; damaged text becomes undefined. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
