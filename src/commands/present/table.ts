import { clip, visible } from "../../model/text.ts";

/**
 * Columns as wide as their widest cell, the last one with what is left of `width`. Cells are made visible, so that no
 * cell can move the cursor or forge a row.
 */
export function table(width: number, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => visible(cell)));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => columnsOf(row[column] ?? ""))));
  const last = head.length - 1;
  const before = widths.slice(0, last).reduce((sum, one) => sum + one + 2, 0);
  const room = Math.max(20, width - before);
  const line = (row: readonly string[]): string =>
    head
      .map((_, column) => {
        const cell = row[column] ?? "";
        return column === last
          ? clip(cell, room)
          : cell + " ".repeat((widths[column] ?? 0) - columnsOf(cell) + 2);
      })
      .join("")
      .trimEnd();
  return `${cells.map(line).join("\n")}\n`;
}

/** Terminal columns: wide East Asian characters and emoji take two. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) columns += isWide(char.codePointAt(0) ?? 0) ? 2 : 1;
  return columns;
}

function isWide(point: number): boolean {
  return (
    (point >= 0x1100 && point <= 0x115f) ||
    (point >= 0x2e80 && point <= 0xa4cf) ||
    (point >= 0xac00 && point <= 0xd7a3) ||
    (point >= 0xf900 && point <= 0xfaff) ||
    (point >= 0xfe30 && point <= 0xfe6f) ||
    (point >= 0xff00 && point <= 0xff60) ||
    (point >= 0x1f300 && point <= 0x1faff) ||
    (point >= 0x20000 && point <= 0x3fffd)
  );
}
