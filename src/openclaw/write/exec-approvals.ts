/**
 * Exec approvals as text: the file of the layouts before 2026.8, the same JSON in a column since. What goes is taken out, and a
 * setting that lets every command run becomes the one that asks: without it OpenClaw falls back to the loose one (2026.9.6).
 */
import { isDeepStrictEqual } from "node:util";
import { entryId } from "../../model/grant-entry.ts";
import type { GrantEntry } from "../../model/grant-entry.ts";
import { dict, isDict, list } from "../../model/json.ts";
import type { Dict, Json } from "../../model/json.ts";
import { shellWord } from "../../model/text.ts";
import { boundedJson } from "../layouts/bounded-json.ts";
import { execGrants, execPolicies } from "../layouts/grant-shapes.ts";
import type { ConfigPath } from "./config-path.ts";
import { entriesIn } from "./grant-result.ts";
import type { TakenOut } from "./grant-result.ts";
import { setValue } from "./json5-edit.ts";
import { refuse } from "./live-file.ts";

export const execKinds = ["exec-allowlist", "exec-policy", "mcp-tool"] as const;
type ExecEntry = ReturnType<typeof ofExec>[number];

export function ofExec(entries: readonly GrantEntry[]) {
  return entriesIn(entries, ...execKinds);
}

export interface ApprovalsEdit {
  readonly text: string;
  readonly value: Dict;
  readonly taken: readonly Omit<TakenOut, "place">[];
}

/** Every edit reads the text anew: thousands of agents in a large text would keep this busy for hours. */
const maxWork = 200_000_000;

/** Undefined where nothing of it is there. Throws, and names `shown`, for what is no JSON of OpenClaw or cannot be edited safely. */
export function editApprovals(
  text: string,
  entries: readonly ExecEntry[],
  shown: string,
): ApprovalsEdit | undefined {
  const value = boundedJson(text);
  if (!isDict(value)) throw refuse("no-json-object", `${shown} holds no JSON object`, byHand);
  const there = new Set(
    execGrants(value, { path: "" }).flatMap(({ entry }) => (entry ? [entryId(entry)] : [])),
  );
  const found = entries.filter((entry) => there.has(entryId(entry)));
  if (found.length === 0) return undefined;
  const edits = editsOf(value, found);
  if (edits.length * text.length > maxWork)
    throw refuse("edit-not-safe", `${shown} has too much to take out`, byHand);
  const edited = edits.reduce((result, [path, next]) => setValue(result, path, next) ?? result, text);
  const after = boundedJson(edited);
  const wanted = edits.reduce<Dict>((result, [path, next]) => assigned(result, path, next), value);
  if (!isDict(after) || !isDeepStrictEqual(after, wanted))
    throw refuse("edit-not-safe", `the entries of ${shown} cannot be taken out one by one`, byHand);
  return { text: edited, value: after, taken: found.map(takenOut) };
}

const byHand = "take the entries out by hand while the gateway is down; the state is sealed as it was before";

/** Whole new values, each at its path: the shorter list of an agent, the strict setting. */
function editsOf(value: Dict, entries: readonly ExecEntry[]): readonly (readonly [ConfigPath, Json])[] {
  const gone = new Set(entries.map(entryId));
  const edits: (readonly [ConfigPath, Json])[] = [];
  for (const agent of new Set(entriesIn(entries, "exec-allowlist", "mcp-tool").map((entry) => entry.agent)))
    for (const key of ["allowlist", "mcpTools"]) {
      const items = list(dict(dict(value["agents"])[agent])[key]);
      const kept = items.filter((item) => {
        const [one] = execGrants({ agents: { [agent]: { [key]: [item] } } }, { path: "" });
        return one?.entry === undefined || !gone.has(entryId(one.entry));
      });
      // Every item came out of JSON.
      if (kept.length < items.length) edits.push([["agents", agent, key], kept as readonly Json[]]);
    }
  for (const entry of entriesIn(entries, "exec-policy"))
    edits.push([
      [...(entry.agent === undefined ? ["defaults"] : ["agents", entry.agent]), entry.key],
      strictOf(entry.key),
    ]);
  return edits;
}

function strictOf(key: string): string {
  return execPolicies.find((one) => one.key === key)?.strict ?? "deny";
}

function assigned(root: Dict, [key = "", ...rest]: ConfigPath, value: Json): Dict {
  return { ...root, [key]: rest.length === 0 ? value : assigned(dict(root[key]), rest, value) };
}

function takenOut(entry: ExecEntry): Omit<TakenOut, "place"> {
  switch (entry.in) {
    case "exec-allowlist":
      return {
        entry,
        how: "removed from the exec approvals",
        inverse: `openclaw approvals allowlist add --agent ${shellWord(entry.agent)} ${shellWord(entry.pattern)}`,
      };
    case "mcp-tool":
      return {
        entry,
        how: "removed from the exec approvals",
        inverse: `answer "always" when the tool asks again`,
      };
    case "exec-policy":
      return {
        entry,
        how: `exec ${entry.key} changed to ${strictOf(entry.key)}`,
        inverse: `openclaw approvals get, put ${entry.key} back to ${entry.value} for ${entry.agent ?? "defaults"}, then openclaw approvals set`,
      };
  }
}
