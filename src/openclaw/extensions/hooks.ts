import { join } from "node:path";
import type { Extension } from "../../model/activity-records.ts";
import { messageOf } from "../../model/errors.ts";
import { at, bool, dict, list, str, strings } from "../../model/json.ts";
import { placeOf } from "../agents.ts";
import { present } from "../present.ts";
import { filesBelow } from "../skills/files.ts";
import { codeOf } from "./code.ts";
import { entriesIn } from "./reach.ts";
import type { Reach } from "./reach.ts";

const handlers = ["handler.ts", "handler.js", "index.ts", "index.js"];
const maxDepth = 3;
const maxHooks = 500;

interface HookRoot {
  readonly dir: string;
  /** A workspace's hooks run only where the config names them; others unless it says no. */
  readonly needsOptIn: boolean;
}

/**
 * Hooks as OpenClaw 2026.9.6 finds them (docs/automation/hooks/configuration): folders with a HOOK.md below the state dir's
 * `hooks`, each workspace's `hooks`, and `hooks.internal.load.extraDirs`. They run inside the gateway, with all that it may.
 */
export async function hookFolders(reach: Reach): Promise<readonly Extension[]> {
  const found: Extension[] = [];
  for (const root of rootsOf(reach)) await scan(reach, root, root.dir, 0, found);
  return found;
}

function rootsOf({ installation }: Reach): readonly HookRoot[] {
  const { target, config, agents } = installation;
  const place = placeOf(installation);
  const extra = strings(at(config.value, "hooks", "internal", "load", "extraDirs")).flatMap(
    (dir): HookRoot[] => {
      const where = place(dir);
      return "path" in where ? [{ dir: where.path, needsOptIn: false }] : [];
    },
  );
  return [
    { dir: join(target.stateDir, "hooks"), needsOptIn: false },
    ...extra,
    ...agents.map((agent) => ({ dir: join(agent.workspace, "hooks"), needsOptIn: true })),
  ];
}

async function scan(
  reach: Reach,
  root: HookRoot,
  dir: string,
  depth: number,
  found: Extension[],
): Promise<void> {
  if (found.length >= maxHooks) return;
  const entries = await entriesIn(reach, dir);
  if (entries.some((entry) => entry.name === "HOOK.md")) {
    const hook = await hookOf(reach, root, dir);
    if (hook !== undefined) found.push(hook);
    return;
  }
  if (depth >= maxDepth) return;
  for (const entry of entries)
    if (entry.kind === "dir" && entry.name !== "node_modules")
      await scan(reach, root, join(dir, entry.name), depth + 1, found);
}

async function hookOf(reach: Reach, root: HookRoot, dir: string): Promise<Extension | undefined> {
  const shown = reach.installation.target.toHost(dir);
  try {
    const { files, problems } = await filesBelow(reach.host, await reach.view.resolve(dir), shown);
    reach.problems.push(...problems);
    const front = frontOf(files.find((file) => file.path === "HOOK.md")?.text ?? "");
    const folder = dir.split("/").at(-1) ?? "";
    const name = front.name ?? folder;
    const handler = handlers.find((one) => files.some((file) => file.path === one));
    return {
      kind: "hook",
      name,
      enabled: isEnabled(reach, root, [name, folder]),
      bundled: false,
      ...present({ runs: handler === undefined ? undefined : `${shown}/${handler}` }),
      ...codeOf(files, handler),
      events: front.events,
      place: { path: shown },
    };
  } catch (error) {
    reach.problems.push(`${shown} could not be read: ${messageOf(error)}`);
    return undefined;
  }
}

/** As far as the config tells: whether the gateway loaded it is not written down. */
function isEnabled({ installation }: Reach, root: HookRoot, names: readonly string[]): boolean {
  const internal = dict(at(installation.config.value, "hooks", "internal"));
  if (bool(internal["enabled"]) === false) return false;
  const entries = dict(internal["entries"]);
  const said = names.map((name) => bool(dict(entries[name])["enabled"])).find((value) => value !== undefined);
  return said ?? !root.needsOptIn;
}

/** Name and events from the front matter, whose `metadata` is JSON inside YAML. */
export function frontOf(text: string): { readonly name?: string; readonly events: readonly string[] } {
  const block = /^\uFEFF?---\r?\n([\s\S]{0,16384}?)\r?\n---/.exec(text)?.[1] ?? "";
  const name = /^name:[ \t]*["']?([^\r\n"']{1,200})/m.exec(block)?.[1]?.trim();
  const inside = /["']?\bevents["']?[ \t]*:[ \t\r\n]*\[([^\]]{0,4000})\]/.exec(block)?.[1] ?? "";
  const events = inside
    .split(",")
    .map((one) => one.trim().replace(/^["']|["']$/g, ""))
    .filter((one) => one !== "");
  return { ...present({ name: name === "" ? undefined : name }), events: events.slice(0, 100) };
}

/** Hook packs that versions before 2026.9 wrote into the config when they installed them. */
export function installedPacks(config: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [id, value] of Object.entries(dict(at(config, "hooks", "internal", "installs")))) {
    const record = dict(value);
    const hooks = list(record["hooks"]).flatMap((name) => str(name) ?? []);
    for (const name of hooks.length === 0 ? [id] : hooks) found.set(name, str(record["installedAt"]) ?? "");
  }
  return found;
}
