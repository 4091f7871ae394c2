import { createHash, createHmac } from "node:crypto";
import type { Json } from "../model/json.ts";

/**
 * JSON with sorted keys and no spaces: one value, one text, so that it can be hashed. Strings and numbers are spelled as
 * JSON.stringify does (RFC 8785 for everything claw-ir writes).
 */
export function canonicalJson(value: Json): string {
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const parts = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${parts.join(",")}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Lower-case hex SHA-256. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Lower-case hex HMAC-SHA256. */
export function hmac(key: Uint8Array, data: string): string {
  return createHmac("sha256", key).update(data).digest("hex");
}

/** What the first entry of a journal has in place of a hash before it. */
export const genesis = "0".repeat(64);
