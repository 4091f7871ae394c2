/** Who would bring a gateway back, and who did: its parent, or the unit that its control group names. */
import type { ProcessRecord } from "../host/host.ts";
import { shown } from "../model/text.ts";
import type { Stopping } from "./types.ts";

export interface Supervisor {
  readonly pid: number;
  readonly startTicks: number;
  /** For people: "pm2 (pid 812)". */
  readonly text: string;
  /** What to do about it, as a sentence. */
  readonly advice: string;
  /** How long it may take until it starts the gateway again. */
  readonly restartMs: number;
  /** As long as it lives it may: a shell script in a loop. Else it is known to supervise. */
  readonly whileAlive: boolean;
}

const known: readonly (readonly [RegExp, string, number])[] = [
  [/^PM2\b|(?:^|\/)pm2(?:$|\s|\/)/, "pm2 stop all", 3_000],
  [/(?:^|\/)supervisord(?:$|\s)/, "supervisorctl stop all", 3_000],
  [/^(?:runsv|runit)$/, "sv down the gateway's service", 3_000],
  [/^s6-supervise$/, "s6-svc -d the gateway's service", 3_000],
  [/^supervise$/, "svc -d the gateway's service", 3_000],
  [/^monit$/, "monit unmonitor and stop the gateway's service", 30_000],
  [/^(?:circusd|god|forever|nodemon|watchexec|immortal|dinit)$/, "stop the gateway's entry there", 3_000],
];

const shells = /^(?:ba|da|z|k|a|fi)?sh$/;
const loopMs = 6_000;

/** The process that started the gateway, if it is one that starts things again. */
export async function supervisorOf(stopping: Stopping): Promise<Supervisor | undefined> {
  const main = stopping.before.processes[0];
  if (main === undefined) return undefined;
  const parent = await stopping.host.processes.get(main.ppid);
  if (parent === undefined || parent.startTicks > main.startTicks) return undefined;
  return judge(parent, main);
}

function judge(parent: ProcessRecord, main: ProcessRecord): Supervisor | undefined {
  const unit = unitOf(main);
  if (isServiceManager(parent)) return unit === undefined ? undefined : fromUnit(parent, main, unit);
  if (parent.pid <= 1) return undefined;
  const first = parent.argv[0] ?? "";
  const hit = known.find(
    ([name]) => name.test(parent.comm) || name.test(first) || name.test(parent.argv[1] ?? ""),
  );
  const base = { pid: parent.pid, startTicks: parent.startTicks, text: parentText(parent) };
  if (hit !== undefined) {
    return { ...base, advice: `Stop it there first (${hit[1]})`, restartMs: hit[2], whileAlive: false };
  }
  const isScript =
    shells.test(parent.comm) && parent.argv.slice(1).some((arg) => arg === "-c" || !arg.startsWith("-"));
  if (!isScript) return undefined;
  return { ...base, advice: `End it first: kill ${parent.pid}`, restartMs: loopMs, whileAlive: true };
}

function isServiceManager(process: ProcessRecord): boolean {
  return process.comm === "systemd" || (process.pid === 1 && process.comm === "launchd");
}

/** The service a process runs under, when it is not a login's, cron's or ssh's. */
function unitOf(process: ProcessRecord): string | undefined {
  const last = process.cgroup?.split("/").at(-1) ?? "";
  const isOther = /^(?:user@\d+|ssh|sshd|sshd@.*|cron|crond|atd|getty@.*)\.service$/.test(last);
  return last.endsWith(".service") && !isOther ? last : undefined;
}

function fromUnit(parent: ProcessRecord, main: ProcessRecord, unit: string): Supervisor {
  const isUser = parent.pid !== 1;
  return {
    pid: parent.pid,
    startTicks: parent.startTicks,
    text: `the ${isUser ? "user" : "system"} service ${shown(unit, 80)}`,
    advice: isUser
      ? `Stop it as ${shown(main.user ?? String(main.uid), 40)}: systemctl --user stop ${shown(unit, 80)}`
      : `Stop it: sudo systemctl stop ${shown(unit, 80)}`,
    restartMs: 5_000,
    whileAlive: false,
  };
}

function parentText(parent: ProcessRecord): string {
  const line = parent.argv.join(" ").trim();
  const shownLine = line === "" || line === parent.comm ? "" : `: ${shown(line, 120)}`;
  return `${shown(parent.comm, 40)} (pid ${parent.pid}${shownLine})`;
}

/** Who started a process that came back, and what to do about it. */
export async function culpritOf(
  stopping: Stopping,
  back: ProcessRecord,
): Promise<Pick<Supervisor, "text" | "advice">> {
  const parent = await stopping.host.processes.get(back.ppid);
  if (parent === undefined) {
    return {
      text: `a process that has ended since (pid ${back.ppid})`,
      advice: "Find what starts it, then stop again",
    };
  }
  const supervisor = judge(parent, back);
  if (supervisor !== undefined) return supervisor;
  const text =
    parent.pid === 1 ? `${parentText(parent)}, or something that detached from it` : parentText(parent);
  const advice =
    parent.pid === 1
      ? "Look into cron jobs, timers and units that start it"
      : `End it first: kill ${parent.pid}`;
  return { text, advice };
}
