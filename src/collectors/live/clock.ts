import { dict } from "../../model/json.ts";
import { ask } from "../ask.ts";
import type { CollectContext, CollectResult, Collector } from "../collector.ts";
import { modifiedAt } from "../files.ts";
import { line, small } from "./proc-text.ts";

/** What makes all other times comparable: wall clock, time since boot, boot time, time zone, whether time is synchronised. */
export const clock: Collector = {
  id: "clock",
  title: "Clock anchor",
  stage: "volatile",
  attack: ["T1070.006"],
  liveOnly: true,
  timeoutMs: 30_000,
  collect: async (context): Promise<CollectResult> => ({ outcome: "ok", records: [await anchor(context)] }),
};

/** The same once more as the last record: how far the clock ran, and was it set, while evidence was read? */
export const clockAtEnd: Collector = {
  id: "clock-end",
  title: "Clock anchor, at the end",
  stage: "collect",
  attack: ["T1070.006"],
  liveOnly: true,
  timeoutMs: 30_000,
  collect: async (context): Promise<CollectResult> => {
    const first = await anchor(context);
    // Asked last: it starts a service of the system, which has no place in the first record.
    const told = await networkTime(context);
    const record = { ...first, ...told.fields };
    return told.reason === undefined
      ? { outcome: "ok", records: [record] }
      : { outcome: "partial", reason: told.reason, records: [record] };
  },
};

async function anchor(context: CollectContext): Promise<object> {
  const { host } = context;
  const now = host.clock.now().toISOString();
  const uptime = Number((await line(context, "/proc/uptime"))?.split(" ")[0]);
  const boot = /^btime (\d{1,12})$/m.exec((await small(context, "/proc/stat")) ?? "")?.[1];
  return {
    now,
    monotonicMs: Math.round(host.clock.monotonic()),
    hostname: host.facts.hostname,
    os: host.facts.os,
    uid: host.facts.uid,
    user: host.facts.user,
    // Both count time asleep (CLOCK_BOOTTIME): what the sum of uptime and boot time drifts by, somebody set.
    ...(Number.isFinite(uptime) ? { uptimeSeconds: uptime } : {}),
    ...(boot === undefined ? {} : { bootedAt: new Date(Number(boot) * 1000).toISOString() }),
    ...(await bootId(context)),
    ...(await zoneOf(context)),
    ...(await synchronised(context)),
  };
}

async function bootId(context: CollectContext): Promise<object> {
  const id = await line(context, "/proc/sys/kernel/random/boot_id");
  return id === undefined ? {} : { bootId: id.replaceAll("-", "") };
}

async function zoneOf(context: CollectContext): Promise<object> {
  const named = await line(context, "/etc/timezone");
  if (named !== undefined && named !== "") return { timeZone: named };
  try {
    const link = await context.host.fs.readlink(context.target.toReal("/etc/localtime"));
    return { timeZone: link.replace(/^.*\/zoneinfo\//, "") };
  } catch {
    // No zone: the system runs on UTC.
    return {};
  }
}

/** Files that the daemons touch when the clock was last set by the network. */
const witnesses = {
  timesyncd: "/run/systemd/timesync/synchronized",
  timesyncdClock: "/var/lib/systemd/timesync/clock",
  chrony: "/var/lib/chrony/drift",
  ntpd: "/var/lib/ntp/ntp.drift",
} as const;

async function synchronised({ host, target }: CollectContext): Promise<object> {
  const found: [string, string][] = [];
  for (const [name, path] of Object.entries(witnesses)) {
    const stat = await host.fs.stat(target.toReal(path)).catch(() => undefined);
    if (stat !== undefined) found.push([name, modifiedAt(stat)]);
  }
  return { lastSynchronised: dict(Object.fromEntries(found)) };
}

interface NetworkTime {
  readonly fields: object;
  readonly reason?: string;
}

/** What systemd says: "NTP=yes", "NTPSynchronized=no". Not asked where systemd does not run the machine. */
async function networkTime({ host, target }: CollectContext): Promise<NetworkTime> {
  const systemd = await host.fs.stat(target.toReal("/run/systemd/system")).catch(() => undefined);
  if (systemd === undefined) return { fields: {} };
  const told = await ask(host, ["timedatectl", "show"], { timeoutMs: 15_000, maxBytes: 65_536 });
  if (!told.ok) return told.outcome === "missing" ? { fields: {} } : { fields: {}, reason: told.reason };
  const pairs = told.stdout.split("\n").map((text) => text.split("=", 2));
  const value = (name: string): string | undefined => pairs.find(([key]) => key === name)?.[1];
  return {
    fields: {
      networkTime: value("NTP") ?? "unknown",
      networkTimeReached: value("NTPSynchronized") ?? "unknown",
      hardwareClock: value("RTCTimeUSec") ?? "unknown",
    },
  };
}
