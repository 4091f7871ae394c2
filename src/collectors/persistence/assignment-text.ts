/** Texts of start-up files as they may be kept: what `shownAssignment` shows as a mark is a mark in the text, too. */
import type { Redactor } from "../../case/types.ts";
import { assignmentsIn, shownAssignment } from "./assignment.ts";
import { showsCode } from "./login/shell-lines.ts";
import { valueEnd } from "./login/value-end.ts";

export type AssignmentForm = "shell" | "environment" | "pam-env" | "unit" | "crontab";

/** The text with marks in place of values; undefined where it cannot be told where a value ends. */
export function maskedText(redactor: Redactor, form: AssignmentForm, text: string): string | undefined {
  if (form === "shell") return ofShell(redactor, text);
  if (form === "unit") return ofUnit(redactor, text);
  const line = { environment: ofEnvironment, "pam-env": ofPam, crontab: ofCrontab }[form];
  return text
    .split("\n")
    .map((one) => line(redactor, one))
    .join("\n");
}

/** As the value may be kept; itself where nothing about it is secret. */
function shownValue(redactor: Redactor, name: string, raw: string): string {
  const value = unquoted(raw.trim());
  const shown = shownAssignment(redactor, name, value).slice(name.length + 1);
  return shown === value ? raw : shown;
}

function unquoted(value: string): string {
  const quote = value[0];
  const isQuoted = value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote);
  return isQuoted ? value.slice(1, -1) : value;
}

const environmentLine = /^([ \t]*(?:[#;][#; \t]*)?(?:export[ \t]+)?)([A-Za-z_]\w{0,100})=(.*)$/s;

/** A line that is no assignment continues the value of the one before, or means nothing. */
function ofEnvironment(redactor: Redactor, line: string): string {
  const [, lead = "", name, value = ""] = environmentLine.exec(line) ?? [];
  if (name !== undefined) return `${lead}${name}=${shownValue(redactor, name, value)}`;
  return /^[ \t\r]*(?:[#;]|$)/.test(line) ? line : shownAssignment(redactor, "", line).slice(1);
}

const pamLine = /^([ \t]*(?:#[# \t]*)?)([A-Za-z_]\w{0,100})([ \t].*)$/s;
const pamValue = /\b(DEFAULT|OVERRIDE)=("[^"]*"?|\S+)/g;

function ofPam(redactor: Redactor, line: string): string {
  const [, lead = "", name, rest = ""] = pamLine.exec(line) ?? [];
  if (name === undefined || !/\b(?:DEFAULT|OVERRIDE)=/.test(rest)) {
    return environmentLine.test(line) || !/^[ \t]*#/.test(line) ? ofEnvironment(redactor, line) : line;
  }
  const shown = rest.replace(pamValue, (_, which: string, value: string) => {
    return `${which}=${shownValue(redactor, name, value)}`;
  });
  return `${lead}${name}${shown}`;
}

const cronLine = /^([ \t]*(?:#[# \t]*)?["']?)([A-Za-z_]\w{0,100})(["']?[ \t]*=[ \t]*)(.*)$/s;

function ofCrontab(redactor: Redactor, line: string): string {
  const [, lead = "", name, equals = "", value = ""] = cronLine.exec(line) ?? [];
  return name === undefined ? line : `${lead}${name}${equals}${shownValue(redactor, name, value)}`;
}

const unitSetting =
  /^([ \t]*(?:[#;][#; \t]*)?)((?:Default|Manager)?Environment|SetCredential(?:Encrypted)?)[ \t]*=(.*)$/s;

/** A line that ends in "\" goes on in the next, with comments left out (systemd.syntax(7)). */
function ofUnit(redactor: Redactor, text: string): string {
  const blocks: string[] = [];
  let open = false;
  for (const line of text.split("\n")) {
    if (open) blocks.push(`${blocks.pop() ?? ""}\n${line}`);
    else blocks.push(line);
    open = /\\\r?$/.test(line) || (open && /^[ \t]*[#;]/.test(line));
  }
  return blocks.map((block) => ofSetting(redactor, block)).join("\n");
}

function ofSetting(redactor: Redactor, block: string): string {
  const [, lead = "", key = "", rest = ""] = unitSetting.exec(block) ?? [];
  if (key === "") return block;
  if (key.startsWith("SetCredential")) {
    const [name = "", ...value] = rest.split(":");
    return `${lead}${key}=${name}:${shownAssignment(redactor, "", value.join(":")).slice(1)}`;
  }
  const bare = rest.replaceAll(/\\\r?\n(?:[ \t]*[#;].*\n)*/g, " ");
  const all = assignmentsIn(bare);
  const shown = all.map(({ name, value }) => shownAssignment(redactor, name, value));
  const isPlain = all.every(({ name, value }, i) => shown[i] === `${name}=${value}`);
  // Words without "=" set nothing, and may be the rest of a value whose quotes are wrong.
  const isAll = all.reduce((sum, { name, value }) => sum + name.length + 1 + value.length, 0);
  return isPlain && isAll >= bare.replaceAll(/["'\s\\]/g, "").length
    ? block
    : `${lead}${key}=${shown.join(" ")}`;
}

const name = String.raw`([A-Za-z_]\w{0,100})`;
/** `NAME=`, `NAME[1]+=`; at the beginning of a statement also `setenv NAME` of csh and `set -gx NAME` of fish. */
const start = new RegExp(
  String.raw`(?<![\w.$%/@~-])${name}(?:\[[^\]\n]{0,100}\])?\+?=(?!=)|(?<=(?:^|[;&|{]|(?<!\w)(?:and|or|then|do|begin|else))[ \t]{0,40}(?:#[ \t]{0,40})?)(?:setenv|set(?=[ \t]+-)(?:[ \t]+-{1,2}[\w-]{1,12}){1,6}|(?<!#[ \t]{0,40})set)[ \t]+${name}(?:[ \t]*=)?[ \t]+(?=[^\s;&|)])`,
  "gm",
);
const isAlias = /(?:^|[^\w-])alias[ \t]+(?:-{1,2}\w{0,10}[ \t]+)*["']?$/;

/** Also what stands in comments, and after setenv of csh and set of fish. */
function ofShell(redactor: Redactor, text: string): string | undefined {
  const pieces: string[] = [];
  let from = 0;
  const starts = new RegExp(start);
  for (let match = starts.exec(text); match !== null; match = starts.exec(text)) {
    const [whole, assigned, set = ""] = match;
    const at = match.index + whole.length;
    const before = text.slice(Math.max(0, match.index - 40), match.index);
    if (isAlias.test(before)) continue;
    const end = valueEnd(text, at, /(?<!-c[ \t]{0,4})(["'])$/.exec(before)?.[1], assigned === undefined);
    if (end === undefined) return undefined;
    const value = text.slice(at, end);
    if (showsCode(value)) continue;
    starts.lastIndex = end;
    pieces.push(text.slice(from, at), shownValue(redactor, assigned ?? set, value));
    from = end;
  }
  return [...pieces, text.slice(from)].join("");
}
