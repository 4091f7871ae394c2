import { join } from "node:path";
import { isoOf } from "../../../model/json.ts";
import type { HostEvent } from "../../../model/log-records.ts";
import { read, unread } from "../../../model/outcome.ts";
import type { Reading } from "../../../model/outcome.ts";
import { ask, type Told, type Untold } from "../../ask.ts";
import type { Collector } from "../../collector.ts";
import { fromReading } from "../../from-reading.ts";
import type { Sources } from "../../sources.ts";
import { typedNames } from "./typed-names.ts";
import { bootEvents, holes, parseBoots, parseJournalLine } from "./journal-format.ts";

const limits = { timeoutMs: 30_000, maxBytes: 16 << 20 } as const;
const folders = ["/var/log/journal", "/run/log/journal"] as const;
const fields = "--output-fields=MESSAGE,SYSLOG_IDENTIFIER,_COMM,PRIORITY";

/** What is asked for, each newest first, so that a limit takes away the oldest. */
const questions = [
  // Facilities of syslog: 4 and 10 are logins, 9 is cron.
  {
    what: "logins and cron",
    all: false,
    match: ["-n", "60000", "SYSLOG_FACILITY=4", "+", "SYSLOG_FACILITY=10", "+", "SYSLOG_FACILITY=9"],
  },
  {
    what: "the system itself",
    all: false,
    match: [
      "-n",
      "30000",
      "SYSLOG_IDENTIFIER=systemd-journald",
      "+",
      "SYSLOG_IDENTIFIER=systemd-logind",
      "+",
      "SYSLOG_IDENTIFIER=kernel",
      "PRIORITY=4",
      "+",
      "SYSLOG_IDENTIFIER=kernel",
      "PRIORITY=5",
    ],
  },
  {
    what: "the gateway's unit",
    all: true,
    match: ["-n", "20000", "--user-unit=openclaw*", "--user-unit=clawdbot*", "--unit=openclaw*"],
  },
] as const;

/** The journals that are there: one that runs, or those on a disk, read by the journalctl of the machine that claw-ir runs on. */
async function baseOf({ host, target }: Sources): Promise<readonly string[] | undefined> {
  for (const folder of folders) {
    const real = target.toReal(folder);
    const listed = await host.fs.list(real).catch(() => []);
    // Each machine's journal lies in a folder named by its id.
    if (!listed.some(({ name, kind }) => kind === "dir" && /^[0-9a-f]{32}$/.test(name))) continue;
    return target.live ? [] : [`--directory=${join(real)}`];
  }
  return undefined;
}

/** journalctl says so on stderr, and ends with 0. */
const unseen =
  /not seeing messages from other users|No journal files were (?:found|opened)|insufficient permissions/i;

interface Answers {
  readonly events: HostEvent[];
  readonly times: string[];
  readonly reasons: string[];
}

function take(told: Told | Untold, what: string, all: boolean, answers: Answers): void {
  if (!told.ok) {
    // What journalctl says to a pattern of units that matches none.
    if (!told.reason.includes("No data available")) answers.reasons.push(told.reason);
    return;
  }
  if (told.cut) answers.reasons.push(`of the journal's entries on ${what} the oldest were not read`);
  const hidden = "the journal shows only this user's own entries";
  if (unseen.test(told.stderr) && !answers.reasons.includes(hidden)) answers.reasons.push(hidden);
  for (const [i, line] of entriesOf(told).entries()) {
    const event = parseJournalLine(line, i + 1, all);
    if (event !== undefined) answers.events.push(event);
    const at = event?.at ?? timeOnly(line);
    if (at !== undefined && !all) answers.times.push(at);
  }
}

/** Whole lines; what was cut off ends in a fragment. "-- No entries --" is said in words whatever the format. */
function entriesOf({ stdout, cut }: Told): readonly string[] {
  const lines = stdout.split("\n");
  return (cut ? lines.slice(0, -1) : lines).filter((line) => line !== "" && !line.startsWith("-- "));
}

function timeOnly(line: string): string | undefined {
  const micros = /"__REALTIME_TIMESTAMP" ?: ?"(\d{1,17})"/.exec(line)?.[1];
  return micros === undefined ? undefined : isoOf(Number(micros) / 1000);
}

/** The telling entries of the journal, its boots and its holes. */
export async function readJournal(sources: Sources): Promise<Reading<HostEvent>> {
  const base = await baseOf(sources);
  if (base === undefined) return unread("missing", "no journal is kept here");
  const answers: Answers = { events: [], times: [], reasons: [] };
  const common = [...base, "--no-pager", "--utc"];
  const listed = await ask(sources.host, ["journalctl", "--list-boots", "-o", "json", ...common], limits);
  if (!listed.ok && listed.outcome === "missing") return unread("missing", listed.reason);
  if (!listed.ok) answers.reasons.push(listed.reason);
  const boots = listed.ok ? parseBoots(listed.stdout) : [];
  for (const { what, all, match } of questions) {
    const argv = ["journalctl", "-o", "json", "--reverse", fields, ...common, ...match] as const;
    take(await ask(sources.host, argv, limits), what, all, answers);
  }
  const told = answers.events.map(await typedNames(sources));
  const events = [...bootEvents(boots), ...told, ...holes(answers.times, boots)];
  return read(events, answers.reasons);
}

export const journal: Collector = {
  id: "journal",
  title: "The journal: logins, sudo, cron, the gateway's unit, boots and holes",
  stage: "collect",
  attack: ["T1070.002", "T1078", "T1110", "T1053.003"],
  liveOnly: false,
  timeoutMs: 150_000,
  rootAdds: "the entries of other users and of the system",
  collect: fromReading("journal"),
};
