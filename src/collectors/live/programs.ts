import type { ProcessSeen } from "../../model/host-records.ts";
import { messageOf } from "../../model/errors.ts";
import { outcomeOf } from "../../openclaw/failures.ts";
import { read } from "../../model/outcome.ts";
import type { CollectContext, CollectResult, Collector } from "../collector.ts";
import { hashOf } from "../files.ts";
import { packagesOf } from "../traces/packages.ts";
import { measure } from "./program-bytes.ts";

const maxPrograms = 3000;
const hashBytes = 512 << 20;

interface Running {
  readonly exe: string;
  readonly processes: readonly ProcessSeen[];
}

function distinct(processes: readonly ProcessSeen[]): readonly Running[] {
  const running = processes.filter((process) => process.exe !== undefined && !process.exeDeleted);
  return [...Map.groupBy(running, ({ exe }) => exe ?? "")].map(([exe, of]) => ({ exe, processes: of }));
}

/** One record per program that runs: its hash, its package, and whether it is as the package brought it. */
async function collect(context: CollectContext): Promise<CollectResult> {
  const { outcome, reason, records: processes } = await context.readings.get("processes", context);
  if (outcome !== "ok" && outcome !== "partial")
    return { outcome, reason: reason ?? "processes could not be listed", records: [] };
  const packages = await packagesOf(context);
  const reasons = packages.outcome === "ok" ? [] : [packages.reason ?? "the packages could not be read"];
  const programs = distinct(processes);
  if (programs.length > maxPrograms)
    reasons.push(`${programs.length} programs run, the first ${maxPrograms} were hashed`);
  let denied = 0;
  const records: unknown[] = [];
  for (const program of programs.slice(0, maxPrograms)) {
    const hashed = hashProgram(context, program);
    if (hashed.denied === true) denied += 1;
    const owner = packages.ownerOf(program.exe);
    records.push({
      exe: program.exe,
      processes: program.processes.length,
      pids: program.processes.slice(0, 20).map(({ pid }) => pid),
      ...hashed.facts,
      ...(owner === undefined ? {} : { package: owner, verified: await packages.verify(program.exe) }),
    });
  }
  if (denied > 0) reasons.push(`${denied} programs may not be read by this user`);
  return read(records, reasons);
}

/** Through a process that still runs it, so that a file put in its place later does not count; else by its path. */
function hashProgram(
  context: CollectContext,
  { exe, processes }: Running,
): { readonly facts: object; readonly denied?: true } {
  const { host, target } = context;
  for (const { pid, startTicks } of processes.slice(0, 3)) {
    if (startTicks === undefined) continue;
    try {
      const handle = host.processes.openProgram({ pid, startTicks });
      try {
        const { sha256, format, stat } = measure(handle, hashBytes);
        return {
          facts: { sha256, format, bytes: stat.size, mode: stat.mode, uid: stat.uid, from: "process" },
        };
      } finally {
        handle.close();
      }
    } catch {
      // Ended meanwhile, or somebody else's: the next one, or the path.
    }
  }
  try {
    return { facts: { sha256: hashOf(host, target.toReal(exe), hashBytes), from: "path" } };
  } catch (error) {
    const denied = outcomeOf(error) === "denied";
    return { facts: { problem: messageOf(error) }, ...(denied ? { denied: true } : {}) };
  }
}

export const programs: Collector = {
  id: "programs",
  title: "Every program that runs: hash and package",
  stage: "collect",
  attack: ["T1036.005", "T1554"],
  liveOnly: true,
  timeoutMs: 30_000,
  rootAdds: "programs that only other users may read",
  collect,
};
