import { audit } from "./audit.ts";
import { authorizedKeys } from "./authorized-keys.ts";
import { boots } from "./boots.ts";
import { clock } from "./clock.ts";
import type { Collector } from "./collector.ts";
import { config } from "./config.ts";
import { configWrites } from "./config-writes.ts";
import { credentials } from "./credentials.ts";
import { cronJobs } from "./cron-jobs.ts";
import { cronRuns } from "./cron-runs.ts";
import { devices } from "./devices.ts";
import { gatewayLogs } from "./gateway-logs.ts";
import { grants } from "./grants.ts";
import { hostCron } from "./host-cron.ts";
import { listening } from "./listening.ts";
import { logins } from "./logins.ts";
import { processes } from "./processes.ts";
import { sessions } from "./sessions.ts";
import { shellStartup } from "./shell-startup.ts";
import { skills } from "./skills.ts";
import { sockets } from "./sockets.ts";
import { systemdUser } from "./systemd-user.ts";
import { toolCalls } from "./tool-calls.ts";

/** Every source of evidence, most volatile first. A new collector is a file of its own and one line here. */
export const collectors: readonly Collector[] = [
  clock,
  processes,
  sockets,
  logins,
  gatewayLogs,
  listening,
  audit,
  devices,
  grants,
  boots,
  configWrites,
  cronRuns,
  cronJobs,
  sessions,
  toolCalls,
  skills,
  config,
  credentials,
  hostCron,
  authorizedKeys,
  systemdUser,
  shellStartup,
];

export { runCollector } from "./collector.ts";
export type { Collector } from "./collector.ts";
export { keptReadings } from "./kept.ts";
export { createReadings } from "./readings.ts";
export type { Readings, Sources } from "./sources.ts";
