/** What a person sees of a table: counts, the rows, what could not be seen, and what to do next. */
import type { RowMark } from "../../analyse/index.ts";
import type { HostTerminal } from "../../host/host.ts";
import type { NotEvaluated } from "../../model/evidence.ts";
import type { Severity } from "../../model/outcome.ts";
import { shown } from "../../model/text.ts";
import { listing, type ListRow } from "../present/listing.ts";
import { page, type Line, type Style } from "../present/page.ts";
import type { Look, LookOptions, LookRow, Section, Seen } from "./look.ts";

/** Rows that a table shows unless told otherwise: a screen or two. */
const usualLimit = 50;

export function tellPeople(
  terminal: HostTerminal,
  look: Look,
  seen: Seen,
  sections: readonly Section[],
  options: LookOptions,
): void {
  const draw = (line: Line): void => terminal.out(page(terminal, true, line));
  const text = (value: string): string => seen.redactor.text(value);
  const drawn = sections.filter((section) => !isFolded(section, options));
  for (const [at, section] of drawn.entries()) {
    if (at > 0) draw({ text: "" });
    tellSection(terminal, draw, { section, options, text, whole: isWhole(section, seen) });
  }
  const folded = sections.filter((section) => isFolded(section, options));
  if (folded.length > 0) draw({ text: "" });
  if (folded.length > 0) draw({ text: foldedText(folded), style: "dim" });
  const blind = blindLines(seen, look.fingerprints === true, text);
  const unusual = sections.some(({ rows }) => rows.some(isUnusual));
  const next = look.next(unusual);
  if (blind.length + next.length > 0) draw({ text: "" });
  for (const line of blind) draw(line);
  for (const [command, does] of next)
    draw({ lead: "  next  ", leadStyle: "dim", hang: "        ", text: `${command}   ${does}` });
}

function isWhole({ from }: Section, { unread, readings }: Seen): boolean {
  return from === undefined ? unread.length === 0 : from.every((kind) => readings[kind].outcome === "ok");
}

/** With a title of its own and nothing to show but that it is there. */
function isFolded(section: Section, options: LookOptions): boolean {
  return section.title !== undefined && picked(section, options).length === 0;
}

function foldedText(sections: readonly Section[]): string {
  const each = sections.map(({ title = "", rows }) => `${title} (${rows.length})`);
  return `Nothing unusual, not listed: ${each.join(", ")}: --all`;
}

interface Telling {
  readonly section: Section;
  readonly options: LookOptions;
  readonly text: (value: string) => string;
  readonly whole: boolean;
}

function tellSection(
  terminal: HostTerminal,
  draw: (line: Line) => void,
  { section, options, text, whole }: Telling,
): void {
  const shownRows = picked(section, options);
  draw({ text: heading(section, whole), style: "bold" });
  for (const remark of section.remarks ?? []) draw({ text: remark, style: "dim" });
  const folded = foldedOf(section, options);
  if (folded > 0)
    draw({ text: `${folded} ordinary ${section.ordinary ?? ""} not listed: --all`, style: "dim" });
  const limit = options.all === true ? Infinity : (options.limit ?? usualLimit);
  const rows = shownRows.slice(0, limit);
  if (rows.length > 0) {
    draw({ text: "" });
    terminal.out(
      listing(
        terminal,
        section.columns,
        rows.map((row) => listRow(row, text)),
      ),
    );
  }
  const left = shownRows.slice(limit);
  if (left.length > 0) draw({ text: more(left), style: "yellow" });
}

export function isUnusual({ marks }: LookRow): boolean {
  return marks.length > 0;
}

/** The rows that the options ask for. */
export function picked({ rows }: Section, { unusual, all }: LookOptions): readonly LookRow[] {
  return rows.filter(
    (row) => isUnusual(row) || (unusual !== true && (all === true || row.ordinary !== true)),
  );
}

function foldedOf({ rows }: Section, { unusual, all }: LookOptions): number {
  if (unusual === true || all === true) return 0;
  return rows.filter((row) => row.ordinary === true && !isUnusual(row)).length;
}

/** "12 devices, 3 unusual"; never a word that sounds clean where something was not read. */
function heading({ title, noun: [one, many], rows }: Section, whole: boolean): string {
  const unusual = rows.filter(isUnusual).length;
  const count = `${rows.length === 0 ? "no" : String(rows.length)} ${rows.length === 1 ? one : many}`;
  const marked = rows.length === 0 ? "" : unusual === 0 ? ", none marked as unusual" : `, ${unusual} unusual`;
  const told = `${count}${marked}${whole ? "" : "; not everything could be read, see below"}`;
  return title === undefined ? told : `${title}: ${told}`;
}

function more(left: readonly LookRow[]): string {
  const unusual = left.filter(isUnusual).length;
  const said = unusual === 0 ? "none of them unusual" : `${unusual} of them unusual`;
  return `… and ${left.length} more, ${said}: --all, or --limit N`;
}

const styles: Readonly<Record<Severity, Style>> = {
  critical: "red",
  high: "red",
  medium: "yellow",
  low: "cyan",
  info: "dim",
};

function listRow({ cells, marks }: LookRow, text: (value: string) => string): ListRow {
  const [worst] = marks;
  const row = { cells: cells.map(text), notes: notesOf(marks) };
  if (worst === undefined) return row;
  return { ...row, mark: { text: worst.severity.toUpperCase(), style: styles[worst.severity] } };
}

/** Each reason once: two keys in one file are two findings and one reason. */
function notesOf(marks: readonly RowMark[]): ListRow["notes"] {
  const [worst] = marks;
  const seen = new Map(marks.map((mark) => [`${mark.why}\0${mark.severity}`, mark]));
  return [...seen.values()].map(({ why, severity }) => ({
    text: severity === worst?.severity ? why : `${why} (${severity})`,
    style: styles[severity],
  }));
}

function blindLines(
  { unread, lapsed, leftOut, notEvaluated, lasting, since }: Seen,
  fingerprints: boolean,
  redacted: (value: string) => string,
): readonly Line[] {
  const lead = "  not seen    ";
  const lines: Line[] = unread.map((reason) => ({
    ...{ lead, leadStyle: "yellow" as const },
    text: shown(redacted(reason), 600),
  }));
  if (lapsed > 0)
    lines.push({
      lead: "  run out     ",
      leadStyle: "yellow",
      text: `${lapsed === 1 ? "1 review" : `${lapsed} reviews`} of what is listed: claw-ir baseline review asks again`,
    });
  for (const what of leftOut)
    lines.push({ lead: "  not asked   ", leadStyle: "yellow", text: `${what}: --full` });
  for (const [reason, rules] of Map.groupBy(notEvaluated, (one) => one.reason))
    lines.push({
      lead: "  not judged  ",
      leadStyle: "yellow",
      text: unjudged(redacted(reason), rules, since),
    });
  if (fingerprints && !lasting) {
    const text = "there is no data folder of claw-ir yet, so fingerprints differ from run to run";
    lines.push({ lead: "  note        ", leadStyle: "dim", text });
  }
  return lines;
}

function unjudged(reason: string, rules: readonly NotEvaluated[], since: string | undefined): string {
  const help =
    since === undefined && reason.includes("start of the incident") ? ": name it with --since" : "";
  return `${rules.map(({ rule }) => rule).join(", ")}: ${shown(reason, 300)}${help}`;
}
