import type { Host } from "../../host/host.ts";
import type { ProcessSeen } from "../../model/host-records.ts";
import { outcomeOf } from "../../openclaw/failures.ts";
import { messageOf } from "../../model/errors.ts";
import { read } from "../../model/outcome.ts";
import type { CollectContext, CollectResult, Collector, KeptFile } from "../collector.ts";
import { measure, programChunks, type ProgramMeasure } from "./program-bytes.ts";

/** Copied whole up to this size, and up to it of a larger one. */
const copyBytes = 64 << 20;
const hashBytes = 512 << 20;
const maxPrograms = 24;
const maxOpenFiles = 2000;

const temporary = /^(?:\/tmp|\/var\/tmp|\/dev\/shm|\/run\/shm|\/run\/user\/\d+)\//;

/** Why the program would be lost with the process, or with the next boot. */
function lossOf({ exe, exeDeleted }: ProcessSeen): string | undefined {
  if (exe === undefined) return undefined;
  if (/^\/?memfd:/.test(exe)) return "memory only";
  if (exeDeleted) return "deleted";
  return temporary.test(exe) ? "in a temporary folder" : undefined;
}

interface Lost {
  readonly process: ProcessSeen & { readonly startTicks: number };
  readonly loss: string;
}

function lostOf(processes: readonly ProcessSeen[]): readonly Lost[] {
  return processes.flatMap((process) => {
    const loss = lossOf(process);
    const { startTicks } = process;
    return loss === undefined || startTicks === undefined
      ? []
      : [{ process: { ...process, startTicks }, loss }];
  });
}

/** Programs without a file, each copied once however many processes run it, and files that are open and have no name. */
async function collect(context: CollectContext): Promise<CollectResult> {
  const { host } = context;
  const { outcome, reason, records: processes } = await context.readings.get("processes", context);
  const reasons = outcome === "ok" || outcome === "partial" ? [] : [reason ?? outcome];
  const records: unknown[] = [];
  const files: KeptFile[] = [];
  const seen = new Map<string, string>();
  for (const { process, loss } of lostOf(processes)) {
    const base = { kind: "program", pid: process.pid, exe: process.exe, loss };
    const measured = measureOf(host, process, reasons);
    if (measured === undefined) {
      records.push(base);
      continue;
    }
    const identity = `${measured.stat.dev}:${measured.stat.ino}`;
    const copy = seen.get(identity) ?? keep(host, process, measured, files, reasons);
    if (copy !== undefined) seen.set(identity, copy);
    const { sha256, head, format, stat } = measured;
    records.push({ ...base, bytes: stat.size, mode: stat.mode, sha256, format, head, copy });
  }
  records.push(...(await openWithoutName(host, processes, reasons)));
  return { ...read(records, reasons), files };
}

function measureOf(host: Host, process: Lost["process"], reasons: string[]): ProgramMeasure | undefined {
  try {
    const handle = host.processes.openProgram(process);
    try {
      return measure(handle, hashBytes);
    } finally {
      handle.close();
    }
  } catch (error) {
    const why = outcomeOf(error) === "denied" ? "may not be read by this user" : messageOf(error);
    reasons.push(`the program of process ${process.pid} was not copied: ${why}`);
    return undefined;
  }
}

/** The name of the copy beside the records. */
function keep(
  host: Host,
  process: Lost["process"],
  { stat }: ProgramMeasure,
  files: KeptFile[],
  reasons: string[],
): string | undefined {
  if (files.length >= maxPrograms) {
    reasons.push(`the program of process ${process.pid} was not copied: ${maxPrograms} were`);
    return undefined;
  }
  if (stat.size > copyBytes)
    reasons.push(
      `of the program of process ${process.pid} only the first ${copyBytes >> 20} MiB were copied`,
    );
  const name = `program-${process.pid}.bin`;
  const title = `Program of process ${process.pid}`;
  files.push({ name, title, chunks: () => programChunks(host, process, copyBytes) });
  return name;
}

/** Of shared memory and anonymous files there are many that never had a name; they are no evidence of deletion. */
const ordinary = /^\/(?:memfd:|SYSV|dev\/zero|\[aio\]|dev\/shm\/\.org\.chromium|i915)/;

async function openWithoutName(
  host: Host,
  processes: readonly ProcessSeen[],
  reasons: string[],
): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const { pid, comm } of processes) {
    for (const { fd, target, deleted, bytes } of (await host.processes.openFiles(pid)) ?? []) {
      if (!deleted || ordinary.test(target)) continue;
      if (found.length >= maxOpenFiles) {
        reasons.push(`more than ${maxOpenFiles} deleted files are open; the first are listed`);
        return found;
      }
      found.push({ kind: "open-file", pid, comm, fd, path: target, bytes });
    }
  }
  return found;
}

export const lostPrograms: Collector = {
  id: "lost-programs",
  title: "Programs without a file, copied, and deleted files that are open",
  stage: "volatile",
  attack: ["T1070.004", "T1620", "T1055.009", "T1036.005"],
  liveOnly: true,
  timeoutMs: 30_000,
  rootAdds: "the programs of other users",
  collect,
};
