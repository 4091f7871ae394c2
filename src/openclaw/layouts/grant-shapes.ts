import { dict, isDict, isoOf, list, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Grant, Place } from "../../model/records.ts";
import { present } from "../present.ts";

/** Exec approvals: the file `exec-approvals.json`, or the same JSON in `exec_approvals_config.raw_json`. */
export function execGrants(raw: Dict, place: Place): readonly Grant[] {
  return [
    ...policy(dict(raw["defaults"]), undefined, place),
    ...Object.entries(dict(raw["agents"])).flatMap(([agent, value]) => [
      ...policy(dict(value), agent, place),
      ...list(dict(value)["allowlist"]).flatMap((entry) => allowEntry(entry, agent, place)),
      ...list(dict(value)["mcpTools"]).flatMap((entry) => mcpTool(entry, agent, place)),
    ]),
  ];
}

/** The pattern of an item of an agent's list: an object, or before 2026.3 the text alone. */
export function patternOf(item: unknown): string | undefined {
  return isDict(item) ? str(item["pattern"]) : str(item);
}

function allowEntry(item: unknown, agent: string, place: Place): readonly Grant[] {
  const pattern = patternOf(item);
  if (pattern === undefined) return [];
  const used = isDict(item) ? isoOf(item["lastUsedAt"]) : undefined;
  const created = isDict(item) ? (isoOf(item["createdAt"]) ?? isoOf(item["addedAt"])) : undefined;
  const detail = used === undefined ? `agent ${agent}` : `agent ${agent}, last used ${used}`;
  const entry = { in: "exec-allowlist", agent, pattern } as const;
  return [
    { kind: "exec-allowlist", subject: pattern, detail, ...present({ createdAt: created }), entry, place },
  ];
}

/** A tool of an MCP server that may be called without asking, since somebody said "always" (2026.9). */
function mcpTool(item: unknown, agent: string, place: Place): readonly Grant[] {
  const [server, tool] = [str(dict(item)["server"]), str(dict(item)["tool"])];
  if (server === undefined || tool === undefined) return [];
  return [
    {
      kind: "standing-grant",
      subject: `tool ${tool} of MCP server ${server}`,
      detail: `agent ${agent}`,
      ...present({ createdAt: isoOf(dict(item)["addedAt"]) }),
      entry: { in: "mcp-tool", agent, server, tool },
      place,
    },
  ];
}

/** What each of these settings must not be, and what it is when it asks before it lets a command run. */
export const execPolicies: readonly {
  readonly key: string;
  readonly loose: string;
  readonly strict: string;
}[] = [
  { key: "security", loose: "full", strict: "allowlist" },
  { key: "ask", loose: "off", strict: "on-miss" },
  { key: "askFallback", loose: "full", strict: "deny" },
];

/** Settings that let every command run unasked. */
function policy(value: Dict, agent: string | undefined, place: Place): readonly Grant[] {
  return execPolicies
    .filter(({ key, loose }) => value[key] === loose)
    .map(({ key, loose }) => ({
      kind: "standing-grant",
      subject: `exec ${key}=${loose}`,
      detail: agent ?? "defaults",
      entry: { in: "exec-policy", ...present({ agent }), key, value: loose },
      place,
    }));
}
