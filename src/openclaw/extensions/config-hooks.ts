import type { Extension } from "../../model/activity-records.ts";
import { at, bool, dict, isDict, list, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Place } from "../../model/records.ts";
import { present } from "../present.ts";

/** Hooks that come with OpenClaw (docs/automation/hooks/bundled-hooks of 2026.9.6). */
const bundled = new Set([
  "boot-md",
  "bootstrap-extra-files",
  "command-logger",
  "compaction-notifier",
  "session-memory",
]);
const maxEntries = 500;

/**
 * Hooks that the config itself makes: addresses at which somebody outside can set the agent to work, Gmail, modules of
 * versions before 2026.9, and switches of hooks by name (of `known` ones a folder tells more). Pure.
 */
export function configHooks(config: Dict, path: string, known: ReadonlySet<string>): readonly Extension[] {
  const hooks = dict(config["hooks"]);
  const place = (locator: string): Place => ({ path, locator });
  const entries = Object.entries(dict(at(hooks, "internal", "entries"))).filter(([name]) => !known.has(name));
  return [
    ...webhooks(hooks, place),
    ...list(at(hooks, "internal", "handlers"))
      .slice(0, maxEntries)
      .flatMap((value, i): Extension[] => {
        const handler = dict(value);
        const module = str(handler["module"]);
        const event = str(handler["event"]);
        if (module === undefined) return [];
        return [
          hook(
            module,
            bool(at(hooks, "internal", "enabled")) !== false,
            event === undefined ? [] : [event],
            module,
            place(`hooks.internal.handlers[${i}]`),
          ),
        ];
      }),
    ...entries.slice(0, maxEntries).map(([name, entry]) => ({
      ...hook(
        name,
        bool(dict(entry)["enabled"]) ?? true,
        [],
        undefined,
        place(`hooks.internal.entries.${name}`),
      ),
      bundled: bundled.has(name),
    })),
  ];
}

function hook(
  name: string,
  enabled: boolean,
  events: readonly string[],
  runs: string | undefined,
  place: Place,
): Extension {
  return {
    kind: "hook",
    name,
    enabled,
    bundled: false,
    ...present({ runs: runs?.slice(0, 4000) }),
    events,
    place,
  };
}

/** `hooks.enabled` opens them; the first mapping that fits wins. */
function webhooks(hooks: Dict, place: (locator: string) => Place): readonly Extension[] {
  const enabled = bool(hooks["enabled"]) === true;
  const base = str(hooks["path"]) ?? "/hooks";
  const found: Extension[] = [];
  if (enabled)
    found.push(
      hook("webhooks", true, [`POST ${base}/wake`, `POST ${base}/agent`], undefined, place("hooks.enabled")),
    );
  for (const [i, value] of list(hooks["mappings"]).slice(0, maxEntries).entries()) {
    const mapping = dict(value);
    const path = str(at(mapping, "match", "path")) ?? "*";
    const name = str(mapping["id"]) ?? str(mapping["name"]) ?? `mapping ${i}`;
    found.push(hook(name, enabled, [`POST ${base}/${path}`], doesOf(mapping), place(`hooks.mappings[${i}]`)));
  }
  for (const preset of list(hooks["presets"]).slice(0, maxEntries))
    if (typeof preset === "string")
      found.push(hook(preset, enabled, [`POST ${base}/${preset}`], undefined, place("hooks.presets")));
  if (isDict(hooks["gmail"]))
    found.push(hook("gmail", true, ["gmail"], str(dict(hooks["gmail"])["account"]), place("hooks.gmail")));
  return found;
}

/** The module that transforms a request runs in the gateway; the template is what the agent is told. */
function doesOf(mapping: Dict): string | undefined {
  const module = str(at(mapping, "transform", "module"));
  const message = str(mapping["messageTemplate"]) ?? str(mapping["textTemplate"]);
  const parts = [
    module === undefined ? undefined : `transform ${module}`,
    str(mapping["action"]),
    str(mapping["agentId"]) === undefined ? undefined : `agent ${str(mapping["agentId"]) ?? ""}`,
    message === undefined ? undefined : `says: ${message}`,
    bool(mapping["allowUnsafeExternalContent"]) === true ? "external content is not fenced off" : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(", ");
}
