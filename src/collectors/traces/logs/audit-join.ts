/**
 * What a program did, as the audit daemon records it in several lines with one number (SYSCALL, EXECVE, PROCTITLE, CWD, PATH), joined
 * into one event: pure. Format: auditd(8), audit.rules(7), and the kernel's kernel/auditsc.c (audit_log_execve_info, audit_log_proctitle).
 */
import { isoOf } from "../../../model/json.ts";
import type { HostEvent } from "../../../model/log-records.ts";
import { parseAuditLine } from "./audit-format.ts";
import type { LogText } from "./log-files.ts";

/** Lines of several events come interleaved, never far apart. */
const maxPending = 64;
const maxWords = 200;
const wordChars = 4096;
const commandChars = 65_536;
const maxPaths = 16;
const textChars = 2000;
/** The kernel cuts a title at this many bytes (MAX_PROCTITLE_AUDIT_LEN). */
const titleBytes = 128;
const nobody = "4294967295";

/** Hides secrets in an argument array. */
export type Mask = (argv: readonly string[]) => readonly string[];

type Fields = ReadonlyMap<string, string>;

interface Pending {
  readonly ms: number;
  readonly place: HostEvent["place"];
  syscall?: Fields;
  readonly words: string[];
  chars: number;
  title?: readonly string[];
  folder?: string;
  readonly paths: string[];
}

const joined =
  /^(?:node=\S{1,255} )?type=(SYSCALL|EXECVE|PROCTITLE|CWD|PATH) msg=audit\((\d{1,12})\.(\d{3}):(\d{1,20})\): ?(.*)$/s;

/** The events of a file's lines, in their order; secrets in commands are hidden by `mask`. */
export function* auditEvents(lines: Iterable<LogText>, path: string, mask: Mask): Generator<HostEvent> {
  const pending = new Map<string, Pending>();
  for (const { number, text } of lines) {
    const place = { path, locator: `line ${number}` };
    const match = joined.exec(text);
    const event = match === null ? parseAuditLine(text, place) : undefined;
    if (event !== undefined) yield event;
    if (match !== null) takeLine(pending, match, place);
    const [oldest] = pending.size > maxPending ? pending : [];
    if (oldest === undefined) continue;
    pending.delete(oldest[0]);
    yield eventOf(oldest[1], mask);
  }
  for (const one of pending.values()) yield eventOf(one, mask);
}

function takeLine(pending: Map<string, Pending>, match: RegExpExecArray, place: HostEvent["place"]): void {
  const [, type = "", seconds = "", millis = "", serial = "", rest = ""] = match;
  const id = `${seconds}.${millis}:${serial}`;
  const ms = Number(seconds) * 1000 + Number(millis);
  const one = pending.get(id) ?? { ms, place, words: [], chars: 0, paths: [] };
  pending.set(id, one);
  take(one, type, fieldsOf(rest));
}

/** `name=value`, the value as it is written. What auditd has added for people (names in capitals) is left out. */
function fieldsOf(rest: string): Fields {
  const found = new Map<string, string>();
  for (const [, name = "", value = ""] of rest.matchAll(
    /(?:^|[ \x1d])([a-z][\w-]{0,40}(?:\[\d{1,6}\])?)=("[^"]*"|[^ \x1d]*)/g,
  ))
    if (!found.has(name)) found.set(name, value);
  return found;
}

/** In double quotes as it is; else hex, which is how anything is written that is no plain text. */
function decoded(value: string): string {
  if (value.startsWith('"')) return value.slice(1, value.endsWith('"') ? -1 : undefined);
  if (value === "(null)") return "";
  return /^(?:[0-9A-F]{2})+$/.test(value) ? Buffer.from(value, "hex").toString("utf8") : value;
}

function take(one: Pending, type: string, fields: Fields): void {
  if (type === "SYSCALL") one.syscall = fields;
  else if (type === "EXECVE") takeWords(one, fields);
  else if (type === "PROCTITLE") one.title = titleOf(fields.get("proctitle") ?? "");
  else if (type === "CWD") one.folder = decoded(fields.get("cwd") ?? "").slice(0, wordChars);
  else if (one.paths.length < maxPaths) one.paths.push(pathOf(fields));
}

/** A long argument comes in pieces (`a1[0]`, `a1[1]`), and long commands in several lines. */
function takeWords(one: Pending, fields: Fields): void {
  for (const [name, value] of fields) {
    const at = Number(/^a(\d{1,4})(?:\[\d+\])?$/.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(at) || at >= maxWords || one.chars >= commandChars) continue;
    const word = decoded(value);
    one.chars += word.length;
    one.words[at] = `${one.words[at] ?? ""}${word}`;
  }
}

function titleOf(value: string): readonly string[] {
  const text = decoded(value);
  const words = text.split("\0");
  // The end of a title that was cut is a fragment: half a secret in it could not be recognised.
  if (Buffer.byteLength(text) >= titleBytes - 1) words[words.length - 1] = "…";
  return words.filter((word) => word !== "");
}

function pathOf(fields: Fields): string {
  const type = fields.get("nametype") ?? "";
  const name = decoded(fields.get("name") ?? "").slice(0, wordChars);
  return type === "" || type === "NORMAL" ? name : `${name} (${type.slice(0, 20).toLowerCase()})`;
}

function eventOf(one: Pending, mask: Mask): HostEvent {
  const { ms, place, syscall, words, title } = one;
  // Arguments beyond the limits leave holes.
  const argv = Array.from(words, (word: string | undefined) => word ?? "…");
  const ran = argv.length > 0;
  const command = mask(ran ? argv : (title ?? []))
    .map((word) => word.slice(0, wordChars))
    .join(" ");
  const failed = syscall?.get("success") === "no" ? " failed" : "";
  const says = `${ran ? "EXECVE" : "SYSCALL"}${failed} ${command.slice(0, textChars / 2)}`;
  const details = detailsOf(one);
  const at = isoOf(ms);
  return {
    kind: ran ? "command" : "file",
    ...(at === undefined ? {} : { at }),
    ...whoOf(syscall),
    program: "auditd",
    text: (details === "" ? says : `${says} [${details}]`).slice(0, textChars),
    place,
  };
}

/** Paths and names: what the store redacts is enough for them. */
function detailsOf({ syscall, folder, paths }: Pending): string {
  const value = (name: string): string => decoded(syscall?.get(name) ?? "").slice(0, 300);
  const named = [...new Set(paths)].filter((path) => path !== "");
  const about = { exe: value("exe"), key: value("key"), in: folder ?? "", paths: named.join(", ") };
  return Object.entries(about)
    .flatMap(([name, text]) => (text === "" ? [] : [`${name} ${text}`]))
    .join("; ");
}

/** Numbers as they are: they could be read as hex. */
function whoOf(syscall: Fields | undefined): Pick<HostEvent, "user" | "from"> {
  const plain = (name: string): string => syscall?.get(name)?.slice(0, 40) ?? "";
  const user = [plain("auid"), plain("uid")].find((id) => id !== "" && id !== nobody && id !== "unset");
  const tty = plain("tty");
  return {
    ...(user === undefined ? {} : { user }),
    ...(tty === "" || tty === "(none)" ? {} : { from: tty }),
  };
}
