/**
 * Rows of records for people: columns where they have room, one block per record where they do not. What a cell holds may
 * come from the examined host: it is made visible here, and never stands at the left edge of a line, where a row's mark is.
 */
import type { HostTerminal } from "../../host/host.ts";
import { columnsOf, fit, fitEnd, wrap } from "../../model/columns.ts";
import { shown } from "../../model/text.ts";
import type { Style } from "./page.ts";

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

export interface Note {
  readonly text: string;
  readonly style?: Style | undefined;
}

export interface ListRow {
  /** What makes the row stand out, such as "HIGH"; claw-ir's own word. */
  readonly mark?: Note;
  /** One per column, as it is on the examined host; "" for nothing. */
  readonly cells: readonly string[];
  /** Lines below the row. */
  readonly notes: readonly Note[];
}

type Terminal = Pick<HostTerminal, "width" | "paint">;

const gap = 2;
const longest = 400;

/** Columns in which no row has anything are left out. */
export function listing(terminal: Terminal, columns: readonly Column[], rows: readonly ListRow[]): string {
  const seen = rows.map((row) => ({ ...row, cells: row.cells.map((cell) => shown(cell, longest)) }));
  const kept = columns
    .map((column, at) => ({ column, at }))
    .filter(({ at }) => at === 0 || seen.some((row) => row.cells[at] !== ""));
  const lead = leadOf(rows);
  const room = terminal.width - 1 - lead;
  const inColumns =
    tableOf(kept, seen, room) ??
    tableOf(
      kept.filter(({ column }) => column.isSpare !== true),
      seen,
      room,
    );
  const shares = inColumns === undefined ? rows.map(({ notes }) => notes) : sharedNotes(rows);
  const { heads, picked } = inColumns ?? cut(kept, seen);
  const lines = picked.flatMap((row, at) => [
    ...(inColumns === undefined
      ? block(terminal, heads, row, lead)
      : [line(terminal, row, { heads, widths: inColumns.widths, lead })]),
    ...notesOf(terminal, shares[at] ?? [], inColumns === undefined ? Math.max(lead, gap) : lead),
  ]);
  const head = inColumns === undefined ? [] : [header(terminal, heads, inColumns.widths, lead)];
  return [...head, ...lines].map((one) => `${one.trimEnd()}\n`).join("");
}

interface Kept {
  readonly column: Column;
  readonly at: number;
}

interface Cut {
  readonly heads: readonly Column[];
  readonly picked: readonly ListRow[];
}

function cut(kept: readonly Kept[], rows: readonly ListRow[]): Cut {
  return {
    heads: kept.map(({ column }) => column),
    picked: rows.map((row) => ({ ...row, cells: kept.map(({ at }) => row.cells[at] ?? "") })),
  };
}

/** Undefined where the room is too small. */
function tableOf(
  kept: readonly Kept[],
  rows: readonly ListRow[],
  room: number,
): (Cut & { readonly widths: readonly number[] }) | undefined {
  const { heads, picked } = cut(kept, rows);
  const widths = widthsOf(heads, picked, room);
  return widths === undefined ? undefined : { heads, picked, widths };
}

/** Rows that follow one another and have the same notes get them once, below the last of them. */
function sharedNotes(rows: readonly ListRow[]): readonly (readonly Note[])[] {
  const keys = rows.map(({ notes }) => notes.map(({ text }) => text).join("\0"));
  let run = 0;
  return rows.map(({ notes }, at) => {
    run += 1;
    if (keys[at] === keys[at + 1]) return [];
    const many = run;
    run = 0;
    return many === 1 ? notes : notes.map((note) => ({ ...note, text: `${note.text} (these ${many})` }));
  });
}

/** Columns that the marks take. */
function leadOf(rows: readonly ListRow[]): number {
  const widest = Math.max(0, ...rows.map(({ mark }) => mark?.text.length ?? 0));
  return widest === 0 ? 0 : widest + gap;
}

/** How wide each column may be; undefined where the room is too small for them to say anything. */
function widthsOf(
  heads: readonly Column[],
  rows: readonly ListRow[],
  room: number,
): readonly number[] | undefined {
  const widths = heads.map(({ head, most = longest }, at) =>
    Math.max(
      columnsOf(head),
      Math.min(most, Math.max(...rows.map(({ cells }) => columnsOf(cells[at] ?? "")))),
    ),
  );
  const least = heads.map(({ head, least: wanted = 0 }, at) =>
    Math.min(widths[at] ?? 0, Math.max(columnsOf(head), wanted)),
  );
  const available = room - gap * (heads.length - 1);
  let over = widths.reduce((sum, width) => sum + width, 0) - available;
  while (over > 0) {
    const spare = widths.map((width, at) => width - (least[at] ?? 0));
    const widest = widths.reduce((best, width, at) => {
      if ((spare[at] ?? 0) <= 0) return best;
      return best === -1 || width > (widths[best] ?? 0) ? at : best;
    }, -1);
    if (widest === -1) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
  return widths;
}

function header(
  terminal: Terminal,
  heads: readonly Column[],
  widths: readonly number[],
  lead: number,
): string {
  const text = heads.map(({ head }, at) => pad(head, widths[at] ?? 0)).join(" ".repeat(gap));
  return terminal.paint("dim", `${" ".repeat(lead)}${text.trimEnd()}`);
}

function line(
  terminal: Terminal,
  row: ListRow,
  {
    heads,
    widths,
    lead,
  }: { readonly heads: readonly Column[]; readonly widths: readonly number[]; readonly lead: number },
): string {
  const cells = row.cells.map((cell, at) => {
    const width = widths[at] ?? 0;
    return pad(heads[at]?.isPath === true ? fitEnd(cell, width) : fit(cell, width), width);
  });
  return markOf(terminal, row, lead) + cells.join(" ".repeat(gap));
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columnsOf(text)));
}

function markOf(terminal: Terminal, { mark }: ListRow, lead: number): string {
  if (mark === undefined) return " ".repeat(lead);
  return painted(terminal, mark.style, mark.text) + " ".repeat(lead - mark.text.length);
}

function painted(terminal: Terminal, style: Style | undefined, text: string): string {
  return style === undefined ? text : terminal.paint(style, text);
}

function notesOf(terminal: Terminal, notes: readonly Note[], lead: number): readonly string[] {
  const first = `${" ".repeat(lead)}· `;
  return notes.flatMap(({ text, style }) =>
    wrap(shown(text, 600), { width: terminal.width, first, indent: " ".repeat(first.length) }).map((one) =>
      painted(terminal, style, one),
    ),
  );
}

/** A record where there is no room for columns: its first cell is its title. */
function block(terminal: Terminal, heads: readonly Column[], row: ListRow, lead: number): readonly string[] {
  const [title = ""] = row.cells;
  const indent = " ".repeat(Math.max(lead, gap));
  const [head = "", ...rest] = wrap(title, { width: terminal.width, first: indent, indent });
  const nameWidth = Math.max(...heads.slice(1).map((one) => columnsOf(one.head)));
  const fields = row.cells.slice(1).flatMap((cell, at) => {
    if (cell === "") return [];
    const name = `${indent}${pad(heads[at + 1]?.head ?? "", nameWidth + gap)}`;
    const lines = wrap(cell, { width: terminal.width, first: name, indent: " ".repeat(name.length) });
    return lines.map((one) => terminal.paint("dim", one.slice(0, name.length)) + one.slice(name.length));
  });
  const marked = markOf(terminal, row, indent.length) + head.slice(indent.length);
  return [marked, ...rest, ...fields];
}
