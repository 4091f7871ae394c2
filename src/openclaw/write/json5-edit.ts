/**
 * Edits of JSON5 text that change one value and keep every comment, quote style and blank line around it.
 * Pure text in, text out; the caller checks the result with a parser before it is written.
 */
import JSON5 from "json5";
import type { Json } from "../../model/json.ts";
import type { ConfigPath } from "./config-path.ts";
import { keepItems } from "./json-items.ts";
import { memberOf, spansOf } from "./json5-spans.ts";
import type { ObjectSpan, Span } from "./json5-spans.ts";

/** JSON is JSON5, with the two line separators escaped because they end a line in older readers. */
function literal(value: Json, indent: string, unit: string): string {
  const text = JSON.stringify(value, null, unit).replaceAll("\n", `\n${indent}`);
  return text.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

const lineEnd = /[\n\r\u2028\u2029]/;

function splice(text: string, start: number, end: number, put: string): string {
  return text.slice(0, start) + put + text.slice(end);
}

/** The white space a line starts with, up to `at` if nothing else stands before it. */
function indentAt(text: string, at: number): { readonly indent: string; readonly alone: boolean } {
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  const before = text.slice(lineStart, at);
  const indent = /^[ \t]*/.exec(before)?.[0] ?? "";
  return { indent, alone: indent.length === before.length };
}

function indentUnit(text: string): string {
  const first = /\n([ \t]+)\S/.exec(text)?.[1];
  return first === undefined ? "  " : first.startsWith("\t") ? "\t" : first.slice(0, 8);
}

function childOf(span: Span, key: string): Span | undefined {
  if (span.kind === "array") return /^\d+$/.test(key) ? span.items[Number(key)] : undefined;
  return memberOf(span, key)?.value;
}

/** How far a path leads into the tree: the deepest span reached, and how many keys led there. */
export function follow(root: Span, path: ConfigPath): { readonly span: Span; readonly depth: number } {
  let span = root;
  for (const [depth, key] of path.entries()) {
    const next = childOf(span, key);
    if (next === undefined) return { span, depth };
    span = next;
  }
  return { span, depth: path.length };
}

function wrap(keys: ConfigPath, value: Json): Json {
  return keys.reduceRight<Json>((inner, key) => ({ [key]: inner }), value);
}

function memberText(text: string, object: ObjectSpan, key: string, value: string): string {
  const last = object.members.at(-1);
  const bare = last !== undefined && !/^["']/.test(text.slice(last.start, last.start + 1));
  const name = bare && /^[A-Za-z_$]\w*$/.test(key) ? key : JSON.stringify(key);
  // A file that ends its last member with a comma goes on doing so.
  return `${name}: ${value}${last !== undefined && last.comma !== -1 ? "," : ""}`;
}

function insertMember(text: string, object: ObjectSpan, key: string, value: Json): string {
  const unit = indentUnit(text);
  const last = object.members.at(-1);
  const close = object.end - 1;
  // Behind the last member and whatever comment follows it, before the white space that leads to the brace.
  const head = text.slice(0, close).trimEnd().length;
  const gap = text.slice(head, close);
  const outer = indentAt(text, object.start).indent;
  const own = last === undefined ? undefined : indentAt(text, last.start);
  const indent = own?.alone === true ? own.indent : outer + unit;
  const inLine = last !== undefined && !lineEnd.test(text.slice(object.start, close));
  const member = memberText(text, object, key, literal(value, inLine ? outer : indent, unit));
  const put = inLine ? ` ${member}${gap}` : `\n${indent}${member}${lineEnd.test(gap) ? gap : `\n${outer}`}`;
  const added = splice(text, head, close, put);
  const comma = last?.comma === -1 ? last.value.end : -1;
  return comma === -1 ? added : splice(added, comma, comma, ",");
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * Sets the value at `path`, adding the keys that are missing; where only items go from a list, the others stay as they are
 * written. Undefined where that cannot be done: the path leads through
 * a scalar, or past the end of an array. Throws for text that is no JSON5.
 */
export function setValue(text: string, path: ConfigPath, value: Json): string | undefined {
  const { span, depth } = follow(spansOf(text), path);
  if (depth === path.length) {
    const shorter = span.kind === "array" && isList(value) ? keepItems(text, span, value) : undefined;
    if (shorter !== undefined) return splice(text, span.start, span.end, shorter);
    const { indent } = indentAt(text, span.start);
    return splice(text, span.start, span.end, literal(value, indent, indentUnit(text)));
  }
  const key = path[depth];
  if (span.kind !== "object" || key === undefined) return undefined;
  return insertMember(text, span, key, wrap(path.slice(depth + 1), value));
}

/** Removes the member at `path` with its comma; the text as it is when there is none. Array items are not removed. */
export function removeValue(text: string, path: ConfigPath): string {
  const key = path.at(-1);
  const { span, depth } = follow(spansOf(text), path.slice(0, -1));
  if (key === undefined || depth !== path.length - 1 || span.kind !== "object") return text;
  // A key written twice goes twice: what stood first would count again otherwise.
  if (memberOf(span, key) === undefined) return text;
  return removeValue(removeMember(text, span, key), path);
}

function removeMember(text: string, object: ObjectSpan, key: string): string {
  const index = object.members.findLastIndex((member) => member.key === key);
  const member = object.members[index];
  if (member === undefined) return text;
  const line = indentAt(text, member.start);
  const start = line.alone ? member.start - line.indent.length : member.start;
  let end = member.comma === -1 ? member.value.end : member.comma + 1;
  const rest = /^[ \t]*\r?\n?/.exec(text.slice(end))?.[0] ?? "";
  if (line.alone && rest.endsWith("\n")) end += rest.length;
  const before = object.members[index - 1];
  const cut = splice(text, start, end, "");
  // The member before keeps no comma that JSON would not allow.
  return member.comma === -1 && before !== undefined && before.comma !== -1
    ? splice(cut, before.comma, before.comma + 1, "")
    : cut;
}

export interface StringAt {
  readonly path: ConfigPath;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** Every string value of the text with its path, in the order they stand. Keys are not values. */
export function stringsOf(text: string): readonly StringAt[] {
  const found: StringAt[] = [];
  const visit = (span: Span, path: ConfigPath): void => {
    if (span.kind === "object") for (const m of span.members) visit(m.value, [...path, m.key]);
    else if (span.kind === "array") span.items.forEach((item, i) => visit(item, [...path, String(i)]));
    else if (/^["']/.test(text.slice(span.start, span.start + 1))) {
      const value: unknown = JSON5.parse(text.slice(span.start, span.end));
      if (typeof value === "string") found.push({ path, value, start: span.start, end: span.end });
    }
  };
  visit(spansOf(text), []);
  return found;
}

/** Replaces string values for which `change` gives another one. Returns the text and the paths that changed. */
export function replaceStrings(
  text: string,
  change: (value: string, path: ConfigPath) => string | undefined,
): { readonly text: string; readonly paths: readonly ConfigPath[] } {
  let result = text;
  const paths: ConfigPath[] = [];
  for (const at of stringsOf(text).toReversed()) {
    const next = change(at.value, at.path);
    if (next === undefined || next === at.value) continue;
    result = splice(result, at.start, at.end, literal(next, "", ""));
    paths.unshift(at.path);
  }
  return { text: result, paths };
}
