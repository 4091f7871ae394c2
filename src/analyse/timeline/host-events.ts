/** Timeline events from what the host itself shows. */
import type {
  AuthorizedKey,
  HostCronEntry,
  LogLine,
  ProcessSeen,
  StartFile,
} from "../../model/host-records.ts";
import { say } from "./event.ts";
import type { EventDraft, TimelineContext } from "./event.ts";
import { counted } from "../../model/text.ts";

/** One event per crontab file: the time is the file's, not the line's. */
export function hostCronEvents(
  context: TimelineContext,
  entries: readonly HostCronEntry[],
): readonly EventDraft[] {
  const files = Map.groupBy(entries, (entry) => entry.place.path);
  return [...files].map(([path, of]) => ({
    at: of[0]?.modifiedAt,
    tsDesc: "file modified",
    artifact: "host-cron",
    dataType: "host:crontab:modified",
    message: `crontab ${say(context, path)} was last changed (${counted(of.filter((entry) => entry.kind === "job").length, "job")})`,
    place: { path },
    attack: ["T1053.003"],
  }));
}

/** One event per file of authorized keys. */
export function authorizedKeyEvents(
  context: TimelineContext,
  keys: readonly AuthorizedKey[],
): readonly EventDraft[] {
  const files = Map.groupBy(keys, (key) => key.place.path);
  return [...files].map(([path, of]) => ({
    at: of[0]?.modifiedAt,
    tsDesc: "file modified",
    artifact: "authorized-keys",
    dataType: "host:authorized-keys:modified",
    message: `${say(context, path)} was last changed (${counted(of.length, "key")})`,
    place: { path },
    attack: ["T1098.004"],
  }));
}

export function startFileEvents(context: TimelineContext, file: StartFile): readonly EventDraft[] {
  const shell = file.kind === "shell";
  return [
    {
      at: file.modifiedAt,
      tsDesc: "file modified",
      artifact: shell ? "shell-startup" : "systemd-user",
      dataType: shell ? "host:shell-startup:modified" : "host:systemd:modified",
      message: `${say(context, file.place.path)} was last changed`,
      place: file.place,
      attack: [shell ? "T1546.004" : "T1543.002"],
      data: { sha256: file.sha256 },
    },
  ];
}

export function processEvents(context: TimelineContext, process: ProcessSeen): readonly EventDraft[] {
  return [
    {
      at: process.startedAt,
      tsDesc: "started",
      artifact: "processes",
      dataType: "host:process:started",
      message: `process ${process.pid} ${say(context, process.argv.join(" ") || process.comm)} started`,
      place: { path: `/proc/${process.pid}` },
      user: process.user,
      attack: ["T1059"],
      data: { pid: process.pid, ppid: process.ppid, exe: process.exe },
    },
  ];
}

const refused = /unauthor|token_mismatch|scope_mismatch|token_missing|not[_-]paired/i;

export function logEvents(context: TimelineContext, line: LogLine): readonly EventDraft[] {
  const failed = refused.test(line.text.slice(0, 4096));
  return [
    {
      at: line.at,
      tsDesc: "logged",
      artifact: "gateway-logs",
      dataType: failed ? "openclaw:log:refused" : "openclaw:log:line",
      message: say(context, line.text, 300),
      place: line.place,
      ...(failed ? { attack: ["T1110"], severity: "low" as const } : {}),
      data: { level: line.level },
    },
  ];
}
