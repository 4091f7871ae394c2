import { isDeepStrictEqual } from "node:util";
import JSON5 from "json5";
import { skipSpace } from "./json5-spans.ts";
import type { ArraySpan } from "./json5-spans.ts";

const commentInLine = /[ \t]*\/\/[^\n\r\u2028\u2029]*/y;

/**
 * The array at `span` as it reads with only the items of `wanted`, which must be some of its own in their order; undefined where they
 * are not. An item takes the comment behind it along, every other byte stays. One pass, whatever the number of items.
 */
export function keepItems(text: string, span: ArraySpan, wanted: readonly unknown[]): string | undefined {
  const kept: string[] = [];
  let [from, next, isLastKept, endsInComma] = [span.start + 1, 0, true, false];
  for (const item of span.items) {
    const comma = skipSpace(text, item.end);
    endsInComma = text.charAt(comma) === ",";
    const end = behindComment(text, endsInComma ? comma + 1 : item.end);
    const value: unknown = JSON5.parse(text.slice(item.start, item.end));
    isLastKept = next < wanted.length && isDeepStrictEqual(value, wanted[next]);
    if (isLastKept) {
      kept.push(text.slice(from, end));
      next += 1;
    }
    from = end;
  }
  if (next < wanted.length) return undefined;
  const last = kept.at(-1);
  if (last === undefined) return "[]";
  // What was followed by others ends the array now, and JSON wants no comma there.
  if (!isLastKept && !endsInComma) kept[kept.length - 1] = last.replace(/,$/, "");
  return `[${kept.join("")}${text.slice(from, span.end)}`;
}

function behindComment(text: string, end: number): number {
  commentInLine.lastIndex = end;
  return end + (commentInLine.exec(text)?.[0].length ?? 0);
}
