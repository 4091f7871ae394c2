/**
 * The canonical form of one thing: a stable text of `name: value` lines, so that git's own diff is readable and reading the
 * same host twice gives the same bytes. Values are JSON strings, several values of a name stand on several lines.
 */
import { createHash } from "node:crypto";
import { parseJson } from "../../../model/json.ts";
import { type ReadingKind } from "../../../model/readings.ts";
import { isThing, type Thing } from "./things.ts";

export type Fields = ReadonlyMap<string, readonly string[]>;

/** A file that belongs to a thing. */
export interface HeldFile {
  /** On the examined host. */
  readonly path: string;
  /** Permission bits, octal: "644". */
  readonly mode: string;
  /** Empty where the file could not be hashed. */
  readonly sha256: string;
  /** "whole": the baseline has its exact text; "redacted": it held secrets; "none": no text, or too large. */
  readonly kept: "whole" | "redacted" | "none";
}

export interface CanonRecord {
  readonly thing: Thing;
  /** What tells it from others of its kind, for ever. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Where it is, on the examined host. */
  readonly path: string;
  /** The reading it comes from: where that could not be read, nothing can be said about the record. */
  readonly from: ReadingKind;
  readonly fields: Fields;
  readonly files: readonly HeldFile[];
}

const head = ["thing", "id", "name", "path", "from"] as const;

// Characters that a terminal hides or turns round: they are spelled as JSON escapes.
const hidden = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** One line of JSON, in which nothing is invisible. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll(
    hidden,
    (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

export function recordText(record: CanonRecord): string {
  const lines = head.map((name) => `${name}: ${quote(record[name])}`);
  const files = record.files.map(
    ({ path, mode, sha256, kept }) => `${mode} ${sha256 || "-"} ${kept} ${path}`,
  );
  return `${[...lines, "", ...fieldLines(record.fields), ...files.map((file) => `@file: ${quote(file)}`)].join("\n")}\n`;
}

export function fieldLines(fields: Fields): readonly string[] {
  return [...fields]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .flatMap(([name, values]) => values.map((value) => `${nameText(name)}: ${quote(value)}`));
}

/** As it is where it is plain, so that keys of the config can be read and searched for. */
function nameText(name: string): string {
  return /^[!#-9;-?A-~][!-9;-~]*$/.test(name) ? name : quote(name);
}

/** Undefined for a text that is no record: a baseline that somebody changed by hand must not stop the comparison. */
export function parseRecord(text: string): CanonRecord | undefined {
  const cut = text.indexOf("\n\n");
  if (cut === -1) return undefined;
  const top = parseFields(text.slice(0, cut));
  const all = parseFields(text.slice(cut + 2));
  const [thing, id, name, path, from] = head.map((field) => top.get(field)?.[0]);
  if (thing === undefined || id === undefined || path === undefined || from === undefined) return undefined;
  if (!isThing(thing)) return undefined;
  const files = (all.get("@file") ?? []).flatMap((line) => fileOf(line) ?? []);
  const fields = new Map([...all].filter(([field]) => field !== "@file"));
  return { thing, id, name: name ?? id, path, from: from as ReadingKind, fields, files };
}

function fileOf(line: string): HeldFile | undefined {
  const match = /^([0-7]{1,4}) (-|[0-9A-Za-z]{1,128}) (whole|redacted|none) (.+)$/s.exec(line);
  if (match === null) return undefined;
  const [, mode = "", sha256 = "", kept = "none", path = ""] = match;
  return { mode, sha256: sha256 === "-" ? "" : sha256, kept: kept as HeldFile["kept"], path };
}

export function parseFields(text: string): Fields {
  const fields = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const match = /^(?:("(?:[^"\\]|\\.)*")|([!#-9;-?A-~][!-9;-~]*|@file)): (".*")$/.exec(line);
    if (match === null) continue;
    const name = match[1] === undefined ? match[2] : parseJson(match[1]);
    const value = parseJson(match[3] ?? "");
    if (typeof name !== "string" || typeof value !== "string") continue;
    const values = fields.get(name) ?? [];
    values.push(value);
    fields.set(name, values);
  }
  return fields;
}

/** A name for a file of the tree: what is readable of the id, and what tells it from all others. */
export function slugOf(name: string, id: string): string {
  const plain = name
    .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[.-]+/, "")
    .slice(0, 60);
  const digest = createHash("sha256").update(id).digest("hex").slice(0, 8);
  return `${plain === "" ? "x" : plain}-${digest}`;
}
