import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import type { Extension } from "../../model/activity-records.ts";
import { isoOf } from "../../model/json.ts";
import type { Reading } from "../../model/outcome.ts";
import { read } from "../../model/outcome.ts";
import { parseConfig } from "../config.ts";
import type { Installation } from "../types.ts";
import type { FileView } from "../view.ts";
import { configHooks } from "./config-hooks.ts";
import { hookFolders, installedPacks } from "./hooks.ts";
import { mcpServersIn } from "./mcp.ts";
import { pluginFolders } from "./plugins.ts";
import { textIn } from "./reach.ts";
import type { Reach } from "./reach.ts";

const maxFile = 1 << 20;

/** Hooks, plugins and MCP servers in files and config: read for every layout alike. Never throws because of content. */
export async function readExtensions(
  host: Host,
  view: FileView,
  installation: Installation,
): Promise<Reading<Extension>> {
  const reach: Reach = { host, view, installation, problems: [] };
  const { config } = installation;
  const packs = installedPacks(config.value);
  const hooks = (await hookFolders(reach)).map((hook) => withTime(hook, packs.get(hook.name)));
  const plugins = await pluginFolders(reach);
  const known = new Set(hooks.map((hook) => hook.name));
  const inConfig = [
    ...configHooks(config.value, config.path, known),
    ...mcpServersIn(config.value, (locator) => ({ path: config.path, locator })),
  ];
  if (config.outcome !== "ok" && config.outcome !== "missing")
    reach.problems.push(
      `hooks and servers in ${config.path} may be missing: ${config.reason ?? config.outcome}`,
    );
  const inFiles = await mcpFiles(reach);
  return read([...hooks, ...plugins, ...inConfig, ...inFiles], [...new Set(reach.problems)].slice(0, 50));
}

function withTime(hook: Extension, installedAt: string | undefined): Extension {
  return installedAt === undefined || installedAt === "" ? hook : { ...hook, installedAt };
}

/** Files that name MCP servers beside the config: the workspace's own, mcporter's registry, an agent's. */
async function mcpFiles(reach: Reach): Promise<readonly Extension[]> {
  const { target, agents } = reach.installation;
  const places = new Set([
    ...agents.flatMap(({ workspace, dir }) => [
      join(workspace, ".mcp.json"),
      join(workspace, "mcp.json"),
      join(workspace, "config", "mcporter.json"),
      join(dir, "mcp.json"),
      join(dir, ".mcp.json"),
    ]),
    join(target.stateDir, "mcp.json"),
    join(target.stateDir, "config", "mcporter.json"),
    join(target.home, ".mcporter", "mcporter.json"),
  ]);
  const found: Extension[] = [];
  for (const path of places) {
    const text = await textIn(reach, path, maxFile);
    if (text === undefined) continue;
    const shown = target.toHost(path);
    const parsed = parseConfig(text);
    if (parsed.problem !== undefined) {
      reach.problems.push(`${shown} is no valid JSON: ${parsed.problem}`);
      continue;
    }
    const stat = await reach.view.stat(path).catch(() => undefined);
    const modifiedAt = isoOf(stat?.mtimeMs);
    for (const server of mcpServersIn(parsed.value, (locator) => ({ path: shown, locator })))
      found.push(modifiedAt === undefined ? server : { ...server, modifiedAt });
  }
  return found;
}
