import type { Approval } from "../../../model/activity-records.ts";
import { read } from "../../../model/outcome.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { Layout } from "../layout.ts";
import { combine, hasDatabases } from "../source.ts";
import type { Source } from "../source.ts";
import { configWrites } from "./config-audit.ts";
import { storedCredentials } from "./credentials.ts";
import { cronJobs, cronRuns } from "./cron.ts";
import { devices } from "./devices.ts";
import { grants } from "./grants.ts";
import { signIns } from "./mcp-oauth.ts";
import { notKept } from "./missing.ts";
import { sessions } from "./sessions.ts";
import { memory } from "./memory.ts";
import { operations } from "./operations.ts";
import { tasks } from "./tasks.ts";
import { trajectories } from "./trajectories.ts";
import { transcripts } from "./transcripts.ts";

/** Before 2026.8.1 only sign-ins at MCP servers left a trace. */
function approvals(source: Source): Reading<Approval> {
  const notThere = notKept<Approval>(source, "operator_approvals", "record of approvals", "2026.8.1");
  const open = signIns(source);
  return open.outcome === "ok" && open.records.length === 0 ? notThere : combine([notThere, open]);
}

/**
 * JSON and JSON lines in the state dir: everything in clawdbot 2026.1 and OpenClaw up to 2026.5, less and less of it until
 * 2026.8, and what the migrations left behind.
 */
export const filesLayout: Layout = {
  id: "files",
  applies: (source) =>
    source.files.length + source.archiveFiles.length > 0 ||
    (source.installation.layout !== "none" &&
      (!hasDatabases(source) || source.open.some(({ version }) => version === 1))),
  sessions,
  transcripts,
  devices,
  cronJobs,
  cronRuns,
  skillUses: () => new Map(),
  storedCredentials,
  configWrites,
  audit: (source) => notKept(source, "audit_events", "audit ledger", "2026.7.1"),
  boots: (source) => notKept(source, "gateway_boot_lifecycle", "record of the gateway's starts", "2026.7.1"),
  grants,
  tasks,
  approvals,
  // Plugins and hooks are files and config until 2026.6, which are read for every layout alike.
  extensions: () => read([]),
  memory,
  operations,
  deliveries: (source) => notKept(source, "conversation_deliveries", "record of what went out", "2026.8.1"),
  trajectories,
};
