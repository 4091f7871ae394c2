/** One process of /proc, read in-process. */
import { readFileSync, readlinkSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import type { ProcessRecord } from "../processes.ts";
import {
  parseCgroup,
  parseCmdline,
  parseEnviron,
  parsePasswd,
  parseStat,
  type ProcStat,
  ticksPerSecond,
} from "./proc-format.ts";
import { parseStatus } from "./proc-status.ts";
import { codeOf } from "../../model/errors.ts";

const maxArguments = 256 * 1024;
const maxEnviron = 1024 * 1024;
/**
 * A process can make its own memory unreadable for ever (pages backed by FUSE); it does not get to stop the listing. A second,
 * in turns of the event loop: while this program itself does not get to run, none of them passes.
 */
const patienceTurns = 10;
const turnMs = 100;
const maxStuck = 2;

/** What is the same for every process of one listing. */
export interface ProcContext {
  readonly bootMs: number;
  readonly users: ReadonlyMap<number, string>;
  /** How often reading a process's memory took too long; after `maxStuck` times it is no longer tried. */
  stuck: number;
}

export interface ProcReading {
  readonly record: ProcessRecord;
  readonly denied: boolean;
}

export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

export function procContext(): ProcContext {
  const seconds = /^btime (\d+)/m.exec(textOf("/proc/stat") ?? "")?.[1];
  return { bootMs: Number(seconds ?? 0) * 1000, users: parsePasswd(textOf("/etc/passwd") ?? ""), stuck: 0 };
}

export function readStat(pid: number): ProcStat | undefined {
  const text = textOf(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(text);
}

async function readMemoryFile(path: string, max: number): Promise<string> {
  const handle = await open(path, "r");
  try {
    const buffer = Buffer.allocUnsafe(max);
    let total = 0;
    while (total < max) {
      const { bytesRead } = await handle.read(buffer, total, Math.min(max - total, 64 * 1024), null);
      if (bytesRead === 0) break;
      total += bytesRead;
    }
    return buffer.toString("utf8", 0, total);
  } finally {
    await handle.close();
  }
}

type Memory = { readonly text: string } | { readonly denied: boolean };

async function readMemory(path: string, max: number, context: ProcContext): Promise<Memory> {
  if (context.stuck >= maxStuck) return { denied: true };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Memory>((resolve) => {
    let turns = 0;
    timer = setInterval(() => {
      turns += 1;
      if (turns !== patienceTurns) return;
      context.stuck += 1;
      resolve({ denied: true });
    }, turnMs);
  });
  const content = readMemoryFile(path, max).then(
    (text): Memory => ({ text }),
    (error: unknown): Memory => ({ denied: isDenied(error) }),
  );
  const result = await Promise.race([content, late]);
  clearInterval(timer);
  return result;
}

function isDenied(error: unknown): boolean {
  return ["EACCES", "EPERM"].includes(codeOf(error) ?? "");
}

function link(path: string): Memory {
  try {
    return { text: readlinkSync(path) };
  } catch (error) {
    return { denied: isDenied(error) };
  }
}

const deletedMark = " (deleted)";

/** The kernel marks a removed file in the link's text, and a file can be named like that: its link count tells. */
function exeOf(pid: number, target: string): Pick<ProcessRecord, "exe" | "exeDeleted"> {
  if (!target.endsWith(deletedMark)) return { exe: target };
  if ((statSync(`/proc/${pid}/exe`, { throwIfNoEntry: false })?.nlink ?? 0) > 0) return { exe: target };
  return { exe: target.slice(0, -deletedMark.length), exeDeleted: true };
}

const unset = 0xffff_ffff;

/** Whose login the process goes back to: it survives su, sudo and a changed user id (audit_setloginuid(3)). */
function lineageOf(pid: number): Pick<ProcessRecord, "loginUid" | "auditSession"> {
  const number = (name: string): number => Number(textOf(`/proc/${pid}/${name}`) ?? unset);
  const loginUid = number("loginuid");
  const auditSession = number("sessionid");
  return {
    ...(Number.isInteger(loginUid) && loginUid < unset ? { loginUid } : {}),
    ...(Number.isInteger(auditSession) && auditSession < unset ? { auditSession } : {}),
  };
}

const namespaceKinds = ["mnt", "net", "pid", "user"] as const;

function namespacesOf(pid: number): Pick<ProcessRecord, "namespaces"> {
  const found: [string, number][] = [];
  for (const kind of namespaceKinds) {
    const target = link(`/proc/${pid}/ns/${kind}`);
    const inode = "text" in target ? /:\[(\d+)\]$/.exec(target.text)?.[1] : undefined;
    // Who may not read one may not read the others.
    if (inode === undefined) return {};
    found.push([kind, Number(inode)]);
  }
  return { namespaces: Object.fromEntries(found) };
}

function safely<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

/** Undefined if the process is not there (any more). */
export async function readProcess(pid: number, context: ProcContext): Promise<ProcReading | undefined> {
  const stat = readStat(pid);
  if (stat === undefined) return undefined;
  const { uid, more } = parseStatus(textOf(`/proc/${pid}/status`) ?? "");
  const user = context.users.get(uid);
  const cgroup = parseCgroup(textOf(`/proc/${pid}/cgroup`) ?? "");
  const base = {
    ...stat,
    uid,
    ...more,
    ...lineageOf(pid),
    ...(user === undefined ? {} : { user }),
    ...(cgroup === undefined ? {} : { cgroup }),
    startedAt: new Date(context.bootMs + (stat.startTicks * 1000) / ticksPerSecond).toISOString(),
  };
  // A zombie has neither memory nor files any more.
  if (stat.state === "Z" || stat.state === "X") return { record: { ...base, argv: [] }, denied: false };
  const { belongings, denied } = await belongingsOf(pid, context);
  return { record: { ...base, ...belongings }, denied };
}

type Belongings = Pick<
  ProcessRecord,
  "argv" | "exe" | "exeDeleted" | "cwd" | "root" | "namespaces" | "environ"
>;

/** What only its owner and root may see, each as far as it may be seen. */
async function belongingsOf(
  pid: number,
  context: ProcContext,
): Promise<{ readonly belongings: Belongings; readonly denied: boolean }> {
  const [cmdline, environ] = await Promise.all([
    readMemory(`/proc/${pid}/cmdline`, maxArguments, context),
    readMemory(`/proc/${pid}/environ`, maxEnviron, context),
  ]);
  const exe = link(`/proc/${pid}/exe`);
  const cwd = link(`/proc/${pid}/cwd`);
  const root = link(`/proc/${pid}/root`);
  const belongings: Belongings = {
    argv: "text" in cmdline ? parseCmdline(cmdline.text) : [],
    ...("text" in exe ? safely(() => exeOf(pid, exe.text), { exe: exe.text }) : {}),
    ...("text" in cwd ? { cwd: cwd.text } : {}),
    ...("text" in root && root.text !== "/" ? { root: root.text } : {}),
    ...namespacesOf(pid),
    ...("text" in environ ? { environ: parseEnviron(environ.text) } : {}),
  };
  return { belongings, denied: [exe, cwd, environ].some((part) => "denied" in part && part.denied) };
}
