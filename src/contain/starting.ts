/**
 * For its first seven seconds a starting gateway is titled "openclaw" like any command line of OpenClaw, and has neither lock
 * nor port (2026.9.6): such a young process is waited for until it has gone or shows what it is.
 */
import type { ProcessRecord } from "../host/host.ts";
import { stateDirOf } from "../openclaw/family.ts";
import { looksLikeGateway } from "../openclaw/lock.ts";
import { nameOf } from "./family.ts";
import type { Stopping } from "./types.ts";

const startUpMs = 20_000;

export async function untilDecided(
  stopping: Pick<Stopping, "host" | "request" | "warnings" | "tracked">,
): Promise<void> {
  const { host, request } = stopping;
  const { clock } = host;
  const from = clock.monotonic();
  for (let last = 0; ;) {
    const first = (await startingOnes(stopping))[0];
    if (first === undefined) return;
    if (clock.monotonic() - from > startUpMs) {
      stopping.warnings.push(`${nameOf(first)} is an openclaw program of this state and still runs.`);
      return;
    }
    if (last !== first.pid) {
      request.say(`${nameOf(first)} was started only just now; waiting to see what it becomes.`);
    }
    last = first.pid;
    await clock.sleep(500);
    if ((await request.locate()).state === "running") return;
  }
}

async function startingOnes({
  host,
  request,
  tracked,
}: Pick<Stopping, "host" | "request" | "tracked">): Promise<readonly ProcessRecord[]> {
  const now = host.clock.now().getTime();
  const { processes } = await host.processes.list({ hidden: false });
  return processes.filter((process) => {
    const isYoung = now - Date.parse(process.startedAt) < startUpMs;
    if (!isYoung || process.state === "Z") return false;
    if (tracked.get(process.pid)?.startTicks === process.startTicks) return false;
    if (process.comm !== "openclaw" && !looksLikeGateway(process)) return false;
    return stateDirOf(process) === request.installation.target.stateDir;
  });
}
