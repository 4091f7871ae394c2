export interface LogicalLine {
  readonly line: string;
  /** Of its first physical line, from 1. */
  readonly number: number;
}

const windowChars = 16_384;
const overlap = 1024;

/**
 * Lines as a shell would join them: a backslash at the end, a "|", "&&" at the end or a "|" at the beginning continue the
 * line. Very long ones come in overlapping windows.
 */
export function* logicalLines(text: string): Generator<LogicalLine> {
  let parts: string[] = [];
  let length = 0;
  let start = 1;
  let number = 0;
  for (const raw of text.split("\n")) {
    number += 1;
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const continues = parts.length > 0 && (joins(parts.at(-1) ?? "") || startsWithPipe(line));
    if (!continues || length > windowChars) {
      if (parts.length > 0) yield* windows(joinParts(parts), start);
      parts = [];
      length = 0;
      start = number;
    }
    parts.push(line);
    length += line.length;
  }
  if (parts.length > 0) yield* windows(joinParts(parts), start);
}

function joins(line: string): boolean {
  const end = line.trimEnd();
  return end.endsWith("\\") || end.endsWith("|") || end.endsWith("&&");
}

function startsWithPipe(line: string): boolean {
  const bare = line.trimStart();
  // A row of a Markdown table begins and ends with one.
  return bare.startsWith("|") && !bare.trimEnd().endsWith("|");
}

function joinParts(parts: readonly string[]): string {
  return parts.map((part) => (part.trimEnd().endsWith("\\") ? part.trimEnd().slice(0, -1) : part)).join(" ");
}

function* windows(line: string, number: number): Generator<LogicalLine> {
  if (line.length <= windowChars) {
    yield { line, number };
    return;
  }
  for (let i = 0; i < line.length; i += windowChars - overlap) {
    yield { line: line.slice(i, i + windowChars), number };
  }
}
