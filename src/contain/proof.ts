/** Puts what was done and seen into one StopProof. */
import { durationText } from "../model/text.ts";
import { members } from "./family.ts";
import { inverseOf } from "./manager.ts";
import { list } from "./signals.ts";
import type { ServiceStop, Stopping, StopProof, Tracked } from "./types.ts";
import type { Watch } from "./watch.ts";

export function survived(
  stopping: Stopping,
  services: readonly ServiceStop[],
  left: readonly Tracked[],
): StopProof | Promise<StopProof> {
  const denied = left.filter((entry) => entry.endedBy === "denied");
  if (denied.length === 0) return proofOf(stopping, services, aliveVerdict(left));
  return proofOf(stopping, services, deniedVerdict(denied));
}

function aliveVerdict(left: readonly Tracked[]): Pick<StopProof, "state" | "reason"> {
  const reason = `${list(left)} outlived SIGKILL: it hangs in the kernel (a dead disk or network mount?). Cut the host off the network`;
  return { state: "alive", reason };
}

function deniedVerdict(denied: readonly Tracked[]): Pick<StopProof, "state" | "reason"> {
  const owner = denied[0]?.user ?? String(denied[0]?.uid ?? "another user");
  const pids = denied.map((entry) => entry.pid).join(" ");
  return {
    state: "denied",
    reason: `${list(denied)} belongs to ${owner}, and claw-ir may not end it. Run: sudo kill ${pids} — or run claw-ir again with sudo`,
  };
}

export function finalProof(stopping: Stopping, services: readonly ServiceStop[], seen: Watch): StopProof {
  const { verdict, reason } = seen;
  if (verdict === "down") {
    stopping.how.push(
      `no process left, ${portText(stopping, seen)}, nothing back within ${durationText(seen.watchedMs)}`,
    );
  }
  const left = members(stopping, "child").filter(
    (child) => child.endedBy === "denied" || child.endedBy === "alive",
  );
  const denied = left.filter((child) => child.endedBy === "denied");
  const verdictLeft = denied.length > 0 ? deniedVerdict(denied) : aliveVerdict(left);
  const outcome =
    verdict === "down" && left.length > 0
      ? verdictLeft
      : { state: verdict, ...(reason === undefined ? {} : { reason }) };
  return proofOf(stopping, services, outcome, seen);
}

function portText({ before }: Stopping, seen: Watch): string {
  return seen.port.closed ? `port ${before.port} closed` : `port ${before.port} held by another program`;
}

export function proofOf(
  stopping: Stopping,
  services: readonly ServiceStop[],
  outcome: Pick<StopProof, "state" | "reason">,
  seen?: Watch,
): StopProof {
  const records = services.flatMap((end) => (end.outcome === "stopped" ? [end.record] : []));
  return {
    ...outcome,
    wasRunning: stopping.before.state === "running" || records.length > 0,
    how: stopping.how,
    warnings: [...new Set(stopping.warnings)],
    processes: [...stopping.tracked.values()].map(({ pid, startTicks, comm, role, endedBy, zombie }) => ({
      pid,
      startTicks,
      comm,
      role,
      endedBy,
      ...(zombie ? { zombie } : {}),
    })),
    port: {
      number: stopping.before.port,
      closed: seen?.port.closed ?? false,
      holders: (seen?.port.holders ?? []).map(({ pid, comm }) => ({ pid, comm })),
    },
    downMs: seen?.downMs ?? null,
    watchedMs: seen?.watchedMs ?? 0,
    services: records,
    inverse: records.map((record) => inverseOf(stopping, record)),
  };
}
