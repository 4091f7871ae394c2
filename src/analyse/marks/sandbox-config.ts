/** OpenClaw's settings of the containers for tools: `agents.defaults.sandbox` and each agent's own. */
import { at, dict, list, str, type Dict } from "../../model/json.ts";

export interface SandboxBlock {
  /** Config path, such as `agents.list[0].sandbox`. */
  readonly key: string;
  /** Undefined for the defaults. */
  readonly agent?: string;
  readonly value: Dict;
  /** As OpenClaw takes it: the agent's own, else the default, else "off". */
  readonly mode: string;
}

/** `agents.entries` since 2026.9, `agents.list` before. Blocks that are not there are left out. */
export function sandboxBlocks(config: unknown): readonly SandboxBlock[] {
  const defaults = dict(at(config, "agents", "defaults", "sandbox"));
  const usual = str(defaults["mode"]) ?? "off";
  const block = (key: string, value: unknown, agent?: string): readonly SandboxBlock[] => {
    const own = dict(value);
    if (Object.keys(own).length === 0) return [];
    return [{ key, value: own, mode: str(own["mode"]) ?? usual, ...(agent === undefined ? {} : { agent }) }];
  };
  return [
    ...block("agents.defaults.sandbox", defaults),
    ...list(at(config, "agents", "list")).flatMap((entry, i) =>
      block(`agents.list[${i}].sandbox`, at(entry, "sandbox"), str(at(entry, "id")) ?? String(i)),
    ),
    ...Object.entries(dict(at(config, "agents", "entries"))).flatMap(([id, entry]) =>
      block(`agents.entries.${id}.sandbox`, at(entry, "sandbox"), id),
    ),
  ];
}

/** Ids of the agents that the config names; "main" is there without being named. */
export function agentsIn(config: unknown): ReadonlySet<string> {
  const listed = list(at(config, "agents", "list")).flatMap((entry) => str(at(entry, "id")) ?? []);
  return new Set(["main", ...listed, ...Object.keys(dict(at(config, "agents", "entries")))]);
}

/** What the block says, or the defaults where it says nothing. */
export function settingOf(config: unknown, { value }: SandboxBlock, ...path: readonly string[]): unknown {
  return at(value, ...path) ?? at(config, "agents", "defaults", "sandbox", ...path);
}
