import { basename, dirname, join } from "node:path";
import { at, dict, isDict, list, str } from "../model/json.ts";
import type { Dict } from "../model/json.ts";
import { isClawdbot, profileIn } from "./house-names.ts";
import { openclawHome } from "./target.ts";
import type { Installation, Mount, Target } from "./types.ts";
import { isInside } from "./view.ts";

export interface AgentPlace {
  readonly id: string;
  readonly dir: string;
  readonly workspace: string;
}

/** Turns a path that the config names into a real path, or says why it is not followed. */
export type Place = (named: string) => { readonly path: string } | { readonly problem: string };

const agentId = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** Ids of agents the config names: `agents.entries` since 2026.9, `agents.list` before. */
function entriesOf(config: Dict): ReadonlyMap<string, Dict> {
  const entries = new Map<string, Dict>();
  for (const [id, entry] of Object.entries(dict(at(config, "agents", "entries"))))
    entries.set(id, dict(entry));
  for (const entry of list(at(config, "agents", "list"))) {
    const id = isDict(entry) ? str(entry["id"]) : undefined;
    if (id !== undefined && !entries.has(id)) entries.set(id, dict(entry));
  }
  return entries;
}

/**
 * The state dir as the config of 2026.9.6 spells it inside absolute paths (`agents.entries.<id>.agentDir`, or the
 * workspaces). It differs from where we read when the state is a copy, or lives in a container's volume.
 */
export function recordedStateDir(config: Dict): string | undefined {
  for (const [id, entry] of entriesOf(config)) {
    const dir = str(entry["agentDir"]);
    if (dir?.endsWith(`/agents/${id}/agent`) === true) return dir.slice(0, -`/agents/${id}/agent`.length);
  }
  const workspace = str(at(config, "agents", "defaults", "workspace"));
  if (workspace === undefined || basename(workspace) !== "workspace") return undefined;
  return /^\.(?:openclaw|clawdbot)/.test(basename(dirname(workspace))) ? dirname(workspace) : undefined;
}

/**
 * Paths of the config as real paths. In a state that was copied elsewhere, what lies below the recorded state dir is looked
 * for in the copy, and what lies outside is not followed: it would be a file of this machine, not of the examined one.
 */
export function placer(
  target: Target,
  recorded: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  mounts: readonly Mount[] = [],
): Place {
  const here = target.toHost(target.stateDir);
  const moved = recorded !== undefined && recorded !== here;
  const home = target.live ? openclawHome(target.home, env) : target.home;
  return (named) => {
    const clean = named.replaceAll("\0", "").trim();
    const mounted = mountedAt(mounts, recorded, clean);
    if (mounted !== undefined) return { path: mounted };
    if (clean === "~" || clean.startsWith("~/")) return { path: join(home, clean.slice(1)) };
    if (!clean.startsWith("/")) return { path: join(target.stateDir, join("/", clean)) };
    if (moved && isInside(clean, recorded))
      return { path: join(target.stateDir, clean.slice(recorded.length)) };
    if (moved && !target.live && target.root === "/" && !isInside(clean, here))
      return {
        problem: `${clean} lies outside the copied state; give the examined file system with --root to read it`,
      };
    return { path: target.toReal(clean) };
  };
}

/** `placer` for an installation that was found. */
export function placeOf({
  target,
  config,
  mounts,
}: Pick<Installation, "target" | "config" | "mounts">): Place {
  return placer(target, recordedStateDir(config.value), {}, mounts);
}

/** Where a path of the container's lies on the host: by the mount that is nearest to it. */
function mountedAt(
  mounts: readonly Mount[],
  recorded: string | undefined,
  named: string,
): string | undefined {
  const inHome = recorded !== undefined && (named === "~" || named.startsWith("~/"));
  const path = inHome ? join(dirname(recorded), named.slice(1)) : named;
  const [nearest] = mounts
    .filter(({ destination }) => isInside(path, destination))
    .sort((a, b) => b.destination.length - a.destination.length);
  return nearest === undefined ? undefined : join(nearest.source, path.slice(nearest.destination.length));
}

/** Every agent: those of the config and those that have a folder under `agents/`. Pure. */
export function agentsOf(
  config: Dict,
  folders: readonly string[],
  target: Target,
  place: Place,
): { readonly agents: readonly AgentPlace[]; readonly problems: readonly string[] } {
  const entries = entriesOf(config);
  const ids = [...new Set([...entries.keys(), ...folders])].filter((id) => agentId.test(id)).sort();
  const defaults = str(at(config, "agents", "defaults", "workspace"));
  const first = entries.has("main") || entries.size === 0 ? "main" : [...entries.keys()][0];
  const problems: string[] = [];
  const follow = (named: string | undefined, otherwise: string, what: string): string => {
    if (named === undefined || named.trim() === "") return otherwise;
    const found = place(named);
    if ("path" in found) return found.path;
    problems.push(`${what}: ${found.problem}`);
    return otherwise;
  };
  const agents = ids.map((id) => {
    const entry = entries.get(id) ?? {};
    const inherited = defaults === undefined || id === first ? defaults : join(defaults, id);
    const usual = usualWorkspace(target, id === first ? "" : `-${id}`);
    const workspace = str(entry["workspace"]) ?? inherited;
    return {
      id,
      dir: follow(
        str(entry["agentDir"]),
        join(target.stateDir, "agents", id, "agent"),
        `folder of agent ${id}`,
      ),
      workspace: follow(workspace, usual, `workspace of agent ${id}`),
    };
  });
  return { agents, problems };
}

/** Before 2026.1.29 workspaces lay beside the state dir (agents/workspace.ts and agents/agent-scope.ts of 2026.1.24-3). */
function usualWorkspace({ stateDir, configPath }: Target, ending: string): string {
  const name = basename(stateDir);
  if (!isClawdbot(name, basename(configPath))) return join(stateDir, `workspace${ending}`);
  const profile = profileIn(name);
  const own = ending === "" && profile !== undefined ? `-${profile}` : ending;
  return join(dirname(stateDir), `clawd${own}`);
}
