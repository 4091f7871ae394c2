import { join } from "node:path";
import type { AgentPlace } from "./agents.ts";
import { isDataBase } from "./database.ts";
import type { ConfigReading, DatabasePlace, Installation, Target } from "./types.ts";
import type { FileView } from "./view.ts";

/** Names of the folders (and links) in a folder; empty where it cannot be read. */
export async function namesIn(view: FileView, dir: string): Promise<readonly string[]> {
  try {
    return (await view.list(dir)).filter((entry) => entry.kind !== "file").map((entry) => entry.name);
  } catch {
    return [];
  }
}

async function filesIn(view: FileView, dir: string): Promise<readonly string[]> {
  try {
    return (await view.list(dir))
      .filter((entry) => entry.kind !== "dir")
      .map((entry) => join(dir, entry.name));
  } catch {
    return [];
  }
}

/** Every database that holds data: lock databases are skipped. */
export async function databasesOf(
  view: FileView,
  target: Target,
  agents: readonly AgentPlace[],
): Promise<readonly DatabasePlace[]> {
  const found: DatabasePlace[] = [];
  for (const folder of ["state", "tasks", "flows", "memory"]) {
    for (const path of await filesIn(view, join(target.stateDir, folder))) {
      if (!isDataBase(path)) continue;
      found.push({
        kind: path === join(target.stateDir, "state", "openclaw.sqlite") ? "state" : "other",
        path,
      });
    }
  }
  for (const agent of agents) {
    for (const path of await filesIn(view, agent.dir)) {
      if (!isDataBase(path)) continue;
      const main = path === join(agent.dir, "openclaw-agent.sqlite");
      found.push({ kind: main ? "agent" : "other", agent: agent.id, path });
    }
  }
  return found;
}

/** Files that only layouts before 2026.8 keep alive (older installations leave them as `*.migrated`). */
const olderFiles = [
  "devices/paired.json",
  "nodes/paired.json",
  "cron/jobs.json",
  "exec-approvals.json",
  "identity/device.json",
  "logs/config-audit.jsonl",
  "agents/main/sessions/sessions.json",
];

/** Which family of readers applies, from what is on disk. */
export async function layoutOf(
  view: FileView,
  target: Target,
  databases: readonly DatabasePlace[],
  config: ConfigReading,
): Promise<Installation["layout"]> {
  let older = false;
  for (const name of olderFiles)
    older ||= (await statOrNothing(view, join(target.stateDir, name))) !== undefined;
  const state = databases.some((place) => place.kind === "state");
  const agent = databases.some((place) => place.kind === "agent");
  if (state || agent) return older ? "mixed" : "sqlite-2026.9";
  if (older || (await namesIn(view, join(target.stateDir, "agents"))).length > 0) return "files";
  return config.outcome === "missing" ? "none" : "unknown";
}

export async function statOrNothing(view: FileView, path: string): Promise<unknown> {
  try {
    return await view.stat(path);
  } catch {
    return undefined;
  }
}
