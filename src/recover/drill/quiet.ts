/**
 * Makes the restored copy fit to be started: nothing in it reaches outside, and no path in it leads to the files of this
 * host. Everything is written into the copy and goes with it.
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { at, dict, isDict, type Json } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import { configRefs, ownCopy, namesInEnvFiles, type ConfigPlace } from "../../openclaw/copied-state.ts";
import type { Installation } from "../../openclaw/types.ts";
import {
  editConfig,
  switchOffChannels,
  switchOffHeartbeat,
  switchOffHooks,
  switchOffScheduler,
} from "../../openclaw/write/index.ts";
import { messageOf } from "../../model/errors.ts";
import { tameLinks } from "./links.ts";
import type { Restored } from "./restored.ts";

export interface Quieted {
  /** Variables that the config takes values from and that are not in the archive, with what they are set to here. */
  readonly env: Readonly<Record<string, string>>;
  /** Whole sentences. */
  readonly notes: readonly string[];
}

interface Setting {
  readonly path: readonly string[];
  /** Undefined: the key goes. */
  readonly value: Json | undefined;
  /** Versions that do not know it would refuse the config: it is written only where this section is there already. */
  readonly within?: readonly string[];
}

/** What must not run, listen or call in a drill, beside what the environment and the command line say already. */
function settings(port: number, logFile: string): readonly Setting[] {
  return [
    { path: ["gateway", "port"], value: port },
    { path: ["gateway", "bind"], value: "loopback" },
    { path: ["gateway", "tailscale", "mode"], value: "off", within: ["gateway", "tailscale"] },
    { path: ["discovery", "mdns", "mode"], value: "off", within: ["discovery"] },
    { path: ["discovery", "wideArea"], value: undefined, within: ["discovery", "wideArea"] },
    { path: ["update", "checkOnStart"], value: false },
    { path: ["update", "auto", "enabled"], value: false, within: ["update", "auto"] },
    { path: ["browser", "enabled"], value: false, within: ["browser"] },
    { path: ["env", "shellEnv", "enabled"], value: false, within: ["env", "shellEnv"] },
    { path: ["logging", "file"], value: logFile },
  ];
}

/** Since 2026.9 a gateway fetches a list of models when it starts; older ones do not know the key. */
const noCatalog: Setting = { path: ["models", "catalogRefresh", "enabled"], value: false };

function wantedOf({ version = "" }: Installation, port: number, logFile: string): readonly Setting[] {
  const [year = 0, month = 0] = version.split(".").map(Number);
  const isNew = year > 2026 || (year === 2026 && month >= 9);
  return [...settings(port, logFile), ...(isNew ? [noCatalog] : [])];
}

export async function quiet(
  host: Host,
  into: string,
  { installation, places }: Restored,
  { port, logFile }: { readonly port: number; readonly logFile: string },
): Promise<Quieted> {
  const notes: string[] = [];
  // One of them may become the token of a gateway that every user of this host can reach for half a minute.
  const placeholder = `claw-ir-drill-${Buffer.from(host.random(16)).toString("hex")}`;
  await tameLinks(host, into);
  await switchOff(host, installation);
  const { value } = installation.config;
  const move = mover(into, places);
  const refs = configRefs(value, move, await namesInEnvFiles(host, installation));
  for (const one of refs.moved) await editConfig(host, installation, one.path, one.to);
  for (const one of refs.outside) await editConfig(host, installation, one.path, placeholder);
  notes.push(...refNotes(refs.outside));
  for (const { path, value: wanted, within = [] } of wantedOf(installation, port, logFile))
    if (isDict(at(value, ...within))) await setOrNote(host, installation, path, wanted, notes);
  await ownCopy(host, installation, move);
  const env = Object.fromEntries(
    [...refs.variables, ...(hasAuth(value) ? [] : ["OPENCLAW_GATEWAY_TOKEN"])].map((name) => [
      name,
      placeholder,
    ]),
  );
  if (refs.variables.length > 0)
    notes.push(
      `The config takes ${shown(refs.variables.join(", "), 200)} from the environment, which no archive holds: keep ${refs.variables.length === 1 ? "it" : "them"} elsewhere for a real restore.`,
    );
  return { env, notes };
}

/** Where the config says nothing, the service's environment did. */
function hasAuth(config: unknown): boolean {
  const auth = dict(at(config, "gateway", "auth"));
  return auth["token"] !== undefined || auth["password"] !== undefined || auth["mode"] === "none";
}

async function switchOff(host: Host, installation: Installation): Promise<void> {
  await switchOffChannels(
    host,
    installation,
    Object.keys(dict(at(installation.config.value, "channels"))).filter(isChannel),
  );
  await switchOffHooks(host, installation);
  await switchOffHeartbeat(host, installation);
  await switchOffScheduler(host, installation);
}

/** `channels.defaults` and `channels.modelByChannel` are settings of all of them. */
function isChannel(name: string): boolean {
  return name !== "defaults" && name !== "modelByChannel";
}

async function setOrNote(
  host: Host,
  installation: Installation,
  path: readonly string[],
  wanted: Json | undefined,
  notes: string[],
): Promise<void> {
  try {
    await editConfig(host, installation, path, wanted);
  } catch (error) {
    if (host.signal.aborted) throw error;
    notes.push(`${path.join(".")} could not be set in the copy: ${shown(messageOf(error), 200)}.`);
  }
}

/** A path of the old host below one of `places` → the same file in the copy. */
function mover(into: string, places: readonly string[]): (path: string) => string | undefined {
  return (path) =>
    places.some((place) => path === place || path.startsWith(`${place}/`)) ? join(into, path) : undefined;
}

function refNotes(outside: readonly ConfigPlace[]): readonly string[] {
  if (outside.length === 0) return [];
  const some = outside.slice(0, 5).map(({ shown: text }) => shown(text, 100));
  return [
    `${outside.length} ${outside.length === 1 ? "secret is" : "secrets are"} looked up outside the state (${some.join(", ")}); the drill asked for none of them.`,
  ];
}
