/**
 * The one door outside. Every room gets a `Host` and does nothing to the world but through it, so that a test can hand
 * in a strict fake and a reviewer can read in one folder everything claw-ir is able to do.
 */
import type { Secret } from "../model/secret.ts";
import type { HostFs } from "./fs.ts";
import type { HostGit } from "./git.ts";
import type { HostHttp } from "./http.ts";
import type { HostProcesses } from "./processes.ts";
import type { HostPrompt } from "./prompt.ts";
import type { HostSqlite } from "./sqlite.ts";
import type { HostTerminal } from "./terminal.ts";

export interface Host {
  readonly facts: HostFacts;
  readonly fs: HostFs;
  readonly run: Run;
  readonly spawn: Spawn;
  readonly http: HostHttp;
  readonly prompt: HostPrompt;
  readonly clock: HostClock;
  readonly git: HostGit;
  readonly processes: HostProcesses;
  readonly terminal: HostTerminal;
  readonly sqlite: HostSqlite;
  readonly random: (bytes: number) => Uint8Array;
  /** Aborted when the user presses Ctrl-C or the run's budget is used up. Long work listens to it. */
  readonly signal: AbortSignal;
}

/** What does not change while claw-ir runs. */
export interface HostFacts {
  readonly platform: "linux" | "darwin" | "other";
  readonly hostname: string;
  /** Such as "Linux 6.1.0 x64". */
  readonly os: string;
  readonly uid: number;
  readonly user: string;
  /** The home folder of whoever runs claw-ir. */
  readonly home: string;
  readonly tmp: string;
  readonly pid: number;
  /** The Node that runs claw-ir. */
  readonly execPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

export interface HostClock {
  readonly now: () => Date;
  /** Milliseconds since the program started; they only grow. */
  readonly monotonic: () => number;
  /** Rejects with `cancelled()` when the host's signal is aborted. */
  readonly sleep: (ms: number) => Promise<void>;
}

export interface RunOptions {
  /** The process group gets SIGTERM at the limit and SIGKILL two seconds later. */
  readonly timeoutMs: number;
  /** Per stream; what comes after is thrown away and `truncated` is set. Default 8 MiB. */
  readonly maxBytes?: number;
  readonly input?: string | Uint8Array | Secret;
  readonly cwd?: string;
  /** Added to the small clean environment; claw-ir's own environment is not inherited. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunResult {
  /** Null when a signal ended it or it could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly truncated: boolean;
  /** The program is not there. */
  readonly missing: boolean;
}

/** Runs a program by argument array, never through a shell, looked up in the system's folders only. */
export type Run = (argv: readonly [string, ...string[]], options: RunOptions) => Promise<RunResult>;

export interface SpawnOptions {
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Receives stdout and stderr; made with mode 0600, appended to. */
  readonly logFile: string;
}

/** Starts a program that outlives claw-ir, in its own session. */
export type Spawn = (
  argv: readonly [string, ...string[]],
  options: SpawnOptions,
) => Promise<{ readonly pid: number }>;

export type { HostFs, FileStat, FileKind, ReadHandle, WriteHandle, DirEntry } from "./fs.ts";
export type { TreeFacts, TreeFile, TreeWriter } from "./tree.ts";
export type {
  HostGit,
  GitReader,
  GitFile,
  GitCommit,
  GitBlob,
  GitHistory,
  GitMoment,
  NewCommit,
} from "./git.ts";
export type { HostHttp, HttpRequest, HttpResult, WsConversation } from "./http.ts";
export type {
  HostProcesses,
  ProcessRecord,
  ProcessList,
  SocketRecord,
  LoginRecord,
  OpenFile,
  MemoryRegion,
} from "./processes.ts";
export type { HostPrompt, Choice, ConfirmSpec, ChooseSpec, TextSpec, SecretSpec } from "./prompt.ts";
export type { Db, HostSqlite } from "./sqlite.ts";
export type { HostTerminal } from "./terminal.ts";
