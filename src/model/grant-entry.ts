/**
 * One entry of the lists that let somebody in or let something happen again, told by what it is, not by where it lies: versions
 * keep the same entry in a file, in a table or in the config, and an older state that is brought back has it elsewhere.
 */
export type GrantEntry =
  /** May write to the agent, or asks to: a sender of a channel's account. */
  | {
      readonly in: "channel-allow" | "channel-pairing";
      readonly channel: string;
      readonly account: string;
      readonly sender: string;
    }
  /** An item of a list in the config; `path` as OpenClaw's `config get` takes it. */
  | { readonly in: "config-list"; readonly path: string; readonly item: string }
  /** A setting of the config that lets everybody in. */
  | { readonly in: "config-policy"; readonly path: string; readonly value: string }
  | { readonly in: "exec-allowlist"; readonly agent: string; readonly pattern: string }
  /** A setting that lets every command run; without `agent` it is the default of all. */
  | { readonly in: "exec-policy"; readonly agent?: string; readonly key: string; readonly value: string }
  | { readonly in: "mcp-tool"; readonly agent: string; readonly server: string; readonly tool: string }
  | { readonly in: "standing-grant"; readonly id: string }
  | {
      readonly in: "plugin-binding";
      readonly root: string;
      readonly channel: string;
      readonly account: string;
    };

type Kind = GrantEntry["in"];

/** The fields of each kind in the order in which its id names them. */
const fields: Readonly<Record<Kind, readonly string[]>> = {
  "channel-allow": ["channel", "account", "sender"],
  "channel-pairing": ["channel", "account", "sender"],
  "config-list": ["path", "item"],
  "config-policy": ["path", "value"],
  "exec-allowlist": ["agent", "pattern"],
  "exec-policy": ["agent", "key", "value"],
  "mcp-tool": ["agent", "server", "tool"],
  "standing-grant": ["id"],
  "plugin-binding": ["channel", "account", "root"],
};

function isKind(kind: unknown): kind is Kind {
  return typeof kind === "string" && Object.hasOwn(fields, kind);
}

/** "channel-allow:telegram/default/777000111": one text per entry, which no other entry has. */
export function entryId(entry: GrantEntry): string {
  const values: Readonly<Record<string, string | undefined>> = { ...entry };
  const parts = fields[entry.in].map((field) => part(values[field]));
  return `${entry.in}:${parts.join("/")}`;
}

/** Nothing stands for "of all", and a slash in a value does not end it. */
function part(value: string | undefined): string {
  return value === undefined ? "" : value.replaceAll("%", "%25").replaceAll("/", "%2F");
}

/** For what comes back from a case or a file: the kind is known and its fields are text. */
export function isGrantEntry(value: unknown): value is GrantEntry {
  if (typeof value !== "object" || value === null) return false;
  const found = new Map<string, unknown>(Object.entries(value));
  const kind = found.get("in");
  if (!isKind(kind)) return false;
  return fields[kind].every(
    (field) =>
      typeof found.get(field) === "string" ||
      (kind === "exec-policy" && field === "agent" && !found.has(field)),
  );
}

/** For people: "telegram:777000111 (account default)", "command /usr/bin/curl of agent main". */
export function entryText(entry: GrantEntry): string {
  switch (entry.in) {
    case "channel-allow":
    case "channel-pairing":
      return `${entry.channel}:${entry.sender} (account ${entry.account})`;
    case "config-list":
      return `${entry.item} in ${entry.path}`;
    case "config-policy":
      return `${entry.path} = ${entry.value}`;
    case "exec-allowlist":
      return `command ${entry.pattern} of agent ${entry.agent}`;
    case "exec-policy":
      return `exec ${entry.key}=${entry.value} of ${entry.agent === undefined ? "every agent" : `agent ${entry.agent}`}`;
    case "mcp-tool":
      return `tool ${entry.tool} of MCP server ${entry.server} for agent ${entry.agent}`;
    case "standing-grant":
      return `standing grant ${entry.id}`;
    case "plugin-binding":
      return `plugin at ${entry.root} in ${entry.channel} (account ${entry.account})`;
  }
}
