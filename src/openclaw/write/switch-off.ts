/**
 * Switches parts of OpenClaw off while it is down, each with what switches it on again. `inverse` is the command of
 * OpenClaw's own CLI that does it on a running gateway; `switchOn` understands the same text while it is down.
 */
import type { Host } from "../../host/host.ts";
import type { SwitchedOff } from "../../model/evidence.ts";
import { at, bool, dict, isDict } from "../../model/json.ts";
import type { Json } from "../../model/json.ts";
import type { Place } from "../../model/records.ts";
import { readConfig } from "../config.ts";
import type { Installation } from "../types.ts";
import { editConfig } from "./config-edit.ts";
import { showPath } from "./config-path.ts";
import type { ConfigPath } from "./config-path.ts";
import { setJobs } from "./cron-jobs.ts";

export interface SwitchingOff {
  readonly items: readonly SwitchedOff[];
  readonly changed: readonly Place[];
  /** Names that are not there, or were off already, with the reason. */
  readonly skipped: readonly { readonly what: string; readonly reason: string }[];
}

type One = { readonly item: SwitchedOff; readonly place: Place } | { readonly reason: string };

/** Each job by its id. Jobs of OpenClaw itself (heartbeat, memory, skill review) are set by the config at every start. */
export async function switchOffJobs(
  host: Host,
  installation: Installation,
  ids: readonly string[],
): Promise<SwitchingOff> {
  const time = host.clock.now();
  const done = await setJobs(host, installation, ids, false, time.getTime());
  return {
    changed: done.changed,
    skipped: done.skipped,
    items: done.jobs.map(({ id, name, stores }) => ({
      what: `cron job ${name}`,
      how: `disabled in ${stores.join(" and ")} (${id})`,
      inverse: `openclaw cron enable ${id}`,
      at: time.toISOString(),
    })),
  };
}

/** Channels by their name in the config, such as "telegram". */
export async function switchOffChannels(
  host: Host,
  installation: Installation,
  names: readonly string[],
): Promise<SwitchingOff> {
  const results: { readonly what: string; readonly one: One }[] = [];
  for (const name of names) {
    const what = `channel ${name}`;
    const known = isDict(at((await readConfig(host, installation.target)).value, "channels", name));
    const one = known
      ? await setOff(host, installation, what, ["channels", name, "enabled"], false)
      : { reason: "the config has no such channel" };
    results.push({ what, one });
  }
  return gather(results);
}

/** Recurring heartbeats of every agent: each turn costs money whether anyone is there or not. */
export async function switchOffHeartbeat(host: Host, installation: Installation): Promise<SwitchingOff> {
  const agents = dict(at((await readConfig(host, installation.target)).value, "agents"));
  const paths: ConfigPath[] = [["agents", "defaults", "heartbeat", "every"]];
  for (const [id, entry] of Object.entries(dict(agents["entries"])))
    if (isDict(at(entry, "heartbeat"))) paths.push(["agents", "entries", id, "heartbeat", "every"]);
  const listed = agents["list"];
  if (Array.isArray(listed))
    for (const [index, entry] of listed.entries())
      if (isDict(at(entry, "heartbeat"))) paths.push(["agents", "list", String(index), "heartbeat", "every"]);
  const results = [];
  for (const path of paths) {
    const what = path[1] === "defaults" ? "heartbeat" : `heartbeat of agent ${path[2] ?? "?"}`;
    results.push({ what, one: await setOff(host, installation, what, path, "0m") });
  }
  return gather(results);
}

/** The HTTP hooks through which others wake the agent. */
export async function switchOffHooks(host: Host, installation: Installation): Promise<SwitchingOff> {
  const { value } = await readConfig(host, installation.target);
  const what = "HTTP hooks";
  const one: One =
    bool(at(value, "hooks", "enabled")) === true
      ? await setOff(host, installation, what, ["hooks", "enabled"], false)
      : { reason: "they are off" };
  return gather([{ what, one }]);
}

/** The scheduler as a whole: no job runs, OpenClaw's own included. */
export async function switchOffScheduler(host: Host, installation: Installation): Promise<SwitchingOff> {
  const what = "cron scheduler";
  return gather([{ what, one: await setOff(host, installation, what, ["cron", "enabled"], false) }]);
}

async function setOff(
  host: Host,
  installation: Installation,
  what: string,
  path: ConfigPath,
  off: Json,
): Promise<One> {
  const now = await readConfig(host, installation.target);
  if (path.reduce<unknown>(step, now.value) === off) return { reason: "it is off" };
  const edit = await editConfig(host, installation, path, off);
  const before = edit.previous;
  const inverse =
    typeof before === "boolean" || typeof before === "string"
      ? `openclaw config set ${showPath(path)} ${valueText(before)}`
      : `openclaw config unset ${showPath(path)}`;
  const how = `${showPath(path)} set to ${JSON.stringify(off)}`;
  return { item: { what, how, inverse, at: host.clock.now().toISOString() }, place: edit.place };
}

function step(here: unknown, key: string): unknown {
  return Array.isArray(here) ? (here as readonly unknown[])[Number(key)] : at(here, key);
}

/** Text that a JSON reader would take for something else is quoted. */
function valueText(value: boolean | string): string {
  return typeof value === "boolean" ||
    !/^[A-Za-z0-9]+$/.test(value) ||
    /^(?:true|false|null|\d+)$/.test(value)
    ? JSON.stringify(value)
    : value;
}

function gather(results: readonly { readonly what: string; readonly one: One }[]): SwitchingOff {
  return {
    items: results.flatMap(({ one }) => ("item" in one ? [one.item] : [])),
    changed: results.flatMap(({ one }) => ("item" in one ? [one.place] : [])),
    skipped: results.flatMap(({ what, one }) => ("reason" in one ? [{ what, reason: one.reason }] : [])),
  };
}
