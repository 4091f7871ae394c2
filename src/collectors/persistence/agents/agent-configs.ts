import { dict, str } from "../../../model/json.ts";
import { shownAssignment } from "../assignment.ts";
import { glob } from "../../glob.ts";
import { ownFolders } from "../folders.ts";
import { type Scribe, sourceOf, wholeText } from "../scribe.ts";
import { markOf, withoutLogins } from "../secret-text.ts";
import { commandsIn, permissionsIn } from "./commands-in.ts";
import { helperShown } from "./helper-command.ts";
import { parseJsonc } from "./jsonc.ts";
import { tomlTree } from "./toml.ts";

const maxBytes = 8 << 20;
const ofAccount = [
  "/etc/claude-code/managed-settings.json",
  "/etc/claude-code/managed-mcp.json",
  "/Library/Application Support/ClaudeCode/managed-settings.json",
  "/etc/codex/*.toml",
  "~/.claude.json",
  "~/.claude/settings.json",
  "~/.claude/settings.local.json",
  "~/.claude/plugins/*/hooks/hooks.json",
  "~/.claude/plugins/*/*/hooks/hooks.json",
  "~/.claude/plugins/*/*/*/hooks/hooks.json",
  "~/.claude/plugins/*/*/*/.mcp.json",
  "~/.codex/config.toml",
  "~/.codex/hooks.json",
  "~/.cursor/mcp.json",
  "~/.cursor/hooks.json",
  "~/.gemini/settings.json",
  "~/.qwen/settings.json",
  "~/.config/opencode/opencode.json",
  "~/.config/opencode/opencode.jsonc",
  "~/.codeium/windsurf/mcp_config.json",
  "~/.config/zed/settings.json",
  "~/.continue/config.json",
  "~/.config/Code/User/*.json",
  "~/.config/Cursor/User/*.json",
  "~/.vscode-server/data/Machine/settings.json",
  "~/.vscode-server/data/User/mcp.json",
  "~/.config/Claude/claude_desktop_config.json",
  "~/Library/Application Support/Claude/claude_desktop_config.json",
  "~/Library/Application Support/Code/User/*.json",
  "~/Library/Application Support/Cursor/User/*.json",
];
const ofFolder = [
  ".claude/settings.json",
  ".claude/settings.local.json",
  ".mcp.json",
  ".codex/config.toml",
  ".cursor/mcp.json",
  ".cursor/hooks.json",
  ".gemini/settings.json",
  "opencode.json",
  ".vscode/tasks.json",
  ".vscode/settings.json",
  ".vscode/launch.json",
  ".vscode/mcp.json",
  ".devcontainer/devcontainer.json",
];

async function addConfig(scribe: Scribe, path: string): Promise<void> {
  const file = await scribe.file(path, maxBytes);
  if (file === undefined) return;
  const text = wholeText(scribe, file);
  const value = path.endsWith(".toml") ? tomlTree(text) : parseJsonc(text);
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (value === undefined) {
    scribe.add({ kind: "unreadable", name, file });
    return;
  }
  const { redactor } = scribe.sources;
  for (const { kind, name: key, runs, env, trigger } of commandsIn(value)) {
    const sets = env.map(([variable, given]) => shownAssignment(redactor, variable, given));
    const run = shown(scribe, kind === "helper" ? helperShown(redactor, key, runs) : runs);
    scribe.add({ name: `${kind} ${key}`, file, locator: key, trigger, runs: [run], sets });
  }
  const sets = [...permissionsIn(value), ...environmentOf(scribe, value)];
  if (sets.length > 0) scribe.add({ name, file, trigger: "the agent", sets });
}

/** A command line in which an option that names a secret shows only a mark of it. */
function shown(scribe: Scribe, command: string): string {
  const { redactor } = scribe.sources;
  const masked = command.replace(
    /((?:--?[\w-]{0,40}(?:token|key|secret|password|auth)[\w-]{0,20})[= ]|Bearer )(\S{8,500})/gi,
    (_, option: string, value: string) => `${option}${markOf(redactor, value)}`,
  );
  return withoutLogins(redactor, masked);
}

/** `env` of a settings file: every command of the agent gets it. */
function environmentOf(scribe: Scribe, value: unknown): readonly string[] {
  return Object.entries(dict(dict(value)["env"]))
    .slice(0, 100)
    .map(([name, given]) => {
      const text = str(given) ?? "";
      const base = /_BASE_URL$|_ENDPOINT$|_PROXY$/i.test(name);
      const { redactor } = scribe.sources;
      return base ? `${name}=${withoutLogins(redactor, text)}` : shownAssignment(redactor, name, text);
    });
}

/** Extensions and plugins by the names of their folders: what is installed, not what it does. */
const plugins = [
  "~/.vscode/extensions",
  "~/.vscode-server/extensions",
  "~/.cursor/extensions",
  "~/.claude/plugins",
];

async function addPlugins(scribe: Scribe): Promise<void> {
  for (const folder of plugins) {
    const names = (await scribe.names(folder)).filter(
      (name) => !name.startsWith(".") && !name.endsWith(".json"),
    );
    if (names.length > 0)
      scribe.add({ name: folder, path: folder, trigger: "start of the editor", sets: names });
  }
}

/** Other agents and editors of the same account: what they run is a way back to this one. */
export const agentConfigs = sourceOf(
  {
    id: "agent-configs",
    title: "Hooks, MCP servers and tasks of other agents and editors",
    attack: ["T1176.002", "T1546"],
    timeoutMs: 30_000,
    platform: "any",
  },
  async (scribe) => {
    const folders = ownFolders(scribe.sources);
    const inFolders = folders.flatMap((folder) => ofFolder.map((name) => `${folder}/${name}`));
    const { paths, reasons } = await glob(scribe.sources, [...ofAccount, ...inFolders]);
    for (const reason of reasons) scribe.miss(reason);
    for (const path of paths) await addConfig(scribe, path);
    await addPlugins(scribe);
  },
);
