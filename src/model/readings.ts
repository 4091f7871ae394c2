/** Everything that analysis judges, each kind with how well it could be read. Collectors fill it, `analyse/` reads it. */
import type {
  Approval,
  Delivery,
  Extension,
  MemoryEntry,
  Operation,
  Sandbox,
  Task,
} from "./activity-records.ts";
import type {
  AuthorizedKey,
  ConfigEntry,
  HostCronEntry,
  LogLine,
  ProcessSeen,
  SocketSeen,
  StartFile,
} from "./host-records.ts";
import type { FolderStamps, OddFile } from "./file-records.ts";
import type { ContainerTrace } from "./container-records.ts";
import type { HostFact } from "./live-records.ts";
import type { SecretInHistory } from "./git-records.ts";
import type { HostEvent } from "./log-records.ts";
import type { Reading } from "./outcome.ts";
import type { PersistenceItem } from "./persistence.ts";
import type { Device } from "./device-records.ts";
import type { CronJob, CronRun } from "./job-records.ts";
import type { AuditEvent, ConfigWrite, Credential, GatewayBoot, Grant } from "./records.ts";
import type { Session } from "./session-records.ts";
import type { Skill } from "./skill-records.ts";
import type { HistoryFile, HistoryLine } from "./trace-records.ts";
import type { TextFile } from "./text-files.ts";

export interface ReadingSet {
  readonly sessions: Reading<Session>;
  readonly devices: Reading<Device>;
  readonly cronJobs: Reading<CronJob>;
  readonly cronRuns: Reading<CronRun>;
  readonly skills: Reading<Skill>;
  readonly configWrites: Reading<ConfigWrite>;
  readonly audit: Reading<AuditEvent>;
  readonly boots: Reading<GatewayBoot>;
  readonly grants: Reading<Grant>;
  readonly credentials: Reading<Credential>;
  readonly tasks: Reading<Task>;
  readonly approvals: Reading<Approval>;
  readonly extensions: Reading<Extension>;
  readonly memory: Reading<MemoryEntry>;
  readonly operations: Reading<Operation>;
  readonly deliveries: Reading<Delivery>;
  readonly config: Reading<ConfigEntry>;
  readonly processes: Reading<ProcessSeen>;
  readonly sockets: Reading<SocketSeen>;
  readonly network: Reading<HostFact>;
  readonly kernel: Reading<HostFact>;
  readonly mounts: Reading<HostFact>;
  readonly containers: Reading<HostFact>;
  /** What was changed in OpenClaw's containers, and what they said. */
  readonly containerTraces: Reading<ContainerTrace>;
  readonly sandboxes: Reading<Sandbox>;
  readonly tempFiles: Reading<HostFact>;
  readonly logs: Reading<LogLine>;
  readonly loginRecords: Reading<HostEvent>;
  readonly authLog: Reading<HostEvent>;
  readonly journal: Reading<HostEvent>;
  readonly auditLog: Reading<HostEvent>;
  readonly packageLog: Reading<HostEvent>;
  readonly hostCron: Reading<HostCronEntry>;
  readonly authorizedKeys: Reading<AuthorizedKey>;
  readonly systemdUser: Reading<StartFile>;
  readonly shellStartup: Reading<StartFile>;
  /** Every mechanism in one list: what runs, or lets somebody in, by being there. */
  readonly persistence: Reading<PersistenceItem>;
  readonly oddFiles: Reading<OddFile | FolderStamps>;
  readonly histories: Reading<HistoryFile | HistoryLine>;
  readonly texts: Reading<TextFile>;
  readonly gitSecrets: Reading<SecretInHistory>;
}
export type ReadingKind = keyof ReadingSet;
