/**
 * Rows of records for people: columns where they have room, one block per record where they do not. What a cell holds may
 * come from the examined host: it is made visible here, and never stands at the left edge of a line, where a row's mark is.
 */
import type { HostTerminal } from "../../host/host.ts";
import { columnsOf, fit, fitEnd, wrap } from "../../model/columns.ts";
import { shown } from "../../model/text.ts";
import {
  cut,
  gap,
  longest,
  widest,
  widestTable,
  type Column,
  type Cut,
  type Table,
} from "./listing-widths.ts";
import type { Style } from "./page.ts";

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

/** Columns in which no row has anything are left out; what there is no room for is named below. */
export function listing(terminal: Terminal, columns: readonly Column[], rows: readonly ListRow[]): string {
  const seen = rows.map((row) => ({ ...row, cells: row.cells.map((cell) => shown(cell, longest)) }));
  const kept = columns
    .map((column, at) => ({ column, at }))
    .filter(({ at }) => at === 0 || seen.some((row) => row.cells[at] !== ""));
  const lead = leadOf(rows);
  const table = widestTable(kept, seen, terminal.width - 1 - lead);
  const lines = table === undefined ? blocks(terminal, cut(kept, seen), lead) : lined(terminal, table, lead);
  const left = kept.filter(({ column }) => table !== undefined && !table.heads.includes(column));
  const missing = left.map(({ column }) => column.head).join(", ");
  const named = missing === "" ? [] : [terminal.paint("dim", `no room for: ${missing}`)];
  return [...lines, ...named].map((one) => `${one.trimEnd()}\n`).join("");
}

function lined(terminal: Terminal, table: Table<ListRow>, lead: number): readonly string[] {
  const notes = sharedNotes(table.picked);
  return [
    header(terminal, table, lead),
    ...table.picked.flatMap((row, at) => [
      line(terminal, row, table, lead),
      ...notesOf(terminal, notes[at] ?? [], lead),
    ]),
  ];
}

function blocks(terminal: Terminal, { heads, picked }: Cut<ListRow>, lead: number): readonly string[] {
  const indent = Math.max(lead, gap);
  return picked.flatMap((row, at) => [
    ...(at === 0 ? [] : [""]),
    ...block(terminal, heads, row, indent),
    ...notesOf(terminal, row.notes, indent + gap),
  ]);
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
  const most = widest(rows.map(({ mark }) => mark?.text.length ?? 0));
  return most === 0 ? 0 : most + gap;
}

function header(terminal: Terminal, { heads, widths }: Table<ListRow>, lead: number): string {
  const text = heads.map(({ head }, at) => pad(head, widths[at] ?? 0)).join(" ".repeat(gap));
  return terminal.paint("dim", `${" ".repeat(lead)}${text.trimEnd()}`);
}

function line(terminal: Terminal, row: ListRow, { heads, widths }: Table<ListRow>, lead: number): string {
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
function block(
  terminal: Terminal,
  heads: readonly Column[],
  row: ListRow,
  indent: number,
): readonly string[] {
  const [title = ""] = row.cells;
  const space = " ".repeat(indent);
  const [head = "", ...rest] = wrap(title, { width: terminal.width, first: space, indent: space });
  const nameWidth = Math.max(0, ...heads.slice(1).map((one) => columnsOf(one.head)));
  const fields = row.cells.slice(1).flatMap((cell, at) => {
    if (cell === "") return [];
    const name = `${space}${" ".repeat(gap)}${pad(heads[at + 1]?.head ?? "", nameWidth + gap)}`;
    const lines = wrap(cell, { width: terminal.width, first: name, indent: " ".repeat(name.length) });
    return lines.map((one) => terminal.paint("dim", one.slice(0, name.length)) + one.slice(name.length));
  });
  return [markOf(terminal, row, indent) + head.slice(indent), ...rest, ...fields];
}
