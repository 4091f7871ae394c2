import type { Collector } from "../collector.ts";
import { audit } from "./audit.ts";
import { boots } from "./boots.ts";
import { config } from "./config.ts";
import { configWrites } from "./config-writes.ts";
import { credentials } from "./credentials.ts";
import { cronJobs } from "./cron-jobs.ts";
import { cronRuns } from "./cron-runs.ts";
import { devices } from "./devices.ts";
import { grants } from "./grants.ts";
import { approvals, deliveries, extensions, memory, operations, tasks } from "./records.ts";
import { sandboxes } from "./sandboxes.ts";
import { sessions } from "./sessions.ts";
import { skills } from "./skills.ts";
import { toolCalls } from "./tool-calls.ts";
import { trajectories } from "./trajectories.ts";

/** OpenClaw's own records, what it keeps for the shortest time first. */
export const state: readonly Collector[] = [
  audit,
  devices,
  grants,
  approvals,
  boots,
  operations,
  configWrites,
  cronRuns,
  tasks,
  deliveries,
  cronJobs,
  sandboxes,
  sessions,
  toolCalls,
  trajectories,
  memory,
  skills,
  extensions,
  config,
  credentials,
];
