/** Text on a terminal: how wide it is, and how it breaks. Pure, and for text that was made `visible` already. */

/** Terminal columns: wide East Asian characters and emoji take two. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) columns += isWide(char.codePointAt(0) ?? 0) ? 2 : 1;
  return columns;
}

/** First and last code point of the ranges that terminals draw two columns wide, or may. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x23ff],
  [0x2600, 0x27bf],
  [0x2b00, 0x2bff],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1b000, 0x1b2ff],
  [0x1f000, 0x1faff],
  [0x20000, 0x3fffd],
];

function isWide(point: number): boolean {
  return point >= 0x1100 && wide.some(([first, last]) => point >= first && point <= last);
}

/** At most so many columns, with an ellipsis where something was cut. */
export function fit(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  let used = 1;
  for (const char of text) {
    used += columnsOf(char);
    if (used > columns) break;
    kept += char;
  }
  return `${kept}…`;
}

/** The same, with what was cut at the beginning: the end of a path tells more. */
export function fitEnd(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  let used = 1;
  for (const char of Array.from(text).reverse()) {
    used += columnsOf(char);
    if (used > columns) break;
    kept = char + kept;
  }
  return `…${kept}`;
}

export interface Wrapping {
  /** Columns of the terminal; one is left free, so that no terminal adds a break of its own. */
  readonly width: number;
  /** What the first line begins with. */
  readonly first?: string;
  /** What every other line begins with. */
  readonly indent: string;
}

/**
 * Breaks one line between words into lines that fit. Every line but the first begins with the indent, so that what a host
 * has written never stands at the left edge, where claw-ir's own lines begin.
 */
export function wrap(text: string, wrapping: Wrapping): readonly string[] {
  const { indent, first = "" } = wrapping;
  const room = Math.max(19, wrapping.width - 1);
  const lines: string[] = [];
  let line = first;
  let isFresh = true;
  const add = (word: string): void => {
    const joined = isFresh ? line + word : `${line} ${word}`;
    if (isFresh || columnsOf(joined) <= room) line = joined;
    else {
      lines.push(line.trimEnd());
      line = indent + word;
    }
    isFresh = false;
  };
  const longest = room - Math.max(columnsOf(indent), columnsOf(first));
  for (const word of text.split(" ")) {
    for (const piece of piecesOf(word, longest)) add(piece);
  }
  return [...lines, line];
}

/** A word that is wider than a line, cut; most words are one piece. */
function piecesOf(word: string, room: number): readonly string[] {
  if (columnsOf(word) <= room) return [word];
  const pieces: string[] = [];
  let piece = "";
  let columns = 0;
  for (const char of word) {
    const more = columnsOf(char);
    if (columns + more > room) {
      pieces.push(piece);
      piece = "";
      columns = 0;
    }
    piece += char;
    columns += more;
  }
  return [...pieces, piece];
}
