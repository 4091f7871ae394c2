import { createHash } from "node:crypto";
import { isDict } from "../../src/model/json.ts";
import { Secret } from "../../src/model/secret.ts";
import { fingerprintKey } from "./real-state.ts";

/** As it may be written down: secrets are marks, long texts are cut. */
export function golden(value: unknown): string {
  return `${JSON.stringify(value, (key, item: unknown) => shownItem(key, item), 2)}\n`;
}

function shownItem(key: string, item: unknown): unknown {
  // A link's own time is that of the unpacking.
  if (key === "modifiedAt" && typeof item === "string" && !item.startsWith("2026-11-20"))
    return "when unpacked";
  if (typeof item === "string" && item.length > 400)
    return `${item.slice(0, 80)}… ${item.length} characters, ${createHash("sha256").update(item).digest("hex")}`;
  if (!isDict(item) || !(item["secret"] instanceof Secret)) return item;
  return { ...item, secret: item["secret"].mark(fingerprintKey) };
}
