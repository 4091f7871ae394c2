import type {
  Approval,
  Delivery,
  Extension,
  MemoryEntry,
  Operation,
  Task,
  TrajectoryEvent,
} from "../../model/activity-records.ts";
import type { Reading } from "../../model/outcome.ts";
import type { Device } from "../../model/device-records.ts";
import type { CronJob, CronRun } from "../../model/job-records.ts";
import type { AuditEvent, ConfigWrite, Credential, GatewayBoot, Grant } from "../../model/records.ts";
import type { Session, TranscriptEvent } from "../../model/session-records.ts";
import type { SkillUses } from "../skills/skills.ts";
import type { Source } from "./source.ts";

/**
 * The readers of one way OpenClaw stored its state. A further layout is one more of these in the list of `index.ts`; an
 * upgraded installation may satisfy several, and then each reads what is its own.
 */
export interface Layout {
  readonly id: string;
  readonly applies: (source: Source) => boolean;
  readonly sessions: (source: Source) => Reading<Session>;
  readonly transcripts: (source: Source, problems: string[]) => IterableIterator<TranscriptEvent>;
  readonly devices: (source: Source) => Reading<Device>;
  readonly cronJobs: (source: Source) => Reading<CronJob>;
  readonly cronRuns: (source: Source) => Reading<CronRun>;
  readonly skillUses: (source: Source) => SkillUses;
  readonly storedCredentials: (source: Source) => Reading<Credential>;
  readonly configWrites: (source: Source) => Reading<ConfigWrite>;
  readonly audit: (source: Source) => Reading<AuditEvent>;
  readonly boots: (source: Source) => Reading<GatewayBoot>;
  readonly grants: (source: Source) => Reading<Grant>;
  readonly tasks: (source: Source) => Reading<Task>;
  readonly approvals: (source: Source) => Reading<Approval>;
  /** What is registered in the state; files and config are read for every layout alike in `extensions/`. */
  readonly extensions: (source: Source) => Reading<Extension>;
  /** What is indexed in the state; the files are read for every layout alike in `memory/`. */
  readonly memory: (source: Source) => Reading<MemoryEntry>;
  readonly operations: (source: Source) => Reading<Operation>;
  readonly deliveries: (source: Source) => Reading<Delivery>;
  readonly trajectories: (source: Source, problems: string[]) => IterableIterator<TrajectoryEvent>;
}
