import type { HostEvent } from "../../../model/log-records.ts";
import { read, unread } from "../../../model/outcome.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { Collector } from "../../collector.ts";
import { fromReading } from "../../from-reading.ts";
import type { Sources } from "../../sources.ts";
import { localTime } from "./local-time.ts";
import { linesOf, logFiles, noneReadable, zoneOf } from "./log-files.ts";
import {
  type LogParser,
  parseAptHistory,
  parseDnfLog,
  parseDpkgLog,
  parseNpmLog,
  parsePacmanLog,
  parsePipLog,
} from "./package-format.ts";

const maxEvents = 30_000;

const places: readonly (readonly [string, RegExp, LogParser])[] = [
  ["/var/log", /^dpkg\.log(?:\.\d+)?(?:\.gz)?$/, parseDpkgLog],
  ["/var/log/apt", /^history\.log(?:\.\d+)?(?:\.gz)?$/, parseAptHistory],
  ["/var/log", /^(?:dnf|dnf5)\.rpm\.log(?:\.\d+|-\d+)?(?:\.gz)?$/, parseDnfLog],
  ["/var/log", /^pacman\.log$/, parsePacmanLog],
  ["~/.npm/_logs", /-debug-\d+\.log$/, parseNpmLog],
  ["/root/.npm/_logs", /-debug-\d+\.log$/, parseNpmLog],
  ["~/.pip", /^pip\.log$/, parsePipLog],
  ["~/.local/state/pip", /\.log$/, parsePipLog],
];

/** What was installed, when, and with which command. Every parser names the program; secrets in commands pass the redactor. */
export async function readPackageLog(sources: Sources): Promise<Reading<HostEvent>> {
  const reasons: string[] = [];
  const events: HostEvent[] = [];
  const toUtc = localTime(await zoneOf(sources));
  const seen = new Set<string>();
  for (const [folder, names, parse] of places) {
    for await (const file of logFiles(sources, folder, names, reasons)) {
      const identity = `${file.stat.dev}:${file.stat.ino}`;
      if (seen.has(identity)) continue;
      seen.add(identity);
      const path = sources.target.toHost(sources.target.toReal(file.path));
      for (const event of parse(linesOf(file), path, toUtc)) {
        if (events.length >= maxEvents) {
          reasons.push(`only ${maxEvents} installations were kept`);
          return read(events, reasons);
        }
        events.push(event);
      }
    }
  }
  if (seen.size > 0) return read(events, reasons);
  return reasons.length > 0
    ? noneReadable(reasons)
    : unread("missing", "no package manager keeps a log here");
}

export const packageLogs: Collector = {
  id: "package-logs",
  title: "What was installed, upgraded and removed, and when",
  stage: "collect",
  attack: ["T1072", "T1195.002", "T1554"],
  liveOnly: false,
  timeoutMs: 30_000,
  collect: fromReading("packageLog"),
};
