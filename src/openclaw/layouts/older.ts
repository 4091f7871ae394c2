import { join } from "node:path";
import type { Reading } from "../../model/outcome.ts";
import type { Installation } from "../types.ts";
import type { FileView } from "../view.ts";

/** Kinds of records that layouts before 2026.8 keep in files. */
export type OlderKind = "sessions" | "devices" | "cron" | "configWrites" | "grants";
export type OlderFiles = Readonly<Record<OlderKind, readonly string[]>>;

/** Files under their live names; an upgrade renames them to `*.migrated`. */
const files: readonly (readonly [OlderKind, string])[] = [
  ["devices", "devices/paired.json"],
  ["devices", "devices/pending.json"],
  ["devices", "nodes/paired.json"],
  ["cron", "cron/jobs.json"],
  ["cron", "cron/jobs-state.json"],
  ["configWrites", "logs/config-audit.jsonl"],
  ["grants", "exec-approvals.json"],
];

export async function findOlder(view: FileView, installation: Installation): Promise<OlderFiles> {
  const { target } = installation;
  const found: Record<OlderKind, string[]> = {
    sessions: [],
    devices: [],
    cron: [],
    configWrites: [],
    grants: [],
  };
  for (const [kind, name] of files) {
    const path = join(target.stateDir, name);
    const stat = await view.stat(path).catch(() => undefined);
    if (stat !== undefined) found[kind].push(target.toHost(path));
  }
  for (const agent of installation.agents) {
    const dir = join(target.stateDir, "agents", agent.id, "sessions");
    const names = (await view.list(dir).catch(() => [])).map((entry) => entry.name);
    if (names.some((name) => name === "sessions.json" || name.endsWith(".jsonl")))
      found.sessions.push(target.toHost(dir));
  }
  return found;
}

/** A reading is not whole while records of its kind lie in files that no reader understands. */
export function withOlder<T>(reading: Reading<T>, older: readonly string[]): Reading<T> {
  if (older.length === 0) return reading;
  const said = `an older OpenClaw's ${older.slice(0, 5).join(", ")} is there and was not read`;
  const reason = reading.reason === undefined ? said : `${reading.reason}; ${said}`;
  return {
    outcome: reading.outcome === "ok" ? "partial" : reading.outcome,
    reason,
    records: reading.records,
  };
}
