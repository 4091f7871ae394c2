import type { Secret } from "../model/secret.ts";

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
  /** Absent where it may not be read. */
  readonly environ?: readonly { readonly name: string; readonly value: Secret }[];
}

export interface ProcessList {
  readonly processes: readonly ProcessRecord[];
  /** Pids that exist but do not show in the listing. */
  readonly hidden: readonly number[];
  /** Pids whose exe, cwd or environment may not be read without root. */
  readonly denied: number;
}

export interface SocketRecord {
  readonly protocol: "tcp" | "tcp6" | "udp" | "udp6" | "unix";
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
  /** `hidden: false` leaves out the search for hidden processes, which takes longer than all the rest. */
  readonly list: (options?: { readonly hidden?: boolean }) => Promise<ProcessList>;
  /** Undefined when there is no such process any more. A zombie is returned with state "Z". */
  readonly get: (pid: number) => Promise<ProcessRecord | undefined>;
  readonly sockets: () => Promise<readonly SocketRecord[]>;
  readonly logins: () => Promise<readonly LoginRecord[]>;
  /** Signals the process only if its start time still matches, so that a reused pid is never hit. */
  readonly signal: (
    process: Pick<ProcessRecord, "pid" | "startTicks">,
    signal: "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT",
  ) => Promise<"sent" | "gone" | "denied">;
}
