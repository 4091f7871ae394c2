import type { CollectResult, Collector } from "../collector.ts";
import { readFile, textOf } from "../files.ts";

/** What makes all other times comparable: wall clock, time since boot, boot time, time zone, whether time is synchronised. */
export const clock: Collector = {
  id: "clock",
  title: "Clock anchor",
  stage: "volatile",
  attack: ["T1070.006"],
  liveOnly: true,
  timeoutMs: 2000,
  collect: async (context): Promise<CollectResult> => {
    const { host } = context;
    const now = host.clock.now().toISOString();
    const small = async (path: string): Promise<string | undefined> => {
      const file = await readFile(context, path, 65_536);
      return file.ok ? textOf(file.bytes) : undefined;
    };
    const uptime = Number((await small("/proc/uptime"))?.split(" ")[0]);
    const boot = /^btime (\d{1,12})$/m.exec((await small("/proc/stat")) ?? "")?.[1];
    const zone = (await small("/etc/timezone"))?.trim();
    const synchronised = await host.fs.stat("/run/systemd/timesync/synchronized");
    const record = {
      now,
      monotonicMs: Math.round(host.clock.monotonic()),
      hostname: host.facts.hostname,
      os: host.facts.os,
      uid: host.facts.uid,
      user: host.facts.user,
      ...(Number.isFinite(uptime) ? { uptimeSeconds: uptime } : {}),
      ...(boot === undefined ? {} : { bootedAt: new Date(Number(boot) * 1000).toISOString() }),
      ...(zone === undefined ? {} : { timeZone: zone }),
      timesyncd: synchronised === undefined ? "unknown" : "synchronised",
    };
    return { outcome: "ok", records: [record] };
  },
};
