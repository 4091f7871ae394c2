/** How wide the columns of a listing may be, and which of them there is room for. Pure. */
import { columnsOf } from "../../model/columns.ts";

/** Between two columns. */
export const gap = 2;
/** Of a cell, in characters. */
export const longest = 400;

export interface Column {
  readonly head: string;
  /** Columns that its cells need at least to say anything; default: those of its head. */
  readonly least?: number;
  /** And at most. Default: as many as there are. */
  readonly most?: number;
  /** A path, whose end tells more than its beginning. */
  readonly isPath?: true;
  /** Left out where there is not room for all. */
  readonly isSpare?: true;
}

interface Cells {
  readonly cells: readonly string[];
}

export interface Kept {
  readonly column: Column;
  readonly at: number;
}

export interface Cut<R> {
  readonly heads: readonly Column[];
  readonly picked: readonly R[];
}

export function cut<R extends Cells>(kept: readonly Kept[], rows: readonly R[]): Cut<R> {
  return {
    heads: kept.map(({ column }) => column),
    picked: rows.map((row) => ({ ...row, cells: kept.map(({ at }) => row.cells[at] ?? "") })),
  };
}

export interface Table<R> extends Cut<R> {
  readonly widths: readonly number[];
}

/** With as many columns as there is room for, the spare ones given up from the right; undefined where that is too little. */
export function widestTable<R extends Cells>(
  kept: readonly Kept[],
  rows: readonly R[],
  room: number,
): Table<R> | undefined {
  const { heads, picked } = cut(kept, rows);
  const widths = widthsOf(heads, picked, room);
  if (widths !== undefined) return { heads, picked, widths };
  const spare = kept.findLastIndex(({ column }) => column.isSpare === true);
  return spare === -1 ? undefined : widestTable(kept.toSpliced(spare, 1), rows, room);
}

/** There may be more rows than a call takes arguments. */
export function widest(widths: readonly number[]): number {
  return widths.reduce((most, one) => Math.max(most, one), 0);
}

/** How wide each column may be; undefined where the room is too small for them to say anything. */
function widthsOf(
  heads: readonly Column[],
  rows: readonly Cells[],
  room: number,
): readonly number[] | undefined {
  const widths = heads.map(({ head, most = longest }, at) =>
    Math.max(columnsOf(head), Math.min(most, widest(rows.map(({ cells }) => columnsOf(cells[at] ?? ""))))),
  );
  const least = heads.map(({ head, least: wanted = 0 }, at) =>
    Math.min(widths[at] ?? 0, Math.max(columnsOf(head), wanted)),
  );
  const available = room - gap * (heads.length - 1);
  let over = widths.reduce((sum, width) => sum + width, 0) - available;
  while (over > 0) {
    const spare = widths.map((width, at) => width - (least[at] ?? 0));
    const chosen = widths.reduce((best, width, at) => {
      if ((spare[at] ?? 0) <= 0) return best;
      return best === -1 || width > (widths[best] ?? 0) ? at : best;
    }, -1);
    if (chosen === -1) return undefined;
    widths[chosen] = (widths[chosen] ?? 0) - 1;
    over -= 1;
  }
  return widths;
}
