import { dirname, join } from "node:path";
import type { Host } from "../host/host.ts";
import { messageOf } from "../model/errors.ts";
import { at, str } from "../model/json.ts";
import { agentsOf, placer, recordedStateDir } from "./agents.ts";
import type { AgentPlace } from "./agents.ts";
import { readConfig } from "./config.ts";
import { mountsOf } from "./container-mounts.ts";
import { databasesOf, layoutOf, namesIn, statOrNothing } from "./databases.ts";
import { outcomeOf } from "./failures.ts";
import { isStateFolder } from "./house-names.ts";
import { unknownIn } from "./layouts/unknown.ts";
import { lookIntoState } from "./look.ts";
import { gatewayPort } from "./port.ts";
import type { ConfigReading, Installation, Target } from "./types.ts";
import { isInside, viewOf } from "./view.ts";
import type { FileView } from "./view.ts";

/**
 * Looks at what is on disk. Content never makes it throw: `problems` says in whole sentences what is missing, unreadable or
 * unknown, and what to do about it. Paths in the result are real paths.
 */
export async function findInstallation(host: Host, target: Target): Promise<Installation> {
  const view = viewOf(host, target);
  const config = await readConfig(host, target);
  const folder = await stateFolder(view, target);
  const recorded = recordedStateDir(config.value);
  const mounts = await mountsOf(host, view, target);
  const place = placer(target, recorded, target.live ? host.facts.env : {}, mounts);
  const folders = await namesIn(view, join(target.stateDir, "agents"));
  const { agents, problems } = agentsOf(config.value, folders, target, place);
  const databases = folder.found ? await databasesOf(view, target, agents) : [];
  const layout = folder.found ? await layoutOf(view, target, databases, config) : "none";
  const outside = await outsideOf(view, target, agents);
  const looked = await lookIntoState(host, view, target, databases, config);
  return {
    found: folder.found && layout !== "none",
    target,
    ...(looked.version === undefined ? {} : { version: looked.version }),
    layout,
    config,
    agents,
    databases,
    outside,
    ...(mounts.length === 0 ? {} : { mounts }),
    gatewayPort: gatewayPort(host, target, config.value),
    gatewayBind: str(at(config.value, "gateway", "bind")) ?? "loopback",
    problems: [
      ...folder.problems,
      ...(folder.found && layout === "none" ? [emptyState(target)] : []),
      ...(folder.found ? configProblems(config) : []),
      ...problems,
      ...(folder.found ? await movedAway(view, target, agents, recorded) : []),
      ...looked.problems,
      ...(await unknownIn(view, target, agents, looked.version)),
    ],
  };
}

interface Folder {
  readonly found: boolean;
  readonly problems: readonly string[];
}

async function stateFolder(view: FileView, target: Target): Promise<Folder> {
  const shown = target.toHost(target.stateDir);
  try {
    const stat = await view.stat(target.stateDir);
    if (stat === undefined)
      return {
        found: false,
        problems: [
          `There is no OpenClaw state at ${shown}; name it with --state-dir, --home or --profile.${await others(view, target)}`,
        ],
      };
    if (stat.kind !== "dir")
      return {
        found: false,
        problems: [`${shown} is no folder but a ${stat.kind}; name the state with --state-dir.`],
      };
    await view.list(target.stateDir);
    return { found: true, problems: [] };
  } catch (error) {
    const denied = outcomeOf(error) === "denied";
    const problem = denied
      ? `${shown} may not be read by this user; run claw-ir as its owner or as root.`
      : `${shown} could not be read: ${messageOf(error)}.`;
    return { found: false, problems: [problem] };
  }
}

/** States under other names beside the one that is not there. */
async function others(view: FileView, { stateDir }: Target): Promise<string> {
  const names = (await namesIn(view, dirname(stateDir))).filter(isStateFolder).slice(0, 10);
  return names.length === 0 ? "" : ` There: ${names.join(", ")}.`;
}

/**
 * Workspaces that the config names below its state dir, where the state is read under another path: in a container one may be
 * mounted there from anywhere.
 */
async function movedAway(
  view: FileView,
  target: Target,
  agents: readonly AgentPlace[],
  recorded: string | undefined,
): Promise<readonly string[]> {
  if (recorded === undefined || recorded === target.toHost(target.stateDir)) return [];
  const problems: string[] = [];
  for (const { id, workspace } of agents.slice(0, 50)) {
    if (!isInside(workspace, target.stateDir) || (await statOrNothing(view, workspace)) !== undefined)
      continue;
    problems.push(
      `The workspace of agent ${id} is not at ${target.toHost(workspace)}; the config was written for ${recorded}, so it may have been mounted from elsewhere, and was not read.`,
    );
  }
  return problems;
}

function emptyState(target: Target): string {
  return `${target.toHost(target.stateDir)} holds neither a config nor a database of OpenClaw; check --state-dir.`;
}

function configProblems(config: ConfigReading): readonly string[] {
  const reason = config.reason ?? "";
  switch (config.outcome) {
    case "ok":
      return [];
    case "missing":
      return [`There is no config at ${config.path}; port and channels are taken from the defaults.`];
    case "denied":
      return [`The config may not be read: ${reason}; run claw-ir as its owner or as root.`];
    case "invalid":
      return [`The config is broken: ${reason}; what it would say is taken from the defaults.`];
    case "partial":
      return [`The config was read in part: ${reason}.`];
  }
}

async function outsideOf(
  view: FileView,
  target: Target,
  agents: readonly AgentPlace[],
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const path of agents.flatMap((agent) => [agent.dir, agent.workspace])) {
    if (!isInside(path, target.stateDir) && (await statOrNothing(view, path)) !== undefined) found.add(path);
  }
  return [...found].sort();
}
