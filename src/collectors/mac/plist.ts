/** Property lists of macOS, binary and XML, as plain values. Bounded in depth, size and number of values; never throws. */
import { textOf } from "../files.ts";
import { parseBinaryPlist } from "./plist-binary.ts";
import type { Plist } from "./plist-value.ts";
import { parseXmlPlist } from "./plist-xml.ts";

/** Undefined for what is neither of the two. */
export function parsePlist(bytes: Uint8Array): Plist | undefined {
  const head = Buffer.from(bytes.subarray(0, 8)).toString("latin1");
  return head.startsWith("bplist") ? parseBinaryPlist(bytes) : parseXmlPlist(textOf(bytes));
}
