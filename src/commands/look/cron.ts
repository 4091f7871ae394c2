import { markRows } from "../../analyse/index.ts";
import type { PersistenceItem } from "../../model/persistence.ts";
import type { CronJob } from "../../model/job-records.ts";
import { lookCommand } from "./command.ts";
import type { Look, LookRow, Section, Seen } from "./look.ts";
import { everythingStaying, ordinaryAmong } from "./staying.ts";
import { day, joined, placeText, when } from "./words.ts";

/** Scheduled task or job: cron, at, timers, launchd. */
const scheduled = "T1053";

const look: Look = {
  name: "cron",
  summary: "what runs by the clock: OpenClaw's jobs, and the host's crontabs and timers",
  description:
    "Lists OpenClaw's jobs, and apart from them the host's crontabs and timers. Marks those that execute commands, fetch code or carry secrets out. Reads files and a copy of one database, makes no case, changes nothing.",
  kinds: ["cronJobs", "hostCron", "persistence"],
  picks: ({ attack, slow }) => slow !== true && attack.some((id) => id.startsWith(scheduled)),
  databases: ["state"],
  needsState: false,
  agents: true,
  since: "when it may have begun: jobs made or changed from then on are marked",
  sections: (seen) => [ownJobs(seen), hostJobs(seen)],
  next: (hasUnusual) => [
    hasUnusual
      ? ["claw-ir collect", "keep it in a case before you pause or remove a job"]
      : ["claw-ir persistence", "everything else that runs by being there"],
  ],
};

export const cronCommand = lookCommand(look);

function ownJobs({ readings, findings }: Seen): Section {
  const marked = markRows(readings.cronJobs.records, findings, ({ place }) => [place]);
  return {
    noun: ["job of OpenClaw", "jobs of OpenClaw"],
    from: ["cronJobs"],
    ordinary: "that OpenClaw makes for itself",
    columns: [
      { head: "job", least: 14, most: 40 },
      { head: "agent", most: 16, isSpare: true },
      { head: "is" },
      { head: "when", least: 9, most: 24 },
      { head: "does", least: 26, most: 100 },
      { head: "runs" },
      { head: "last run (UTC)", least: 16, isSpare: true },
      { head: "made", least: 10, isSpare: true },
      { head: "by", most: 24, isSpare: true },
    ],
    rows: marked.map(({ record, marks }): LookRow => ({
      cells: jobCells(record),
      marks,
      record: { ...record, of: "openclaw" },
      agent: record.agent,
      ordinary: record.managed,
    })),
  };
}

function jobCells(job: CronJob): readonly string[] {
  const { id, name, agent, enabled, schedule, payloadKind, payload, runs, lastRunAt, createdAt } = job;
  return [
    name ?? id,
    agent ?? "",
    joined(", ", enabled ? "on" : "off", job.leftover === true ? "leftover" : undefined),
    schedule,
    `${payloadKind}: ${payload}`,
    String(runs),
    when(lastRunAt),
    day(createdAt),
    job.createdBy ?? "",
  ];
}

function hostJobs({ readings, findings, installation: { target } }: Seen): Section {
  const home = target.toHost(target.home);
  const items = everythingStaying(readings);
  const isOrdinary = ordinaryAmong(items);
  const startedBy = servicesOf(items);
  const marked = markRows(items.filter(isScheduled), findings, ({ place }) => [place]);
  return {
    noun: ["crontab line or timer of the host", "crontab lines and timers of the host"],
    from: ["persistence"],
    ordinary: "that only set variables or belong to a package of the system",
    columns: [
      { head: "kind", least: 9, most: 18 },
      { head: "user", most: 16, isSpare: true },
      { head: "when", least: 9, most: 30 },
      { head: "does", least: 24, most: 100 },
      { head: "changed", least: 10, isSpare: true },
      { head: "place", least: 20, most: 70, isPath: true },
    ],
    rows: marked.map(({ record, marks }): LookRow => ({
      cells: [
        record.mechanism,
        record.user ?? "",
        record.trigger ?? "",
        [...record.runs, ...record.sets].join("; ") || `${record.name} ${startedBy(record)}`.trimEnd(),
        day(record.file?.modifiedAt),
        placeText(record.place, home),
      ],
      marks,
      record: { ...record, of: "host" },
      ordinary: isOrdinary(record),
    })),
  };
}

/** By the techniques that its collector names (cron, at), or by what sets it off. */
function isScheduled({ attack, trigger = "" }: PersistenceItem): boolean {
  return attack.every((id) => id.startsWith(scheduled)) || timed.test(trigger);
}

/** systemd.timer(5), launchd.plist(5). */
const timed = /\bOn(?:Calendar|Active|Boot|Startup|UnitActive|UnitInactive)\w*=|Start(?:Calendar)?Interval/;

/** What the service runs that a timer of the same name starts. */
function servicesOf(items: readonly PersistenceItem[]): (timer: PersistenceItem) => string {
  const runs = new Map(items.map((item) => [`${item.mechanism}\0${item.name}`, item.runs.join("; ")]));
  return ({ mechanism, name }) => runs.get(`${mechanism}\0${name.replace(/\.timer$/, ".service")}`) ?? "";
}
