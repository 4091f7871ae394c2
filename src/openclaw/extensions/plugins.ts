import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import type { Extension } from "../../model/activity-records.ts";
import { at, bool, dict, isDict, isoOf, list, parseJson, str, strings } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import { placeOf } from "../agents.ts";
import { timeOf } from "../layouts/rows.ts";
import { present } from "../present.ts";
import { installedFrom } from "./origin.ts";
import { entriesIn, textIn } from "./reach.ts";
import type { Reach } from "./reach.ts";

const manifests = ["openclaw.plugin.json", "clawdbot.plugin.json", "moltbot.plugin.json"];
const maxManifest = 1 << 20;
const maxCode = 1 << 20;
const maxText = 65_536;
const maxPlugins = 1000;

/**
 * Plugins as they lie on disk: installed ones (`extensions`, `npm/projects`, the shared `npm/node_modules` of before),
 * those that a workspace brings along, and `plugins.load.paths`. The hash is that of the manifest, as in OpenClaw's own index.
 */
export async function pluginFolders(reach: Reach): Promise<readonly Extension[]> {
  const found: Extension[] = [];
  const seen = new Set<string>();
  for (const dir of await foldersOf(reach)) {
    if (found.length >= maxPlugins) {
      reach.problems.push(`more than ${maxPlugins} plugin folders; the rest was left out`);
      break;
    }
    if (seen.has(dir)) continue;
    seen.add(dir);
    const plugin = await pluginIn(reach, dir);
    if (plugin !== undefined) found.push(plugin);
  }
  return found;
}

async function foldersOf(reach: Reach): Promise<readonly string[]> {
  const { target, config, agents } = reach.installation;
  const place = placeOf(reach.installation);
  const given = strings(at(config.value, "plugins", "load", "paths")).flatMap((path) => {
    const where = place(path);
    return "path" in where ? [where.path] : [];
  });
  const projects = await foldersIn(reach, join(target.stateDir, "npm", "projects"));
  const modules = [join(target.stateDir, "npm"), ...projects].map((dir) => join(dir, "node_modules"));
  const roots = [
    join(target.stateDir, "extensions"),
    ...agents.map((agent) => join(agent.workspace, ".openclaw", "extensions")),
  ];
  const found: string[] = [...given];
  for (const root of roots) found.push(...(await foldersIn(reach, root)));
  for (const root of modules) found.push(...(await packagesIn(reach, root)));
  return found;
}

async function foldersIn(reach: Reach, dir: string): Promise<readonly string[]> {
  const entries = await entriesIn(reach, dir);
  return entries
    .filter((entry) => entry.kind === "dir" || entry.kind === "symlink")
    .map((entry) => join(dir, entry.name));
}

/** `x` and `@scope/x`. */
async function packagesIn(reach: Reach, dir: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of await foldersIn(reach, dir)) {
    const name = folder.split("/").at(-1) ?? "";
    if (name.startsWith("@")) found.push(...(await foldersIn(reach, folder)));
    else if (!name.startsWith(".")) found.push(folder);
  }
  return found;
}

async function pluginIn(reach: Reach, dir: string): Promise<Extension | undefined> {
  const packed = dict(parseJson((await textIn(reach, join(dir, "package.json"), maxManifest)) ?? ""));
  const manifest = await manifestIn(reach, dir);
  const declared = ["openclaw", "clawdbot", "moltbot"]
    .map((key) => packed[key])
    .find((value) => isDict(value));
  if (manifest === undefined && declared === undefined) return undefined;
  const { target, config } = reach.installation;
  const value = dict(parseJson(manifest?.text ?? ""));
  const name = str(value["id"]) ?? str(packed["name"]) ?? basename(dir);
  const entry = join(dir, join("/", entryOf(packed, dict(declared))));
  const code = await textIn(reach, entry, maxCode);
  return {
    kind: "plugin",
    name,
    enabled: isEnabled(config.value, name),
    bundled: false,
    ...present({ version: str(value["version"]) ?? str(packed["version"]), text: code?.slice(0, maxText) }),
    ...installOf(config.value, name),
    ...manifestFacts(manifest),
    runs: target.toHost(entry),
    events: [],
    place: { path: target.toHost(dir) },
  };
}

function entryOf(packed: Dict, declared: Dict): string {
  return strings(declared["extensions"])[0] ?? str(packed["main"]) ?? "index.js";
}

/** Versions before 2026.9 kept the record of an installation in the config. */
function installOf(config: Dict, name: string): Pick<Extension, "installedFrom" | "installedAt"> {
  const install = dict(dict(at(config, "plugins", "installs"))[name]);
  return present({ installedFrom: installedFrom(install), installedAt: timeOf(install["installedAt"]) });
}

interface Manifest {
  readonly text: string;
  readonly modifiedAt?: string;
}

function manifestFacts(manifest: Manifest | undefined): Pick<Extension, "sha256" | "modifiedAt"> {
  if (manifest === undefined) return {};
  const sha256 = createHash("sha256").update(manifest.text).digest("hex");
  return { sha256, ...present({ modifiedAt: manifest.modifiedAt }) };
}

async function manifestIn(reach: Reach, dir: string): Promise<Manifest | undefined> {
  for (const name of manifests) {
    const path = join(dir, name);
    const text = await textIn(reach, path, maxManifest);
    if (text === undefined) continue;
    const stat = await reach.view.stat(path).catch(() => undefined);
    return { text, ...present({ modifiedAt: isoOf(stat?.mtimeMs) }) };
  }
  return undefined;
}

/** As far as the config tells. */
function isEnabled(config: Dict, name: string): boolean {
  const plugins = dict(config["plugins"]);
  if (bool(plugins["enabled"]) === false || strings(plugins["deny"]).includes(name)) return false;
  const allow = list(plugins["allow"]);
  if (allow.length > 0 && !allow.includes(name)) return false;
  return bool(dict(dict(plugins["entries"])[name])["enabled"]) ?? true;
}
