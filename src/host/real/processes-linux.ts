/** Processes, sockets and logins from /proc and /run: nothing is forked, so that nothing of the evidence moves. */
import { readFileSync, readlinkSync } from "node:fs";
import { endianness } from "node:os";
import type {
  HostProcesses,
  ListOptions,
  LoginRecord,
  ProcessList,
  ProcessRecord,
  SocketRecord,
} from "../processes.ts";
import { parseLogindSession, parseUtmp } from "./login-format.ts";
import { parsePacket } from "./proc-depth-format.ts";
import { limitsOf, memoryOf, openFilesOf, openProgram } from "./proc-files.ts";
import { parseInet, parseUnix } from "./proc-format.ts";
import { hiddenPids } from "./proc-hidden.ts";
import { entries, listedPids } from "./proc-listing.ts";
import { procContext, readProcess, readStat, textOf } from "./proc-read.ts";
import { codeOf } from "../../model/errors.ts";

const batch = 16;

async function list({ hidden = true, limitMs = Infinity }: ListOptions = {}): Promise<ProcessList> {
  const context = procContext();
  const pids = listedPids();
  const processes: ProcessRecord[] = [];
  let denied = 0;
  let at = 0;
  for (const end = performance.now() + limitMs; at < pids.length && performance.now() < end; at += batch) {
    const readings = await Promise.all(pids.slice(at, at + batch).map((pid) => readProcess(pid, context)));
    for (const reading of readings) {
      if (reading === undefined) continue;
      processes.push(reading.record);
      if (reading.denied) denied += 1;
    }
  }
  const late = Math.max(0, pids.length - at);
  const search = hidden ? await hiddenPids(pids, limitMs) : { pids: [] };
  return {
    processes,
    hidden: search.pids,
    denied,
    ...(late > 0 ? { late } : {}),
    ...(search.searchedTo === undefined ? {} : { searchedTo: search.searchedTo }),
  };
}

/** Socket inode → the processes that hold it open. */
function socketHolders(): ReadonlyMap<number, readonly number[]> {
  const holders = new Map<number, number[]>();
  for (const pid of listedPids()) {
    for (const inode of socketsOf(pid)) {
      const pids = holders.get(inode);
      if (pids === undefined) holders.set(inode, [pid]);
      else if (!pids.includes(pid)) pids.push(pid);
    }
  }
  return holders;
}

function* socketsOf(pid: number): IterableIterator<number> {
  const folder = `/proc/${pid}/fd`;
  for (const fd of entries(folder)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${fd}`))?.[1];
      if (inode !== undefined) yield Number(inode);
    } catch {
      // Closed meanwhile.
    }
  }
}

/** Of this network namespace: a container's own sockets show only inside it. */
function sockets(): readonly SocketRecord[] {
  const little = endianness() === "LE";
  const holders = socketHolders();
  const inet = (["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] as const).flatMap((protocol) =>
    parseInet(textOf(`/proc/net/${protocol}`) ?? "", protocol, little),
  );
  const packet = parsePacket(textOf("/proc/net/packet") ?? "");
  return [...inet, ...packet, ...parseUnix(textOf("/proc/net/unix") ?? "")].map((socket) => ({
    ...socket,
    pids: holders.get(socket.inode) ?? [],
  }));
}

function utmp(): readonly LoginRecord[] {
  for (const path of ["/run/utmp", "/var/run/utmp"]) {
    try {
      return parseUtmp(readFileSync(path), process.arch);
    } catch {
      // Not every system keeps one.
    }
  }
  return [];
}

function logind(): readonly LoginRecord[] {
  const folder = "/run/systemd/sessions";
  return entries(folder)
    .filter((name) => !name.endsWith(".ref"))
    .map((name) => parseLogindSession(textOf(`${folder}/${name}`) ?? ""))
    .filter((session) => session !== undefined);
}

/** The smallest window the system allows between looking and signalling; pid 1 and claw-ir itself are never signalled. */
function signal(
  { pid, startTicks }: Pick<ProcessRecord, "pid" | "startTicks">,
  name: NodeJS.Signals,
): "sent" | "gone" | "denied" {
  if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) return "denied";
  const stat = readStat(pid);
  if (stat?.startTicks !== startTicks || stat.state === "Z") return "gone";
  try {
    process.kill(pid, name);
    return "sent";
  } catch (error) {
    return codeOf(error) === "ESRCH" ? "gone" : "denied";
  }
}

export function linuxProcesses(): HostProcesses {
  return {
    list,
    get: async (pid) => (await readProcess(pid, procContext()))?.record,
    sockets: () => Promise.resolve(sockets()),
    logins: () => {
      const known = utmp();
      return Promise.resolve(known.length > 0 ? known : logind());
    },
    openFiles: (pid) => Promise.resolve(openFilesOf(pid)),
    memory: (pid) => Promise.resolve(memoryOf(pid)),
    limits: (pid) => Promise.resolve(limitsOf(pid)),
    openProgram,
    signal: (target, name) => Promise.resolve(signal(target, name)),
  };
}
