/**
 * What `openclaw/` tells the other rooms. It is the only room that knows OpenClaw's layouts, versions, config and
 * services. Reading never runs OpenClaw and never opens an original database; `openclaw/write/` changes the state, and only
 * after the gateway is proven down and the state is sealed.
 */
import type { Dict } from "../model/json.ts";
import type { Reading } from "../model/outcome.ts";
import type { Device } from "../model/device-records.ts";
import type { CronJob, CronRun } from "../model/job-records.ts";
import type { AuditEvent, ConfigWrite, Credential, GatewayBoot, Grant } from "../model/records.ts";
import type { Session, TranscriptEvent } from "../model/session-records.ts";
import type { Skill } from "../model/skill-records.ts";
import type {
  Approval,
  Delivery,
  Extension,
  MemoryEntry,
  Operation,
  Sandbox,
  Task,
  TrajectoryEvent,
} from "../model/activity-records.ts";
import type { ProcessRecord } from "../host/host.ts";

/** Where to look, decided once from --home, --root, --state-dir, --profile and OpenClaw's environment variables. */
export interface Target {
  /** The machine claw-ir runs on is the examined host: processes and services may be acted on. */
  readonly live: boolean;
  /** Why not, for the skipped steps. */
  readonly notLiveBecause?: string;
  /** Folder that stands for "/" of the examined host; "/" when live. */
  readonly root: string;
  /** Real paths on this machine. */
  readonly home: string;
  readonly stateDir: string;
  readonly configPath: string;
  readonly profile?: string;
  /** Real path → path on the examined host. */
  readonly toHost: (realPath: string) => string;
  /** Path on the examined host → real path. "~" is the examined home; a path below the root already is left as it is. */
  readonly toReal: (hostPath: string) => string;
}

/** The config with includes merged and ${ENV} left as written; SecretRefs are recognised and never resolved. */
export interface ConfigReading {
  readonly outcome: "ok" | "missing" | "denied" | "invalid" | "partial";
  readonly reason?: string;
  /** Path on the examined host. */
  readonly path: string;
  readonly value: Dict;
  /** SHA-256 of the main file's bytes. */
  readonly sha256?: string;
  /** Real paths of every file that took part, the main one first. */
  readonly files: readonly string[];
}

export interface DatabasePlace {
  readonly kind: "state" | "agent" | "other";
  readonly agent?: string;
  /** Real path. */
  readonly path: string;
}

/** A folder of the host that the gateway's container sees at another path. */
export interface Mount {
  /** Real path. */
  readonly source: string;
  /** Path inside the container. */
  readonly destination: string;
}

/** An installation of OpenClaw as found on disk. */
export interface Installation {
  readonly found: boolean;
  readonly target: Target;
  /** From config meta or schema_meta; absent if nothing says. */
  readonly version?: string;
  /** Which family of readers applies. */
  readonly layout: "sqlite-2026.9" | "files" | "mixed" | "none" | "unknown";
  readonly config: ConfigReading;
  readonly agents: readonly { readonly id: string; readonly dir: string; readonly workspace: string }[];
  readonly databases: readonly DatabasePlace[];
  /** Folders outside the state dir that belong to it: workspaces, agent dirs. Real paths. */
  readonly outside: readonly string[];
  /** Of the container that the state dir is mounted into: paths in the config are paths in there. */
  readonly mounts?: readonly Mount[];
  readonly gatewayPort: number;
  readonly gatewayBind: string;
  readonly problems: readonly string[];
}

export interface ServiceUnit {
  readonly manager: "systemd-user" | "systemd-system" | "launchd" | "docker" | "podman";
  /** Unit, label or container name. */
  readonly name: string;
  readonly file?: string;
  /** How soon the manager would start it again, in ms. */
  readonly restartMs: number;
  /** The service manager says that it runs now (undefined: could not be asked). */
  readonly active?: boolean;
}

/** The running gateway, found without OpenClaw's CLI. */
export interface GatewayLocation {
  /** "running" only with a live process whose start time was checked. */
  readonly state: "running" | "down" | "unknown";
  readonly reason?: string;
  /** Verified gateway processes of this state dir, the main one first. */
  readonly processes: readonly ProcessRecord[];
  /** Everything they started that still lives, also what was detached from them. */
  readonly children: readonly ProcessRecord[];
  readonly port: number;
  readonly portOpen: boolean;
  readonly services: readonly ServiceUnit[];
  /** How it was found, for the report: "lock file gateway.state.lock", "lease", "port 18789", "unit …". */
  readonly evidence: readonly string[];
  /** Traps worth saying: stale lock, other user's gateway on the port, two gateways. */
  readonly warnings: readonly string[];
}

/**
 * A service that was stopped, and what was changed so that it stays down. JSON-safe: it is kept in the case, and recovery
 * undoes from it exactly what was done.
 */
export interface StoppedService {
  readonly manager: ServiceUnit["manager"];
  readonly name: string;
  /** The unit file or plist: launchd needs it to load the service again. */
  readonly file?: string;
  /** Whose service manager it is, for systemd-user and launchd. */
  readonly uid: number;
  readonly user?: string;
  readonly masked: boolean;
  /** It was enabled (starts at boot or login) and no longer is. */
  readonly disabled: boolean;
  /** The container's restart policy that was replaced by "no". */
  readonly policy?: string;
  /** Timers, sockets and paths that start it, stopped with it. */
  readonly triggers: readonly string[];
}

/**
 * How the main process ran, as far as it can still be told: the gateway overwrites its own arguments with its title.
 * JSON-safe and without secrets: of the environment only the names, and the values of a few that say where things are.
 */
export interface HowItRan {
  readonly pid: number;
  readonly uid: number;
  readonly user?: string;
  readonly argv: readonly string[];
  readonly exe?: string;
  readonly cwd?: string;
  readonly port: number;
  /** OpenClaw's package folder as its helper processes' arguments name it. */
  readonly packageDir?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly envNames: readonly string[];
}

/**
 * The state's records, read from copies. Every reading carries its outcome: what could not be read is a blind spot and
 * never an empty list that looks clean. Older layouts become further readers behind these same functions.
 */
export interface StateReader {
  readonly sessions: () => Reading<Session>;
  /** May be large: one event at a time, per agent, session and sequence. `problems` is complete once it ended. */
  readonly transcripts: () => {
    readonly events: IterableIterator<TranscriptEvent>;
    readonly problems: readonly string[];
  };
  readonly devices: () => Reading<Device>;
  readonly cronJobs: () => Reading<CronJob>;
  readonly cronRuns: () => Reading<CronRun>;
  readonly skills: () => Promise<Reading<Skill>>;
  readonly credentials: () => Promise<Reading<Credential>>;
  readonly configWrites: () => Reading<ConfigWrite>;
  readonly audit: () => Reading<AuditEvent>;
  readonly boots: () => Reading<GatewayBoot>;
  readonly grants: () => Reading<Grant>;
  readonly tasks: () => Reading<Task>;
  readonly approvals: () => Reading<Approval>;
  readonly extensions: () => Promise<Reading<Extension>>;
  readonly memory: () => Promise<Reading<MemoryEntry>>;
  readonly operations: () => Promise<Reading<Operation>>;
  readonly deliveries: () => Reading<Delivery>;
  readonly sandboxes: () => Promise<Reading<Sandbox>>;
  /** As `transcripts`. */
  readonly trajectories: () => {
    readonly events: IterableIterator<TrajectoryEvent>;
    readonly problems: readonly string[];
  };
  /** Closes the copies and removes them. */
  readonly close: () => Promise<void>;
}
