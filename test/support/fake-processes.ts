import type {
  HostProcesses,
  LoginRecord,
  MemoryRegion,
  OpenFile,
  ProcessList,
  ProcessRecord,
  SocketRecord,
} from "../../src/host/processes.ts";

import type { ReadHandle } from "../../src/host/fs.ts";

export type FakeSignal = Parameters<HostProcesses["signal"]>[1];

export interface FakeProcesses {
  readonly host: HostProcesses;
  /** Seeded and mutable: push and splice as the story goes. */
  readonly processes: ProcessRecord[];
  readonly sockets: SocketRecord[];
  readonly logins: LoginRecord[];
  readonly hidden: number[];
  /** What was signalled, in order, also where nothing was hit. */
  readonly signals: { readonly pid: number; readonly signal: FakeSignal; readonly result: string }[];
  /** The process and its sockets are gone. */
  readonly end: (pid: number) => void;
}

/** Decides what a signal does; undefined: SIGTERM and SIGKILL end the process, the others do nothing. */
export type OnSignal = (
  process: ProcessRecord,
  signal: FakeSignal,
) => "sent" | "gone" | "denied" | undefined | Promise<"sent" | "gone" | "denied" | undefined>;

/** What can be seen of one process beyond its record; what is left out may not be read. */
export interface FakeDepth {
  readonly openFiles?: readonly OpenFile[];
  readonly memory?: readonly MemoryRegion[];
  readonly limits?: Readonly<Record<string, string>>;
  readonly program?: Uint8Array;
}

/** A plausible process; only what matters to a test has to be said. */
export function fakeProcess(given: Partial<ProcessRecord> & { readonly pid: number }): ProcessRecord {
  return {
    ppid: 1,
    uid: 1000,
    user: "user",
    comm: "node",
    argv: ["node"],
    state: "S",
    startTicks: given.pid * 100,
    startedAt: "2026-11-21T09:00:00.000Z",
    ...given,
  };
}

/** A listening TCP socket on loopback unless said otherwise. */
export function fakeSocket(given: Partial<SocketRecord>): SocketRecord {
  return {
    protocol: "tcp",
    state: "LISTEN",
    localAddress: "127.0.0.1",
    localPort: 0,
    remoteAddress: "0.0.0.0",
    remotePort: 0,
    uid: 1000,
    inode: 1,
    pids: [],
    ...given,
  };
}

export function fakeProcesses(
  seed: {
    readonly processes?: readonly ProcessRecord[];
    readonly sockets?: readonly SocketRecord[];
    readonly logins?: readonly LoginRecord[];
    readonly hidden?: readonly number[];
    /** What a listing with a time limit does not come to. */
    readonly busy?: Pick<ProcessList, "late" | "searchedTo">;
    /** By pid. */
    readonly depths?: Readonly<Record<number, FakeDepth>>;
  },
  onSignal?: OnSignal,
): FakeProcesses {
  const processes = [...(seed.processes ?? [])];
  const sockets = [...(seed.sockets ?? [])];
  const logins = [...(seed.logins ?? [])];
  const hidden = [...(seed.hidden ?? [])];
  const signals: FakeProcesses["signals"] = [];
  const end = (pid: number): void => {
    const at = processes.findIndex((each) => each.pid === pid);
    if (at >= 0) processes.splice(at, 1);
    for (let i = sockets.length - 1; i >= 0; i -= 1) {
      const socket = sockets[i];
      if (socket?.pids.every((each) => each === pid) === true && socket.pids.length > 0) sockets.splice(i, 1);
    }
  };
  const deliver = async (pid: number, startTicks: number, signal: FakeSignal) => {
    const target = processes.find((each) => each.pid === pid && each.startTicks === startTicks);
    if (target === undefined || target.state === "Z") return "gone";
    const decided = await onSignal?.(target, signal);
    if (decided !== undefined) return decided;
    if (signal === "SIGTERM" || signal === "SIGKILL") end(pid);
    return "sent";
  };
  const depths = seed.depths ?? {};
  const depth = async <K extends keyof FakeDepth>(pid: number, kind: K): Promise<FakeDepth[K] | undefined> =>
    processes.some((each) => each.pid === pid) ? depths[pid]?.[kind] : undefined;
  return {
    processes,
    sockets,
    logins,
    hidden,
    signals,
    end,
    host: {
      list: async ({ limitMs } = {}) => ({
        ...(limitMs === undefined ? {} : seed.busy),
        processes: [...processes],
        hidden: [...hidden],
        denied: processes.filter((each) => each.environ === undefined).length,
      }),
      get: async (pid) => processes.find((each) => each.pid === pid),
      sockets: async () => [...sockets],
      logins: async () => [...logins],
      openFiles: (pid) => depth(pid, "openFiles"),
      memory: (pid) => depth(pid, "memory"),
      limits: (pid) => depth(pid, "limits"),
      openProgram: ({ pid, startTicks }) => {
        const lives = processes.some((each) => each.pid === pid && each.startTicks === startTicks);
        const bytes = depths[pid]?.program;
        if (!lives || bytes === undefined) throw refusal(lives ? "EACCES" : "ESRCH");
        return handleOn(bytes, pid);
      },
      signal: async ({ pid, startTicks }, signal) => {
        const result = await deliver(pid, startTicks, signal);
        signals.push({ pid, signal, result });
        return result;
      },
    },
  };
}

function refusal(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code });
}

function handleOn(bytes: Uint8Array, ino: number): ReadHandle {
  let at = 0;
  const readAt = (buffer: Uint8Array, position: number): number => {
    const part = bytes.subarray(position, position + buffer.length);
    buffer.set(part);
    return part.length;
  };
  return {
    stat: {
      ...{ kind: "file", size: bytes.length, mode: 0o755, uid: 1000, gid: 1000, nlink: 0, dev: 1, ino },
      ...{ atimeMs: 0, mtimeMs: 0, mtimeNs: 0n, ctimeMs: 0, birthtimeMs: 0 },
    },
    read: (buffer) => {
      const got = readAt(buffer, at);
      at += got;
      return got;
    },
    readAt,
    close: () => undefined,
  };
}
