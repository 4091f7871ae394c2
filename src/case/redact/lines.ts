import type { Redactor } from "../types.ts";

const begin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const end = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const most = 400;

/** Redacts line by line; the lines of a private key block are taken together, since each alone looks like nothing. */
export async function* redactLines(
  redactor: Redactor,
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<string> {
  let block: string[] = [];
  for await (const line of lines) {
    if (block.length === 0 && !(begin.test(line) && !end.test(line))) {
      yield redactor.text(line);
      continue;
    }
    block.push(line);
    if (!end.test(line) && block.length < most) continue;
    yield redactor.text(block.join("\n"));
    block = [];
  }
  if (block.length > 0) yield redactor.text(block.join("\n"));
}
