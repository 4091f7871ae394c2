import type { Extension } from "../../model/activity-records.ts";
import { bool, dict, isDict, str, strings } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Place } from "../../model/records.ts";
import { present } from "../present.ts";
import { maskedEnv, maskedUrl, maskedWords } from "./mask.ts";

const maxServers = 500;
const maxDepth = 12;
const maxRuns = 4000;

/**
 * The MCP servers of a config or of a file of the `.mcp.json` kind: every object at `mcp.servers` or `mcpServers`, wherever it
 * stands (the config itself, a plugin's config, an agent's entry). Commands and addresses are masked. Pure.
 */
export function mcpServersIn(value: unknown, place: (path: string) => Place): readonly Extension[] {
  const found: Extension[] = [];
  const walk = (here: unknown, path: readonly string[]): void => {
    if (!isDict(here) || path.length > maxDepth) return;
    for (const [key, item] of Object.entries(here)) {
      const servers = key === "mcpServers" || (key === "servers" && path.at(-1) === "mcp");
      if (servers) addAll(dict(item), [...path, key]);
      else walk(item, [...path, key]);
    }
  };
  const addAll = (servers: Dict, path: readonly string[]): void => {
    for (const [name, server] of Object.entries(servers)) {
      if (!isDict(server) || found.length >= maxServers) continue;
      found.push(serverOf(name, server, place([...path, name].join("."))));
    }
  };
  walk(value, []);
  return found;
}

function serverOf(name: string, server: Dict, place: Place): Extension {
  const off = bool(server["enabled"]) === false || bool(server["disabled"]) === true;
  return {
    kind: "mcp-server",
    name,
    enabled: !off,
    bundled: false,
    ...present({ runs: runsOf(server) }),
    events: [],
    place,
  };
}

/** "env A=1 npx -y x --token [secret] (in /srv)", or "https://host/path with headers Authorization". */
function runsOf(server: Dict): string | undefined {
  const command = str(server["command"]);
  const url = str(server["url"]) ?? str(server["serverUrl"]);
  const parts: string[] = [];
  if (command !== undefined) {
    const env = maskedEnv(dict(server["env"]));
    const words = maskedWords([...command.split(/\s+/u), ...strings(server["args"])]);
    parts.push([...(env.length === 0 ? [] : ["env", ...env]), ...words].join(" "));
    const cwd = str(server["cwd"]) ?? str(server["workingDirectory"]);
    if (cwd !== undefined) parts.push(`(in ${cwd})`);
  }
  if (url !== undefined) {
    const headers = Object.keys(dict(server["headers"]));
    parts.push(`${maskedUrl(url)}${headers.length === 0 ? "" : ` with headers ${headers.join(", ")}`}`);
    if (bool(server["sslVerify"]) === false) parts.push("(certificate not checked)");
  }
  return parts.length === 0 ? undefined : parts.join(" ").slice(0, maxRuns);
}
