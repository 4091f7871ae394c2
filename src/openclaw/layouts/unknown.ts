import { join } from "node:path";
import type { AgentPlace } from "../agents.ts";
import { isLockDatabase } from "../database.ts";
import type { Target } from "../types.ts";
import type { FileView } from "../view.ts";
import { compareReleases } from "./versions.ts";

/** The release that the readers were made for. */
const newest = "2026.9.6";

/** What state dirs hold from 2026.1 to 2026.9, without endings and profiles. */
const known = new Set(
  (
    ".env .git .gitignore agents agent backups browser cache canvas config config-journal-fingerprint.key credentials cron " +
    "delivery-queue dev devices exec-approvals.json exec-approvals.sock extensions flows gateway.systemd.env git hooks identity lib " +
    "locks logs media mcp-oauth memory migration node.json nodes npm oauth openclaw.json clawdbot.json plugin-runtime-deps plugin-skills " +
    "restart-sentinel.json sandboxes sandbox secrets.json service-env session-sqlite-migration-runs sessions settings skill-workshop skills state " +
    "subagents tasks telegram tmp tools update-check.json wizard workspace workspace-attestations worktrees"
  ).split(" "),
);
const knownDatabases = new Set(["openclaw.sqlite", "openclaw-quarantine.sqlite"]);
const ofAgent = new Set(["agent", "sessions", "session-sqlite-import-archive", "qmd"]);

/**
 * For a state that a later release wrote: what is in it that no reader knows. Names are only looked at, since what they hold
 * is anybody's guess. Empty for a release that is known.
 */
export async function unknownIn(
  view: FileView,
  target: Target,
  agents: readonly AgentPlace[],
  version: string | undefined,
): Promise<readonly string[]> {
  if (version === undefined || !/^\d{4}\.\d/.test(version) || compareReleases(version, newest) <= 0)
    return [];
  const names: string[] = [];
  const look = async (folder: string, isKnown: (name: string) => boolean): Promise<void> => {
    for (const { name } of await view.list(join(target.stateDir, folder)).catch(() => []))
      if (!isKnown(name)) names.push(join(folder, name));
  };
  await look("", (name) => known.has(name) || known.has(name.replace(/(\.json)\..*$|-[^.]*$/, "$1")));
  await look(
    "state",
    (name) => !name.endsWith(".sqlite") || isLockDatabase(name) || knownDatabases.has(name),
  );
  for (const { id } of agents.slice(0, 50)) await look(join("agents", id), (name) => ofAgent.has(name));
  const what =
    names.length === 0
      ? "nothing in it has a name that is not known"
      : `not known, and not read, is ${names.slice(0, 20).join(", ")}${names.length > 20 ? " and more" : ""}`;
  return [
    `${target.toHost(target.stateDir)} was written by OpenClaw ${version}, later than the ${newest} this claw-ir was made for: what it understands is read; ${what}.`,
  ];
}
