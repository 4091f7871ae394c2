import type { Row } from "../../host/sqlite.ts";
import { dict, isoOf, num, parseJson, str, strings } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";

/** A text column; undefined for NULL, an empty text and anything that is no text. */
export function text(row: Row, column: string): string | undefined {
  const value = str(row[column]);
  return value === undefined || value === "" ? undefined : value;
}

export function number(row: Row, column: string): number | undefined {
  return num(row[column]);
}

/** An epoch-millisecond column as ISO 8601. */
export function time(row: Row, column: string): string | undefined {
  return isoOf(row[column]);
}

/** A column that holds a JSON object; empty where it does not. */
export function jsonColumn(row: Row, column: string): Dict {
  const value = str(row[column]);
  return value === undefined ? {} : dict(parseJson(value));
}

/** A column that holds a JSON list of texts. */
export function textsColumn(row: Row, column: string): readonly string[] {
  const value = str(row[column]);
  return value === undefined ? [] : strings(parseJson(value));
}

/** A time that may be written as ISO text or as epoch milliseconds. */
export function timeOf(value: unknown): string | undefined {
  if (typeof value === "number") return isoOf(value);
  if (typeof value !== "string" || value.length > 40 || !/^\d{4}-\d\d-\d\dT/.test(value)) return undefined;
  return isoOf(Date.parse(value));
}
