/**
 * Plain records of what the examined host itself shows, as `collectors/` reads them and `analyse/` judges them.
 * Like the records of `records.ts`: ISO 8601 UTC times, and every record says where it was found.
 */
import type { FileFacts } from "./persistence.ts";
import type { SecretMark } from "./secret.ts";
import type { Place } from "./records.ts";

/** One environment variable of a process: the value only as a mark. */
export interface EnvironmentMark {
  readonly name: string;
  readonly mark: SecretMark;
}

export interface ProcessSeen {
  readonly pid: number;
  readonly ppid: number;
  readonly uid: number;
  readonly user?: string;
  readonly comm: string;
  readonly argv: readonly string[];
  readonly exe?: string;
  readonly exeDeleted: boolean;
  readonly cwd?: string;
  readonly state: string;
  readonly startedAt: string;
  /** Absent where it may not be read. */
  readonly environment?: readonly EnvironmentMark[];
  /** Start time in clock ticks since boot: with the pid it names a process for ever. */
  readonly startTicks?: number;
  readonly cgroup?: string;
  /** What the process takes for "/"; told only where it is another folder. */
  readonly root?: string;
  /** Whose login it goes back to, whatever su and sudo did since. */
  readonly loginUid?: number;
  readonly auditSession?: number;
  /** Kinds of namespace in which it is not with process 1: "mnt", "net", "pid", "user". */
  readonly apart?: readonly string[];
  /** The process that traces it. */
  readonly tracer?: number;
  /** Effective capabilities, as the kernel's bit mask in hex. */
  readonly capabilities?: string;
  readonly kernelThread?: boolean;
  /** Names of variables that make a program load or run other code, such as LD_PRELOAD or NODE_OPTIONS. */
  readonly loaders: readonly string[];
  /** The process id exists but is missing from the process listing. */
  readonly hidden: boolean;
}

export interface SocketSeen {
  readonly protocol: string;
  readonly state: string;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly uid: number;
  readonly listening: boolean;
  /** The processes that hold it, as far as that may be read. */
  readonly holders: readonly { readonly pid: number; readonly comm: string }[];
}

/** One meaningful line of a crontab. */
export interface HostCronEntry {
  readonly kind: "job" | "environment" | "unreadable";
  /** Whose crontab it is, or the user column of a system crontab. */
  readonly user?: string;
  /** Five fields or a nickname such as "@reboot"; empty for an environment line. */
  readonly schedule: string;
  /** The command up to the first unescaped "%"; for an environment line its value. */
  readonly command: string;
  /** For an environment line. */
  readonly name?: string;
  /** What "%" hands to the command on its standard input. */
  readonly input?: string;
  /** A carriage return or another control character that hides part of the line from a terminal. */
  readonly hiding: boolean;
  readonly modifiedAt?: string;
  /** The file it stands in; absent where a program gave the lines. */
  readonly file?: FileFacts;
  readonly place: Place;
}

export interface KeyOption {
  readonly name: string;
  readonly value?: string;
}

/** One line of an authorized_keys file. */
export interface AuthorizedKey {
  readonly kind: "key" | "unreadable";
  /** Owner of the file by its place: the user who can log in with the key. */
  readonly user: string;
  readonly options: readonly KeyOption[];
  /** Such as "ssh-ed25519". */
  readonly type: string;
  /** "SHA256:…" as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  readonly comment: string;
  readonly hiding: boolean;
  readonly modifiedAt?: string;
  /** The file it stands in; absent where a program gave the lines. */
  readonly file?: FileFacts;
  readonly place: Place;
}

/** One key of the config: its value, or the mark of a secret. */
export interface ConfigEntry {
  /** Such as `gateway.auth.mode` or `models.providers.openai.models[0].id`. */
  readonly key: string;
  readonly value: string;
  readonly secret: boolean;
  readonly place: Place;
}

/** A file that runs something by being there: a unit, a shell start-up file. */
export interface StartFile {
  readonly kind: "systemd-unit" | "systemd-drop-in" | "systemd-link" | "shell";
  readonly bytes: number;
  readonly sha256?: string;
  readonly mode: number;
  readonly uid: number;
  readonly modifiedAt: string;
  /** What it runs, for units: ExecStart=, ExecStartPre=, … */
  readonly runs: readonly string[];
  /** What it sets for what it starts, secrets as marks: `Environment=A=1`, `EnvironmentFile=-/x`. For links: "link to X". */
  readonly loads: readonly string[];
  readonly place: Place;
}

export interface LogLine {
  readonly text: string;
  readonly at?: string;
  readonly level?: string;
  readonly place: Place;
}
