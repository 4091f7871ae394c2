/**
 * Commands in the configuration of agents and editors, whatever its shape: MCP servers, hooks, helpers and tasks are objects
 * with a command in all of them (docs of Claude Code, Codex, Cursor, Gemini, VS Code, Zed, opencode).
 */
import { dict, isDict, list, str, strings } from "../../../model/json.ts";

export interface ConfigCommand {
  readonly kind: "mcp" | "hook" | "helper" | "task";
  /** Keys that lead to it, joined by ".". */
  readonly name: string;
  /** The command with its arguments, or the address of a remote server. */
  readonly runs: string;
  /** Variables that it is given. */
  readonly env: readonly (readonly [name: string, value: string])[];
  /** What sets it off, where that is written down. */
  readonly trigger?: string;
}

const maxNodes = 50_000;
const maxDepth = 14;
const maxFound = 500;
const servers = /^(?:mcpServers|mcp_servers|mcp|context_servers|servers)$/;
const helpers =
  /^(?:apiKeyHelper|awsAuthRefresh|awsCredentialExport|otelHeadersHelper|gcpAuthRefresh|proxyAuthHelper|statusLine|fileSuggestion|notify|shell_environment_policy|editor|pager|automation\.shell|.*\.(?:command|shellPath|interpreterPath|executablePath)|terminal\.integrated\.(?:profiles|automationProfile)\..*|git\.path)$/;

export function commandsIn(value: unknown): readonly ConfigCommand[] {
  const found: ConfigCommand[] = [];
  let nodes = 0;
  const look = (here: unknown, path: readonly string[]): void => {
    nodes += 1;
    if (nodes > maxNodes || path.length > maxDepth || found.length >= maxFound) return;
    if (Array.isArray(here))
      for (const [i, one] of (here as unknown[]).entries()) look(one, [...path, String(i)]);
    if (!isDict(here)) return;
    const own = commandAt(here, path);
    if (own !== undefined) found.push(own);
    for (const [key, inner] of Object.entries(here)) {
      const helper = helpers.test(key) ? helperAt(inner, [...path, key]) : undefined;
      if (helper === undefined) look(inner, [...path, key]);
      else found.push(helper);
    }
  };
  look(value, []);
  return found;
}

/** An object that is started: an MCP server, a hook, a task. */
function commandAt(
  here: Readonly<Record<string, unknown>>,
  path: readonly string[],
): ConfigCommand | undefined {
  const kind = kindOf(path);
  if (kind === undefined) return undefined;
  const command = str(here["command"]) ?? str(here["script"]) ?? strings(here["command"]).join(" ");
  const words = command === "" ? [] : [command, ...strings(here["args"])];
  const address = str(here["url"]) ?? str(here["serverUrl"]) ?? str(here["httpUrl"]);
  const runs = words.length > 0 ? words.join(" ") : (address ?? "");
  if (runs === "") return undefined;
  const options = dict(here["options"]);
  const env = { ...dict(options["env"]), ...dict(here["environment"]), ...dict(here["env"]) };
  return {
    kind,
    name: path.join(".").slice(0, 300),
    runs,
    env: Object.entries(env)
      .slice(0, 50)
      .map(([name, text]) => [name, str(text) ?? ""]),
    ...triggerAt(here, path, kind),
  };
}

function kindOf(path: readonly string[]): ConfigCommand["kind"] | undefined {
  if (path.includes("hooks")) return "hook";
  if (path.slice(0, -1).some((key) => servers.test(key))) return "mcp";
  return path.includes("tasks") ? "task" : undefined;
}

function triggerAt(
  here: Readonly<Record<string, unknown>>,
  path: readonly string[],
  kind: ConfigCommand["kind"],
): { readonly trigger?: string } {
  if (kind === "hook") {
    const event = path[path.indexOf("hooks") + 1];
    return event === undefined ? {} : { trigger: `hook ${event}` };
  }
  if (kind === "mcp") return { trigger: "start of the agent" };
  return str(dict(here["runOptions"])["runOn"]) === "folderOpen"
    ? { trigger: "opening the folder" }
    : { trigger: "task" };
}

function helperAt(value: unknown, path: readonly string[]): ConfigCommand | undefined {
  const runs =
    str(value) ??
    (Array.isArray(value) ? strings(list(value)).join(" ") : (str(dict(value)["command"]) ?? ""));
  if (runs === "" || typeof value === "boolean") return undefined;
  return {
    kind: "helper",
    name: path.join(".").slice(0, 300),
    runs,
    env: [],
    trigger: "the agent or editor",
  };
}

/** Settings that take a protection away or send requests elsewhere, as "key=value". */
export function permissionsIn(value: unknown): readonly string[] {
  const here = dict(value);
  const permissions = dict(here["permissions"]);
  const allow = strings(permissions["allow"]).filter((one) =>
    /^(?:Bash|\*|Bash\(\*?:?\*\)|mcp__\*)$/.test(one),
  );
  const mode = str(permissions["defaultMode"]);
  const flat = [
    "approval_policy",
    "sandbox_mode",
    "enableAllProjectMcpServers",
    "autoApprove",
    "yolo",
    "model_provider",
  ];
  return [
    ...allow.map((one) => `permissions.allow=${one}`),
    ...(mode === undefined ? [] : [`permissions.defaultMode=${mode}`]),
    ...flat.flatMap((key) => {
      const given = here[key];
      return typeof given === "string" || typeof given === "boolean" ? [`${key}=${String(given)}`] : [];
    }),
  ];
}
