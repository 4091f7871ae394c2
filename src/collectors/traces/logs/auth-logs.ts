import type { HostEvent } from "../../../model/log-records.ts";
import { isoOf } from "../../../model/json.ts";
import { read, unread } from "../../../model/outcome.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { Collector } from "../../collector.ts";
import { fromReading } from "../../from-reading.ts";
import type { Sources } from "../../sources.ts";
import { classify } from "./classify.ts";
import { keepNewest } from "./keep-newest.ts";
import { localTime } from "./local-time.ts";
import { type LogFile, linesOf, logFiles, noneReadable, zoneOf } from "./log-files.ts";
import { parseSyslogLine } from "./syslog-line.ts";
import { typedNames } from "./typed-names.ts";

const folder = "/var/log";
/** What sshd, sudo, su, cron and the kernel write to, on Debian and on Red Hat, with what logrotate makes of it. */
const names =
  /^(?:auth\.log|secure|cron\.log|cron|messages|syslog|kern\.log|user\.log|daemon\.log)(?:[.-][\w.-]{1,40})?$/;
const textChars = 2000;

/** Lines of the system's logs that tell who got in, became root, was made an account, or what the kernel loaded. */
export async function readAuthLog(sources: Sources): Promise<Reading<HostEvent>> {
  const reasons: string[] = [];
  const newest = keepNewest();
  const toUtc = localTime(await zoneOf(sources));
  let files = 0;
  for await (const file of logFiles(sources, folder, names, reasons)) {
    files += 1;
    newest.file(eventsOf(file, toUtc));
  }
  if (files > 0) return read(newest.all().map(await typedNames(sources)), [...reasons, ...newest.reasons()]);
  return reasons.length > 0
    ? noneReadable(reasons)
    : unread("missing", `no log of logins in ${folder}: the journal may have them`);
}

/** The telling lines of one file, and those that are no lines of syslog. */
function* eventsOf(file: LogFile, toUtc: (ms: number) => number): Generator<HostEvent> {
  for (const { number, text } of linesOf(file)) {
    const place = { path: file.path, locator: `line ${number}` };
    const line = parseSyslogLine(text, file.stat.mtimeMs, toUtc);
    if (line === undefined) {
      // NUL bytes in the middle are what editing in place, or a crash, leaves.
      yield { kind: "unreadable", text: text.slice(0, 200), place };
      continue;
    }
    const told = classify(line.program, line.message);
    if (told === undefined) continue;
    const at = isoOf(line.ms);
    yield {
      ...told,
      ...(at === undefined ? {} : { at }),
      program: line.program,
      text: line.message.slice(0, textChars),
      place,
    };
  }
}

export const authLogs: Collector = {
  id: "auth-logs",
  title: "Logins, sudo, cron and the kernel in the system's logs",
  stage: "collect",
  attack: ["T1110", "T1078", "T1021.004", "T1548.003", "T1136.001"],
  liveOnly: false,
  timeoutMs: 30_000,
  rootAdds: "logs that only root and the group adm may read",
  collect: fromReading("authLog"),
};
