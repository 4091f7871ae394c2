import type { Layout } from "../layout.ts";
import { approvals } from "./approvals.ts";
import { audit } from "./audit.ts";
import { boots } from "./boots.ts";
import { configWrites } from "./config-audit.ts";
import { storedCredentials } from "./credentials.ts";
import { cronJobs, cronRuns } from "./cron.ts";
import { deliveries } from "./deliveries.ts";
import { devices } from "./devices.ts";
import { extensions } from "./extensions.ts";
import { grants } from "./grants.ts";
import { memory } from "./memory.ts";
import { operations } from "./operations.ts";
import { sessions } from "./sessions.ts";
import { skillUses } from "./skills.ts";
import { tasks } from "./tasks.ts";
import { trajectories } from "./trajectories.ts";
import { transcripts } from "./transcripts.ts";

/** OpenClaw since 2026.8: everything in `state/openclaw.sqlite` and one `openclaw-agent.sqlite` per agent. */
export const sqlite20269: Layout = {
  id: "sqlite-2026.9",
  applies: ({ installation }) =>
    installation.layout === "sqlite-2026.9" || installation.databases.some((place) => place.kind !== "other"),
  sessions,
  transcripts,
  devices,
  cronJobs,
  cronRuns,
  skillUses,
  storedCredentials,
  configWrites,
  audit,
  boots,
  grants,
  tasks,
  approvals,
  extensions,
  memory,
  operations,
  deliveries,
  trajectories,
};
