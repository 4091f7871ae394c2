import { isDict, type Dict, type Json } from "../model/json.ts";

/** Fields that hold claw-ir's own words, never data of the examined host. */
const own = new Set(["step", "stage", "state", "mutates", "outcome", "severity", "confidence", "rule"]);
const hashes = new Set(["sha256", "row", "rows"]);
const ownWord = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/**
 * The redacted copy with the fields that machinery relies on put back: words of ours in fields made for them, and hashes.
 * Otherwise someone who plants the name of a step as a password could break what `resume` reads. A step's `id` counts, too,
 * where a `stage` stands beside it.
 */
export function ownFields(original: Dict, redacted: Json): Json {
  if (!isDict(redacted)) return redacted;
  const result: Record<string, Json> = { ...(redacted as Readonly<Record<string, Json>>) };
  for (const [key, value] of Object.entries(original)) {
    if (typeof value !== "string") continue;
    if (hashes.has(key) && /^[0-9a-f]{64}$/.test(value)) result[key] = value;
    const isOwn = own.has(key) || (key === "id" && "stage" in original && "mutates" in original);
    if (isOwn && value.length <= 60 && ownWord.test(value)) result[key] = value;
  }
  return result;
}
