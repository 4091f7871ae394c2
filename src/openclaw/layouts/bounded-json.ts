import { parseJson } from "../../model/json.ts";

const maxDepth = 256;
const maxItems = 250_000;

/**
 * As `parseJson`, for text of any making: what is nested deeper or holds more items than anything of OpenClaw's is not
 * parsed, because a few megabytes of brackets become hundreds in memory.
 */
export function boundedJson(text: string): unknown {
  return isBounded(text) ? parseJson(text) : undefined;
}

function isBounded(text: string): boolean {
  let depth = 0;
  let items = 0;
  for (let i = 0; i < text.length; i += 1) {
    switch (text.charCodeAt(i)) {
      case 0x22: // a text: what is in it counts for nothing
        i = endOfText(text, i);
        break;
      case 0x5b:
      case 0x7b:
        depth += 1;
        items += 1;
        break;
      case 0x5d:
      case 0x7d:
        depth -= 1;
        break;
      case 0x2c:
        items += 1;
        break;
    }
    if (depth > maxDepth || items > maxItems) return false;
  }
  return true;
}

function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
