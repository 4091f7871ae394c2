/** Which processes belong to the gateway: captured before the stop, because orphans cannot be told from strangers later. */
import type { ProcessRecord } from "../host/host.ts";
import { shown } from "../model/text.ts";
import type { Stopping, Tracked } from "./types.ts";

export function trackedOf(process: ProcessRecord, role: Tracked["role"]): Tracked {
  const { pid, startTicks, comm, uid, user, ppid, session, cgroup } = process;
  return {
    pid,
    startTicks,
    comm,
    uid,
    ppid,
    role,
    endedBy: "alive",
    zombie: false,
    ...(user === undefined ? {} : { user }),
    ...(session === undefined ? {} : { session }),
    ...(cgroup === undefined ? {} : { cgroup }),
  };
}

/** "openclaw-gatewa (pid 4711)" */
export function nameOf(process: Pick<Tracked, "pid" | "comm">): string {
  return `${shown(process.comm, 40)} (pid ${process.pid})`;
}

/**
 * Adds every live descendant that is not known yet; returns how many were added. The first call also remembers who else
 * runs, so that what appears later can be told from what was there.
 */
export async function rollCall(stopping: Stopping, { first = false } = {}): Promise<number> {
  const { host, tracked, bystanders } = stopping;
  const { processes } = await host.processes.list({ hidden: false });
  if (first) for (const process of processes) bystanders.set(process.pid, process.startTicks);
  const own = ownLine(processes, host.facts.pid);
  const ownGroup = processes.find((process) => process.pid === host.facts.pid)?.cgroup;
  let added = 0;
  for (let round = 1; round > 0; added += round) {
    round = 0;
    for (const process of processes) {
      if (tracked.has(process.pid) || isDead(process) || !belongs(process, tracked, ownGroup)) continue;
      const entry = trackedOf(process, "child");
      if (own.has(process.pid)) spare(stopping, entry);
      tracked.set(process.pid, entry);
      round += 1;
    }
  }
  return added;
}

/** claw-ir and what it was started from: when that hangs below the gateway, it must outlive it. */
function ownLine(processes: readonly ProcessRecord[], pid: number): ReadonlySet<number> {
  const parents = new Map(processes.map((process) => [process.pid, process.ppid]));
  const line = new Set<number>();
  for (let at: number | undefined = pid; at !== undefined && at > 1 && !line.has(at); at = parents.get(at)) {
    line.add(at);
  }
  return line;
}

function spare(stopping: Stopping, entry: Tracked): void {
  entry.endedBy = "spared";
  stopping.warnings.push(
    `${nameOf(entry)} descends from the gateway and was left alone because claw-ir itself runs below it: run claw-ir from a shell of your own.`,
  );
}

function belongs(
  process: ProcessRecord,
  tracked: ReadonlyMap<number, Tracked>,
  ownGroup: string | undefined,
): boolean {
  if (process.pid <= 1) return false;
  const parent = tracked.get(process.ppid);
  if (parent !== undefined && parent.startTicks <= process.startTicks) return true;
  // Sessions are inherited: an orphan still carries that of a child which called setsid.
  const leader = process.session === undefined ? undefined : tracked.get(process.session);
  if (leader !== undefined && leader.session === leader.pid && leader.startTicks <= process.startTicks)
    return true;
  // Where claw-ir runs in the same control group, others that are not the gateway's may, too.
  const { cgroup } = process;
  return cgroup !== undefined && cgroup !== ownGroup && isContainer(cgroup) && sharesCgroup(cgroup, tracked);
}

function sharesCgroup(cgroup: string, tracked: ReadonlyMap<number, Tracked>): boolean {
  for (const entry of tracked.values()) if (entry.role === "gateway" && entry.cgroup === cgroup) return true;
  return false;
}

/** A control group made for one service or container, as opposed to that of a login or of the whole machine. */
function isContainer(cgroup: string): boolean {
  const last = cgroup.slice(cgroup.lastIndexOf("/") + 1);
  if (/^(?:docker|libpod|crio|cri-containerd)-[0-9a-f]{12,64}\.scope$/.test(last)) return true;
  if (/\/(?:docker|libpod)\/[0-9a-f]{12,64}$/.test(cgroup)) return true;
  return /(?:openclaw|clawdbot|moltbot)[A-Za-z0-9_.@\\-]*\.service$/.test(last);
}

function isDead(process: ProcessRecord): boolean {
  return process.state === "Z" || process.state === "X";
}

/** Looks once whether it still lives; a zombie counts as dead, and so does a pid that was given to another process. */
export async function isAlive(stopping: Stopping, entry: Tracked): Promise<boolean> {
  const now = await stopping.host.processes.get(entry.pid);
  if (now?.startTicks !== entry.startTicks) return false;
  entry.zombie = isDead(now);
  return !entry.zombie;
}

/** Those of the given that live. */
export async function alive(stopping: Stopping, entries: readonly Tracked[]): Promise<readonly Tracked[]> {
  const living: Tracked[] = [];
  for (const entry of entries) if (await isAlive(stopping, entry)) living.push(entry);
  return living;
}

export function members(stopping: Stopping, role: Tracked["role"]): readonly Tracked[] {
  return [...stopping.tracked.values()].filter((entry) => entry.role === role && entry.endedBy !== "spared");
}
