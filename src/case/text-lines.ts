import type { Redactor, TextLine } from "./types.ts";

/** How many lines are looked at together. */
const batch = 256;
/** Stands in no path and no name, and is part of no secret's form. */
const between = "\0";

/**
 * The lines of a text format, secrets taken out of their parts. Nearly all parts hold none: many are searched at once, and
 * one by one only where that changed something.
 */
export function* textLines(redactor: Redactor, lines: Iterable<TextLine>): Generator<string> {
  let waiting: TextLine[] = [];
  for (const line of lines) {
    waiting.push(line);
    if (waiting.length < batch) continue;
    yield* written(redactor, waiting);
    waiting = [];
  }
  yield* written(redactor, waiting);
}

function* written(redactor: Redactor, lines: readonly TextLine[]): Generator<string> {
  const all = lines.flatMap(({ parts }) => parts).join(between);
  const clean = redactor.text(all) === all;
  for (const { parts, line } of lines) yield line(clean ? parts : parts.map(redactor.text));
}
