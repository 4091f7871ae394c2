import { columnsOf, wrap } from "../../model/columns.ts";
import { clip, visible } from "../../model/text.ts";
import type { HostTerminal } from "../../host/host.ts";

type Row = readonly string[];

/**
 * Columns as wide as their widest cell, the last one with what is left of `width`. Cells are made visible, so that no
 * cell can move the cursor or forge a row.
 */
export function table(width: number, head: Row, rows: readonly Row[]): string {
  const cells = visibleRows(head, rows);
  const widths = widthsOf(cells);
  const last = head.length - 1;
  const room = Math.max(20, width - columnsBefore(widths, last));
  return drawn(cells.map((row) => padded(row, widths, last) + clip(row[last] ?? "", room)));
}

/**
 * The same for lists whose last column is the name that one goes on with: on a terminal that is too narrow, each name
 * stands whole on a second line, with the columns that have no room either. Where nobody looks, every row is one line.
 */
export function namedTable(
  { stdoutIsTty, width }: Pick<HostTerminal, "stdoutIsTty" | "width">,
  head: Row,
  rows: readonly Row[],
): string {
  const cells = visibleRows(head, rows);
  const widths = widthsOf(cells);
  const last = head.length - 1;
  const room = stdoutIsTty ? width : Infinity;
  if (columnsBefore(widths, last) + (widths[last] ?? 0) <= room) return table(Infinity, head, rows);
  const fitting = widths.findIndex((_, column) => columnsBefore(widths, column + 1) - 2 > room);
  const kept = fitting === -1 ? last : Math.min(fitting, last);
  return drawn(
    cells.flatMap((row) => [
      padded(row, widths, kept),
      ...wrap([row[last] ?? "", ...row.slice(kept, last)].join("  "), {
        width: room,
        first: "  ",
        indent: "    ",
      }),
    ]),
  );
}

function visibleRows(head: Row, rows: readonly Row[]): readonly Row[] {
  return [head, ...rows].map((row) => head.map((_, column) => visible(row[column] ?? "")));
}

function widthsOf(cells: readonly Row[]): readonly number[] {
  const [head = []] = cells;
  return head.map((_, column) => Math.max(...cells.map((row) => columnsOf(row[column] ?? ""))));
}

/** Columns that the first `count` cells of a row take, with the gap behind each. */
function columnsBefore(widths: readonly number[], count: number): number {
  return widths.slice(0, count).reduce((sum, one) => sum + one + 2, 0);
}

function padded(row: Row, widths: readonly number[], count: number): string {
  return row
    .slice(0, count)
    .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - columnsOf(cell) + 2))
    .join("");
}

function drawn(lines: readonly string[]): string {
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}
