/** Processes that are kept out of the listing of /proc. */
import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { listedPids } from "./proc-listing.ts";
import { textOf } from "./proc-read.ts";
import { parseStatus } from "./proc-status.ts";

const probed = 65_536;
/** After so many the rest of the program gets its turn: Ctrl-C, time limits. */
const breath = 1_024;

export interface HiddenPids {
  readonly pids: readonly number[];
  /** Where the search ended, when its time was over before. */
  readonly searchedTo?: number;
}

/** The lowest pids, and, where pids run higher, those given out last. */
function candidates(): readonly (readonly [number, number])[] {
  const max = Number(textOf("/proc/sys/kernel/pid_max") ?? 32_768);
  const last = Number((textOf("/proc/loadavg") ?? "").trim().split(" ").at(-1) ?? 0);
  const low = [1, Math.min(max, probed)] as const;
  return last > probed ? [low, [Math.max(probed + 1, last - probed), last]] : [low];
}

/**
 * A process that answers by its number but is missing in the listing is being hidden: by a rootkit that filters the listing
 * (then /proc/N is there), or by one that also filters the path (then only kill(2) with signal 0, which is sent to nobody,
 * tells). Threads answer, too, so only leaders of a thread group count; who was born meanwhile is in a second listing.
 */
export async function hiddenPids(before: readonly number[], limitMs: number): Promise<HiddenPids> {
  const known = new Set(before);
  const byPath: number[] = [];
  const byNumber: number[] = [];
  const end = performance.now() + limitMs;
  let searchedTo: number | undefined;
  for (const [from, to] of candidates()) {
    for (let pid = from; pid <= to && searchedTo === undefined; pid += 1) {
      if (pid % breath === 0) {
        if (performance.now() >= end) searchedTo = pid;
        await setImmediate();
      }
      if (known.has(pid)) continue;
      if (existsSync(`/proc/${pid}`)) byPath.push(pid);
      else if (answers(pid)) byNumber.push(pid);
    }
  }
  const now = new Set(byPath.length + byNumber.length === 0 ? [] : listedPids());
  const leaders = byPath.filter(
    (pid) => !now.has(pid) && parseStatus(textOf(`/proc/${pid}/status`) ?? "").tgid === pid,
  );
  // Asked a second time, since it may have been born between the two questions.
  const silent = byNumber.filter((pid) => !now.has(pid) && !existsSync(`/proc/${pid}`) && answers(pid));
  return { pids: [...leaders, ...silent], ...(searchedTo === undefined ? {} : { searchedTo }) };
}

/** Only a clear yes counts: where /proc is mounted with hidepid, other users' processes answer "not permitted" and are no secret. */
function answers(pid: number): boolean {
  const depth = Error.stackTraceLimit;
  // Nearly every answer is an error, and its stack would cost more than the question.
  Error.stackTraceLimit = 0;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  } finally {
    Error.stackTraceLimit = depth;
  }
}
