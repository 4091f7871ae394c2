import type { MemoryRegion, OpenFile } from "../../host/host.ts";
import type { ProcessSeen } from "../../model/host-records.ts";
import { read } from "../../model/outcome.ts";
import { looksLikeGateway } from "../../openclaw/lock.ts";
import type { CollectContext, CollectResult, Collector } from "../collector.ts";

const maxFamily = 500;
const maxListed = 500;

export interface Kin {
  readonly process: ProcessSeen;
  readonly role: "gateway" | "descendant";
}

/** The gateways and everything below them in the tree of processes, parents first. Pure; a loop of parents ends it. */
export function gatewayFamily(processes: readonly ProcessSeen[]): readonly Kin[] {
  const children = Map.groupBy(processes, (process) => process.ppid);
  const found = new Map<number, Kin>();
  const waiting: Kin[] = processes
    .filter(looksLikeGateway)
    .map((process) => ({ process, role: "gateway" as const }));
  for (let kin = waiting.shift(); kin !== undefined && found.size < maxFamily; kin = waiting.shift()) {
    const { pid } = kin.process;
    if (found.has(pid)) continue;
    found.set(pid, kin);
    for (const process of children.get(pid) ?? []) waiting.push({ process, role: "descendant" });
  }
  return [...found.values()];
}

const temporary = /^(?:\/tmp|\/var\/tmp|\/dev\/shm|\/run\/user\/\d+)\//;

interface Mapped {
  readonly path: string;
  readonly access: string;
  readonly bytes: number;
  readonly deleted: boolean;
}

/** Mapped files that stand out, and how much executable memory no file stands behind: compilers at run time, or injected code. */
export function unusualMemory(regions: readonly MemoryRegion[]): {
  readonly files: readonly Mapped[];
  readonly executableWithoutFile: number;
  readonly writableAndExecutable: number;
  readonly libraries: readonly string[];
} {
  const backed = regions.filter(({ path }) => path.startsWith("/"));
  const runs = (region: MemoryRegion): boolean => region.access[2] === "x";
  const writes = (region: MemoryRegion): boolean => region.access[1] === "w";
  const odd = backed.filter((region) => {
    const { path, deleted } = region;
    const inMemory = path.startsWith("/memfd:");
    return (runs(region) && (deleted || inMemory || writes(region))) || temporary.test(path);
  });
  const bytes = (some: readonly MemoryRegion[]): number => some.reduce((sum, one) => sum + one.bytes, 0);
  return {
    files: odd
      .slice(0, maxListed)
      .map(({ path, access, bytes: size, deleted }) => ({ path, access, bytes: size, deleted })),
    executableWithoutFile: bytes(regions.filter((region) => runs(region) && region.path === "")),
    writableAndExecutable: bytes(regions.filter((region) => runs(region) && writes(region))),
    libraries: [...new Set(backed.filter(runs).map(({ path }) => path))].slice(0, maxListed),
  };
}

/** Files by path; sockets, pipes and the kernel's own kinds only counted. */
function openSummary(files: readonly OpenFile[]): object {
  const named = files.filter(({ target }) => target.startsWith("/"));
  const kinds = Map.groupBy(
    files.filter(({ target }) => !target.startsWith("/")),
    ({ target }) => target.replace(/:.*$/s, ""),
  );
  return {
    openFiles: named.slice(0, maxListed),
    openOthers: Object.fromEntries([...kinds].map(([kind, of]) => [kind, of.length])),
  };
}

async function collect(context: CollectContext): Promise<CollectResult> {
  const { host } = context;
  const { outcome, reason, records: processes } = await context.readings.get("processes", context);
  if (outcome !== "ok" && outcome !== "partial")
    return { outcome, reason: reason ?? "processes could not be listed", records: [] };
  const family = gatewayFamily(processes);
  if (family.length === 0)
    return { outcome: "missing", reason: "no process looks like a gateway", records: [] };
  const records: unknown[] = [];
  let closed = 0;
  for (const { process, role } of family) {
    const { pid } = process;
    const [open, regions, limits] = [
      await host.processes.openFiles(pid),
      await host.processes.memory(pid),
      await host.processes.limits(pid),
    ];
    if (open === undefined || regions === undefined) closed += 1;
    records.push({
      ...{
        pid,
        ppid: process.ppid,
        role,
        comm: process.comm,
        exe: process.exe,
        startedAt: process.startedAt,
      },
      children: processes.filter(({ ppid }) => ppid === pid).map((child) => child.pid),
      ...(open === undefined ? {} : openSummary(open)),
      ...(regions === undefined ? {} : { memory: unusualMemory(regions) }),
      ...(limits === undefined ? {} : { limits }),
    });
  }
  const why = `open files or memory of ${closed} of its ${family.length} processes may not be read, or they ended meanwhile`;
  return read(records, closed > 0 ? [why] : []);
}

export const gatewayProcess: Collector = {
  id: "gateway-process",
  title: "The gateway's processes in depth: open files, memory, limits, children",
  stage: "volatile",
  attack: ["T1055", "T1574.006", "T1620", "T1059"],
  liveOnly: true,
  timeoutMs: 30_000,
  rootAdds: "gateways of other users",
  collect,
};
