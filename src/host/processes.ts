import type { Secret } from "../model/secret.ts";
import type { ReadHandle } from "./fs.ts";

export interface ProcessRecord {
  readonly pid: number;
  readonly ppid: number;
  readonly uid: number;
  readonly user?: string;
  /** The kernel's 15-character name; a process can set it. */
  readonly comm: string;
  readonly argv: readonly string[];
  readonly exe?: string;
  /** The file behind the running program was removed, or never had a name (memfd). */
  readonly exeDeleted?: boolean;
  readonly cwd?: string;
  /** One letter as in ps: R, S, D, Z, … */
  readonly state: string;
  /** Start time in clock ticks since boot: with the pid it names a process for ever. */
  readonly startTicks: number;
  readonly startedAt: string;
  readonly session?: number;
  readonly pgid?: number;
  readonly cgroup?: string;
  /** What the process takes for "/"; told only where it is another folder. */
  readonly root?: string;
  /** Who logged in at the beginning of the chain that led here, whatever su and sudo did since. Absent: nobody did. */
  readonly loginUid?: number;
  /** The kernel's number of that login. */
  readonly auditSession?: number;
  /** Kind ("mnt", "net", "pid", "user") → inode. Absent where they may not be read. */
  readonly namespaces?: Readonly<Record<string, number>>;
  /** The process that traces it, such as a debugger. */
  readonly tracer?: number;
  /** Effective capabilities as the kernel's bit mask in hex; told only where there are any. */
  readonly capabilities?: string;
  /** A thread of the kernel: no program, no memory of its own. */
  readonly kernelThread?: boolean;
  /** Absent where it may not be read. */
  readonly environ?: readonly { readonly name: string; readonly value: Secret }[];
}

export interface ProcessList {
  readonly processes: readonly ProcessRecord[];
  /** Pids that exist but do not show in the listing. */
  readonly hidden: readonly number[];
  /** Pids whose exe, cwd or environment may not be read without root. */
  readonly denied: number;
  /** Pids that were not read since `limitMs` was over. */
  readonly late?: number;
  /** Up to here hidden processes were looked for when the time was over; absent where the search came to its end. */
  readonly searchedTo?: number;
}

export interface ListOptions {
  /** `false` leaves out the search for hidden processes, which takes longer than all the rest. */
  readonly hidden?: boolean;
  /** For the reading and, again, for the search, in milliseconds; without it both take what they take. */
  readonly limitMs?: number;
}

/** One open file of a process. */
export interface OpenFile {
  readonly fd: number;
  /** Path, or what the kernel calls it: "socket:[123]", "pipe:[5]", "anon_inode:[eventpoll]". */
  readonly target: string;
  /** The file has no name any more. */
  readonly deleted: boolean;
  /** For a deleted file: what it holds, in bytes. */
  readonly bytes?: number;
}

/** One mapping of a process's memory, as /proc/PID/maps tells it. */
export interface MemoryRegion {
  /** "r-xp": readable, executable, private. */
  readonly access: string;
  readonly bytes: number;
  /** "" for memory without a file, "[heap]", … */
  readonly path: string;
  readonly deleted: boolean;
}

export interface SocketRecord {
  /** "raw" and "packet" sockets see traffic that is not theirs; their `localPort` is the IP or Ethernet protocol. */
  readonly protocol: "tcp" | "tcp6" | "udp" | "udp6" | "raw" | "raw6" | "packet" | "unix";
  readonly state: string;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly uid: number;
  readonly inode: number;
  /** Processes that hold it; empty where /proc/PID/fd may not be read. */
  readonly pids: readonly number[];
}

export interface LoginRecord {
  readonly user: string;
  readonly line: string;
  readonly host: string;
  readonly at?: string;
  readonly pid: number;
}

/** Processes of the live host: /proc on Linux, ps and lsof elsewhere. Nothing is forked on Linux. */
export interface HostProcesses {
  readonly list: (options?: ListOptions) => Promise<ProcessList>;
  /** Undefined when there is no such process any more. A zombie is returned with state "Z". */
  readonly get: (pid: number) => Promise<ProcessRecord | undefined>;
  readonly sockets: () => Promise<readonly SocketRecord[]>;
  readonly logins: () => Promise<readonly LoginRecord[]>;
  /** Undefined where there is no such process or its open files may not be read. */
  readonly openFiles: (pid: number) => Promise<readonly OpenFile[] | undefined>;
  /** As `openFiles`. */
  readonly memory: (pid: number) => Promise<readonly MemoryRegion[] | undefined>;
  /** /proc/PID/limits: name → soft limit as written. As `openFiles`. */
  readonly limits: (pid: number) => Promise<Readonly<Record<string, string>> | undefined>;
  /**
   * The program that a process runs, also where its file was removed or never had a name. Throws as `HostFs.open` does, with
   * code "ESRCH" where the process is another one by now or the system has no such door.
   */
  readonly openProgram: (process: Pick<ProcessRecord, "pid" | "startTicks">) => ReadHandle;
  /** Signals the process only if its start time still matches, so that a reused pid is never hit. */
  readonly signal: (
    process: Pick<ProcessRecord, "pid" | "startTicks">,
    signal: "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT",
  ) => Promise<"sent" | "gone" | "denied">;
}
