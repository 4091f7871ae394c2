import { columnsOf } from "../../model/columns.ts";
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
