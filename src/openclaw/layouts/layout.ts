import type { Reading } from "../../model/outcome.ts";
import type {
  AuditEvent,
  ConfigWrite,
  Credential,
  CronJob,
  CronRun,
  Device,
  GatewayBoot,
  Grant,
  Session,
  TranscriptEvent,
} from "../../model/records.ts";
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
}
