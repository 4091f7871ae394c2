/** Binary evidence: kept byte for byte, except for stretches of text that hold a secret, which are blanked in place. */
import { Buffer } from "node:buffer";

/** A stretch of the bytes, end exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

const chunkBytes = 1 << 20;
/** Text that goes on over the end of a chunk is looked at together with what follows, up to this much. */
const maxRun = 1 << 16;
const blank = 0x58;

/**
 * The chunks with every secret overwritten by "X", so that offsets and length stay. Secrets are looked for in runs of ASCII
 * text; `blanked` is told where something was overwritten. What is no text passes unchanged.
 */
export function* blankSecrets(
  redact: (text: string) => string,
  chunks: Iterable<Uint8Array>,
  blanked: (stretch: Stretch) => void,
): Generator<Uint8Array> {
  let offset = 0;
  const give = (bytes: Uint8Array): Uint8Array => {
    const clean = blankIn(redact, bytes, (from, to) => blanked({ start: offset + from, end: offset + to }));
    offset += bytes.length;
    return clean;
  };
  let waiting: Uint8Array = new Uint8Array();
  for (const piece of chunks) {
    waiting = waiting.length === 0 ? piece.slice() : Buffer.concat([waiting, piece]);
    if (waiting.length < chunkBytes) continue;
    const cut = waiting.length - openRun(waiting);
    yield give(waiting.slice(0, cut));
    waiting = waiting.slice(cut);
  }
  if (waiting.length > 0) yield give(waiting);
}

/** Bytes of text at the end that may go on in the next chunk. */
function openRun(bytes: Uint8Array): number {
  let length = 0;
  while (length < bytes.length && length < maxRun && isText(bytes[bytes.length - 1 - length] ?? 0))
    length += 1;
  return length;
}

function isText(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function blankIn(
  redact: (text: string) => string,
  bytes: Uint8Array,
  blanked: (from: number, to: number) => void,
): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  const stretches = [...runs(bytes)];
  // A program is text only here and there: all of its text at once first, each stretch only where that holds a secret.
  const together = stretches.map(({ start, end }) => text.slice(start, end)).join("\n");
  if (redact(together) === together) return bytes;
  const clean = bytes.slice();
  for (const { start, end } of stretches) {
    const run = text.slice(start, end);
    const redacted = redact(run);
    if (redacted === run) continue;
    const { from, to } = difference(run, redacted);
    clean.fill(blank, start + from, start + to);
    blanked(start + from, start + to);
  }
  return clean;
}

/** Runs of text that could hold a secret. */
function* runs(bytes: Uint8Array): Generator<Stretch> {
  let start = 0;
  for (let at = 0; at <= bytes.length; at += 1) {
    if (at < bytes.length && isText(bytes[at] ?? 0)) continue;
    if (at - start >= 6) yield { start, end: at };
    start = at + 1;
  }
}

/** From the first to the last character that is not the same in both: all secrets of a run, and what stands between them. */
function difference(before: string, after: string): { readonly from: number; readonly to: number } {
  let from = 0;
  while (from < before.length && before[from] === after[from]) from += 1;
  let same = 0;
  const most = Math.min(before.length, after.length) - from;
  while (same < most && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  return { from, to: before.length - same };
}
