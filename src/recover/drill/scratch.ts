/**
 * The folder that a drill lives in: private, with a record of whose it is, and a keeper process that removes it should
 * claw-ir be killed. What a killed one left behind nevertheless (a power cut) is removed by the next drill.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { removeAbandoned } from "../../case/temporaries.ts";
import type { Host } from "../../host/host.ts";
import { at, dict, num, parseJson, strings, type Json } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import { endFamily, type Leader } from "./family.ts";
import { removeTraces } from "./traces.ts";

const prefix = "scratch-drill-";
const recordName = "drill.json";
const keeperEndMs = 10_000;
const killAtOnce = { termMs: 0, killMs: 30_000 };

export interface Scratch {
  readonly folder: string;
  /** What has to be ended and removed beside the folder, should claw-ir be killed from now on. */
  readonly note: (gateway: Leader | undefined, traces: readonly string[]) => Promise<void>;
  /** Ends the keeper and removes the folder. */
  readonly remove: () => Promise<void>;
}

export async function makeScratch(host: Host, parent: string): Promise<Scratch> {
  const folder = await host.fs.scratch(parent, prefix);
  const owner = await selfOf(host);
  const note: Scratch["note"] = async (gateway, traces) => {
    const record: Json = {
      owner: { ...owner },
      ...(gateway === undefined ? {} : { gateway: { ...gateway } }),
      traces: [...traces],
    };
    await host.fs.writeAtomic(join(folder, recordName), `${JSON.stringify(record)}\n`);
  };
  let keeper: Leader | undefined;
  try {
    await note(undefined, []);
    keeper = await startKeeper(host, folder);
  } catch (error) {
    await host.fs.removeScratch(folder).catch(() => undefined);
    throw error;
  }
  return {
    folder,
    note,
    remove: async () => {
      await host.fs.removeScratch(folder);
      // It would see by itself that the folder is gone, and a little later.
      await endKeeper(host, keeper);
    },
  };
}

/** The Node that runs claw-ir runs the keeper, too. */
async function startKeeper(host: Host, folder: string): Promise<Leader> {
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const script = fileURLToPath(new URL(`../../host/real/keeper.${ending}`, import.meta.url));
  const { pid } = await host.spawn([host.facts.execPath, script, String(host.facts.pid), folder], {
    cwd: "/",
    env: { HOME: "/nonexistent", NODE_OPTIONS: "", NODE_NO_WARNINGS: "1" },
    logFile: join(folder, "keeper.log"),
  });
  return { pid, startTicks: (await host.processes.get(pid))?.startTicks ?? 0 };
}

async function endKeeper(host: Host, keeper: Leader): Promise<void> {
  const until = host.clock.monotonic() + keeperEndMs;
  await host.processes.signal(keeper, "SIGKILL");
  while ((await isAlive(host, keeper)) && host.clock.monotonic() < until)
    if (!host.signal.aborted) await host.clock.sleep(10).catch(() => undefined);
}

async function selfOf(host: Host): Promise<Leader> {
  const self = await host.processes.get(host.facts.pid);
  return { pid: host.facts.pid, startTicks: self?.startTicks ?? 0 };
}

/** Removes what drills that were killed left in `parent`, their gateways first. One sentence for each. */
export async function removeLeftovers(host: Host, parent: string): Promise<readonly string[]> {
  const told: string[] = [];
  const entries = await host.fs.list(parent).catch(() => []);
  for (const { name, kind } of entries) {
    if (kind !== "dir" || !name.startsWith(prefix)) continue;
    const folder = join(parent, name);
    if (await removeAbandoned(host, folder, recordName)) continue;
    const record = await recordOf(host, folder);
    if (record === undefined || (await isAlive(host, record.owner))) continue;
    const left = await endFamily(host, folder, record.gateway, killAtOnce);
    await removeTraces(host, record.traces);
    if (left.length === 0 && (await host.fs.removeLeftover(folder, recordName)))
      told.push(`Removed what an earlier drill left behind when it was killed: ${shown(folder)}.`);
  }
  return told;
}

interface StoredRecord {
  readonly owner: Leader;
  readonly gateway: Leader | undefined;
  readonly traces: readonly string[];
}

async function recordOf(host: Pick<Host, "fs">, folder: string): Promise<StoredRecord | undefined> {
  const text = await host.fs.readText(join(folder, recordName), { maxBytes: 1024 * 1024 }).catch(() => "");
  const value = dict(parseJson(text));
  const owner = leaderOf(value["owner"]);
  if (owner === undefined) return undefined;
  return { owner, gateway: leaderOf(value["gateway"]), traces: strings(value["traces"]) };
}

function leaderOf(value: unknown): Leader | undefined {
  const [pid, startTicks] = [num(at(value, "pid")), num(at(value, "startTicks"))];
  return pid === undefined || startTicks === undefined ? undefined : { pid, startTicks };
}

async function isAlive(
  host: Pick<Host, "processes" | "facts">,
  { pid, startTicks }: Leader,
): Promise<boolean> {
  const process = await host.processes.get(pid);
  // This very process lives even where it cannot see itself (no /proc).
  if (process === undefined) return pid === host.facts.pid;
  return process.state !== "Z" && process.startTicks === startTicks;
}
