/** Entries of the journal as `journalctl -o json` prints them: pure. Format: systemd's JOURNAL_EXPORT_FORMATS, section JSON. */
import { dict, isDict, isoOf, parseJson, str } from "../../../model/json.ts";
import type { HostEvent } from "../../../model/log-records.ts";
import { classify } from "./classify.ts";

const textChars = 2000;
/** A line longer than this is no entry that tells anything: the journal cuts fields at 4 KiB unless asked for all. */
const maxLine = 262_144;

/** A field is text, an array of bytes where it is no UTF-8, an array of texts where it is there twice, or null where it is too long. */
export function fieldText(value: unknown): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return "";
  const items: readonly unknown[] = value;
  const isByte = (item: unknown): item is number =>
    typeof item === "number" && Number.isInteger(item) && item >= 0 && item < 256;
  if (items.every(isByte)) return Buffer.from(items.slice(0, 65_536)).toString("utf8");
  return items.filter((item) => typeof item === "string").join("\n");
}

function timeOf(entry: Readonly<Record<string, unknown>>): string | undefined {
  const micros = Number(str(entry["__REALTIME_TIMESTAMP"]) ?? Number.NaN);
  return isoOf(micros / 1000);
}

/** One line. `all`: also what `classify` knows nothing of, as kind "service" (the gateway's own unit). */
export function parseJournalLine(line: string, number: number, all: boolean): HostEvent | undefined {
  const place = { path: "journal", locator: `entry ${number}` };
  const entry = line.length > maxLine ? undefined : parseJson(line);
  if (!isDict(entry)) return { kind: "unreadable", text: line.slice(0, 200), place };
  const program = fieldText(entry["SYSLOG_IDENTIFIER"]) || fieldText(entry["_COMM"]);
  const message = fieldText(entry["MESSAGE"]);
  const told = classify(program, message) ?? (all ? ({ kind: "service" } as const) : undefined);
  if (told === undefined) return undefined;
  const at = timeOf(entry);
  const cursor = str(entry["__CURSOR"]);
  const mark =
    cursor === undefined ? undefined : /(?:^|;)(i=[0-9a-f]{1,16};b=[0-9a-f]{32})/.exec(cursor)?.[1];
  return {
    ...told,
    ...(at === undefined ? {} : { at }),
    program,
    text: message.slice(0, textChars),
    // Boot and number name an entry for ever.
    place: mark === undefined ? place : { path: "journal", locator: mark },
  };
}

export interface BootSpan {
  readonly id: string;
  readonly first: string;
  readonly last: string;
}

/** `journalctl --list-boots -o json` (systemd 250 and later): the span of the entries of each boot. */
export function parseBoots(text: string): readonly BootSpan[] {
  const value = parseJson(text);
  if (!Array.isArray(value)) return [];
  return value.slice(0, 2000).flatMap((boot: unknown) => {
    const { boot_id: id, first_entry: from, last_entry: to } = dict(boot);
    const first = isoOf(Number(from) / 1000);
    const last = isoOf(Number(to) / 1000);
    return typeof id === "string" && first !== undefined && last !== undefined ? [{ id, first, last }] : [];
  });
}

/** A boot each, and a warning where a boot's entries begin before those of the boot before it have ended. */
export function bootEvents(boots: readonly BootSpan[]): readonly HostEvent[] {
  return boots.flatMap((boot, i): readonly HostEvent[] => {
    const place = { path: "journal", locator: `boot ${boot.id.slice(0, 12)}` };
    const before = boots[i - 1];
    const text = `boot ${boot.id}, with entries until ${boot.last}`;
    const event: HostEvent = {
      kind: "boot",
      at: boot.first,
      until: boot.last,
      program: "journal",
      text,
      place,
    };
    if (before === undefined || before.last <= boot.first) return [event];
    const overlap = `its entries begin before those of the boot before it end: the clock was set, or entries were made up`;
    return [event, { kind: "log", at: boot.first, program: "journal", text: overlap, place }];
  });
}

/** On a machine that runs, hourly jobs alone make entries; this long without any is a hole. */
const holeMs = 26 * 3_600_000;

/** Stretches without an entry inside one boot. `times` of everything that was read, in any order. */
export function holes(times: readonly string[], boots: readonly BootSpan[]): readonly HostEvent[] {
  const sorted = [...times].sort();
  const found: HostEvent[] = [];
  for (const [i, until] of sorted.entries()) {
    const at = sorted[i - 1];
    if (at === undefined || Date.parse(until) - Date.parse(at) < holeMs) continue;
    if (!boots.some((boot) => boot.first <= at && until <= boot.last)) continue;
    const hours = Math.round((Date.parse(until) - Date.parse(at)) / 3_600_000);
    const text = `no entry for ${hours} hours while the machine ran`;
    found.push({ kind: "log", at, until, program: "journal", text, place: { path: "journal", locator: at } });
  }
  return found.slice(0, 500);
}
