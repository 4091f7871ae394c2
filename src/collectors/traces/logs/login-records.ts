import type { FileStat } from "../../../host/host.ts";
import type { HostEvent } from "../../../model/log-records.ts";
import { isoOf } from "../../../model/json.ts";
import { read, unread } from "../../../model/outcome.ts";
import type { Reading } from "../../../model/outcome.ts";
import { guessLayout, type UtmpRecord, utmpRecords } from "../../../model/utmp.ts";
import type { Collector } from "../../collector.ts";
import { fromReading } from "../../from-reading.ts";
import type { Sources } from "../../sources.ts";
import { keepNewest } from "./keep-newest.ts";
import { lastLogins } from "./lastlog.ts";
import { type LogFile, logFiles, noneReadable } from "./log-files.ts";
import { typedNames } from "./typed-names.ts";

/** Clocks differ by this much between two writers without anything being wrong. */
const backwardsMs = 3_600_000;

const kinds = { 2: "boot", 3: "clock", 4: "clock", 7: "login", 8: "logout" } as const;

/** What one file of records tells, in its order, and what is wrong with the file itself. */
export function eventsOfRecords(
  file: Pick<LogFile, "path" | "bytes"> & { readonly stat?: Pick<FileStat, "size"> | undefined },
): readonly HostEvent[] {
  const { path } = file;
  const { bytes, start } = aligned(file.bytes, file.stat?.size ?? file.bytes.length);
  const failed = /btmp/.test(path);
  const layout = guessLayout(bytes);
  const events: HostEvent[] = [];
  const goesBack = backwards();
  let zeroed = 0;
  for (const record of utmpRecords(bytes, layout)) {
    if (record.zeroed) {
      zeroed += 1;
      continue;
    }
    const place = { path, locator: `byte ${start + record.offset}` };
    const kind = kindOf(record.type, record.user, failed);
    if (goesBack(record, kind === "clock"))
      events.push({ kind: "log", at: new Date(record.ms).toISOString(), text: backwardsText, place });
    if (kind !== undefined) events.push({ ...eventOf(record, kind, failed), place });
  }
  return [...events, ...wrongs(path, bytes.length % layout.size, zeroed)];
}

/** Of a file that was read from its middle, from where a record begins in every layout: the least common multiple of their sizes. */
function aligned(bytes: Uint8Array, size: number): { readonly bytes: Uint8Array; readonly start: number } {
  const common = 9600;
  const from = size - bytes.length;
  const skip = from <= 0 ? 0 : (common - (from % common)) % common;
  return { bytes: bytes.subarray(skip), start: Math.max(0, from) + skip };
}

const backwardsText =
  "times go back: records were put in, taken out or reordered, or the clock was set without a record of it";

/** Whether a record is older than the one before it, and nobody set the clock in between. */
function backwards(): (record: UtmpRecord, isClock: boolean) => boolean {
  let last = 0;
  let clockSet = false;
  return ({ ms }, isClock) => {
    if (isClock) clockSet = true;
    if (ms <= 0) return false;
    const back = ms < last - backwardsMs && !clockSet;
    last = ms;
    if (!isClock) clockSet = false;
    return back;
  };
}

function eventOf(record: UtmpRecord, kind: HostEvent["kind"], failed: boolean): Omit<HostEvent, "place"> {
  const { user, line, host, ms } = record;
  const at = isoOf(ms);
  const from = host === "" ? line : host;
  return {
    kind,
    ...(at === undefined ? {} : { at }),
    ...(user === "" || kind === "boot" ? {} : { user }),
    ...(from === "" ? {} : { from }),
    program: failed ? "btmp" : "wtmp",
    text: [kind, user, line, host].filter((part) => part !== "").join(" "),
  };
}

function kindOf(type: number, user: string, failed: boolean): HostEvent["kind"] | undefined {
  if (failed) return type === 6 || type === 7 ? "login-failed" : undefined;
  if (type === 1) return user === "shutdown" ? "shutdown" : undefined;
  return type === 2 || type === 3 || type === 4 || type === 7 || type === 8 ? kinds[type] : undefined;
}

function wrongs(path: string, rest: number, zeroed: number): readonly HostEvent[] {
  const place = { path };
  return [
    ...(rest > 0
      ? [{ kind: "log" as const, text: `${path} ends in the middle of a record (${rest} bytes)`, place }]
      : []),
    ...(zeroed > 0
      ? [{ kind: "log" as const, text: `${zeroed} records of ${path} were overwritten with zeros`, place }]
      : []),
  ];
}

/** A host where somebody is logged in by ssh and wtmp has no login at all was tidied up. */
async function cleared(sources: Sources, wtmp: readonly number[]): Promise<readonly HostEvent[]> {
  if (!sources.target.live || wtmp.length === 0 || wtmp.some((bytes) => bytes > 0)) return [];
  const here = await sources.host.processes.logins().catch(() => []);
  if (here.length === 0) return [];
  const text = `/var/log/wtmp is empty although ${here.length} ${here.length === 1 ? "login is" : "logins are"} open`;
  return [{ kind: "log", text, place: { path: "/var/log/wtmp" } }];
}

/** Logins, failed logins, boots and shutdowns as the system's binary records have them, oldest first in each file. */
export async function readLoginRecords(sources: Sources): Promise<Reading<HostEvent>> {
  const reasons: string[] = [];
  const newest = keepNewest();
  const wtmp: number[] = [];
  let files = 0;
  const names = /^[wb]tmp(?:[.-][\w.-]{1,40})?$/;
  for await (const file of logFiles(sources, "/var/log", names, reasons)) {
    files += 1;
    if (file.path.startsWith("/var/log/wtmp")) wtmp.push(file.bytes.length);
    const records = /\.(?:gz|zst)$/.test(file.path) ? { ...file, stat: undefined } : file;
    newest.file(eventsOfRecords(records));
  }
  const last = await lastLogins(sources, reasons);
  if (files === 0 && last.length === 0)
    return reasons.length > 0
      ? noneReadable(reasons)
      : unread("missing", "there is no record of logins (wtmp)");
  const told = newest.all().map(await typedNames(sources));
  const events = [...told, ...(await cleared(sources, wtmp)), ...last];
  return read(events, [...reasons, ...newest.reasons()]);
}

export const loginRecords: Collector = {
  id: "login-records",
  title: "Records of logins, failed logins, boots and shutdowns",
  stage: "collect",
  attack: ["T1078", "T1070.006", "T1110", "T1070.002"],
  liveOnly: false,
  timeoutMs: 30_000,
  rootAdds: "failed logins (btmp)",
  collect: fromReading("loginRecords"),
};
