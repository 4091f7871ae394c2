/** What one process has open and runs, from /proc, read in-process. */
import { closeSync, fstatSync, openSync, readdirSync, readlinkSync, readSync, statSync } from "node:fs";
import type { ReadHandle } from "../fs.ts";
import type { MemoryRegion, OpenFile, ProcessRecord } from "../processes.ts";
import { statOf } from "./file-open.ts";
import { parseLimits, parseMaps } from "./proc-depth-format.ts";
import { readStat, textOf } from "./proc-read.ts";

/** A process may have a million of them. */
const maxOpenFiles = 65_536;
const deletedMark = " (deleted)";

/** Undefined where the folder may not be read; a file that is closed meanwhile is left out. */
export function openFilesOf(pid: number): readonly OpenFile[] | undefined {
  const folder = `/proc/${pid}/fd`;
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return undefined;
  }
  const found: OpenFile[] = [];
  for (const name of names.slice(0, maxOpenFiles)) {
    const file = openFile(folder, name);
    if (file !== undefined) found.push(file);
  }
  return found;
}

function openFile(folder: string, name: string): OpenFile | undefined {
  try {
    const target = readlinkSync(`${folder}/${name}`);
    const fd = Number(name);
    if (!target.endsWith(deletedMark)) return { fd, target, deleted: false };
    // A file can be named like that: its link count tells.
    const stat = statSync(`${folder}/${name}`);
    if (stat.nlink > 0) return { fd, target, deleted: false };
    return { fd, target: target.slice(0, -deletedMark.length), deleted: true, bytes: stat.size };
  } catch {
    return undefined;
  }
}

/** Empty for what has no memory (a zombie, a thread of the kernel); undefined where it may not be read. */
export function memoryOf(pid: number): readonly MemoryRegion[] | undefined {
  const text = textOf(`/proc/${pid}/maps`);
  return text === undefined ? undefined : parseMaps(text);
}

export function limitsOf(pid: number): Readonly<Record<string, string>> | undefined {
  const text = textOf(`/proc/${pid}/limits`);
  return text === undefined ? undefined : parseLimits(text);
}

/** The kernel's link leads to the program itself, whatever lies at its path now. */
export function openProgram({ pid, startTicks }: Pick<ProcessRecord, "pid" | "startTicks">): ReadHandle {
  const fd = openSync(`/proc/${pid}/exe`, "r");
  try {
    if (readStat(pid)?.startTicks !== startTicks) throw gone();
    const stat = statOf(fstatSync(fd, { bigint: true }));
    return {
      stat,
      read: (buffer) => readSync(fd, buffer, 0, buffer.length, null),
      readAt: (buffer, position) => readSync(fd, buffer, 0, buffer.length, position),
      close: once(() => closeSync(fd)),
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}

/** The process has ended, and its number may be another one's. */
function gone(): Error {
  return Object.assign(new Error("the process has ended"), { code: "ESRCH" });
}
