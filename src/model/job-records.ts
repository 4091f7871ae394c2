/** OpenClaw's own jobs and their runs. */
import type { Place } from "./records.ts";

export interface CronJob {
  readonly id: string;
  readonly name?: string;
  readonly agent?: string;
  readonly enabled: boolean;
  /** OpenClaw's own jobs (heartbeat, memory, skill review) carry a declaration key. */
  readonly managed: boolean;
  readonly schedule: string;
  /** "command" runs a shell command, "agentTurn" gives the agent a message. */
  readonly payloadKind: string;
  /** The command or message, whole. */
  readonly payload: string;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  readonly lastRunAt?: string;
  readonly runs: number;
  readonly createdBy?: string;
  readonly leftover?: true;
  readonly place: Place;
}

export interface CronRun {
  readonly jobId: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly status?: string;
  readonly error?: string;
  readonly leftover?: true;
  readonly place: Place;
}
