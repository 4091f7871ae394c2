/** The processes of a drill: what was started for its scratch folder, and whatever that started. */
import type { Host, ProcessRecord } from "../../host/host.ts";

/** In the environment of everything that a drill starts; children inherit it. */
export const familyMark = "CLAW_IR_SCRATCH";

export interface Leader {
  readonly pid: number;
  readonly startTicks: number;
}

/** By the mark in the environment, by the session of the one that was started, and by descent. Zombies are gone. */
export async function familyOf(
  host: Pick<Host, "processes">,
  scratch: string,
  leader: Leader | undefined,
): Promise<readonly ProcessRecord[]> {
  const all = (await host.processes.list({ hidden: false })).processes.filter(({ state }) => state !== "Z");
  // The number of a session is not given out again as long as one of its processes lives.
  const isReused = all.some(({ pid, startTicks }) => pid === leader?.pid && startTicks !== leader.startTicks);
  const session = isReused ? undefined : leader?.pid;
  const isOurs = (one: ProcessRecord): boolean =>
    isMarked(one, scratch) || (session !== undefined && (one.pid === session || one.session === session));
  const family = new Set(all.filter(isOurs));
  for (let grown = -1; grown !== family.size;) {
    grown = family.size;
    const pids = new Set([...family].map(({ pid }) => pid));
    for (const one of all) if (pids.has(one.ppid)) family.add(one);
  }
  return [...family];
}

function isMarked({ environ }: ProcessRecord, scratch: string): boolean {
  return environ?.some(({ name, value }) => name === familyMark && value.reveal() === scratch) === true;
}

export interface EndLimits {
  readonly termMs: number;
  readonly killMs: number;
}

/**
 * SIGTERM to the leader, then SIGKILL to everything that is left. After Ctrl-C there is no patience, and `sleep` would throw:
 * then it looks again and again. Returns the pids that would not go.
 */
export async function endFamily(
  host: Pick<Host, "processes" | "clock" | "signal">,
  scratch: string,
  leader: Leader | undefined,
  { termMs, killMs }: EndLimits,
): Promise<readonly number[]> {
  if (leader !== undefined && !host.signal.aborted) {
    await host.processes.signal(leader, "SIGTERM");
    await untilGone(host, scratch, leader, termMs);
  }
  const until = host.clock.monotonic() + killMs;
  for (;;) {
    const left = await familyOf(host, scratch, leader);
    if (left.length === 0 || host.clock.monotonic() > until) return left.map(({ pid }) => pid);
    for (const one of left) await host.processes.signal(one, "SIGKILL");
    await pause(host, 30);
  }
}

async function untilGone(
  host: Pick<Host, "processes" | "clock" | "signal">,
  scratch: string,
  leader: Leader,
  ms: number,
): Promise<void> {
  const until = host.clock.monotonic() + ms;
  while (host.clock.monotonic() < until && !host.signal.aborted) {
    if ((await familyOf(host, scratch, leader)).length === 0) return;
    await pause(host, 100);
  }
}

async function pause(host: Pick<Host, "clock" | "signal">, ms: number): Promise<void> {
  if (host.signal.aborted) return;
  await host.clock.sleep(ms).catch(() => undefined);
}
