/** Private folders for what is in the clear for a while; what a run that was killed left is removed by the next one. */
import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { at, num, parseJson } from "../model/json.ts";
import { removeAbandoned } from "./temporaries.ts";

const marker = "claw-ir-scratch.json";

/** A fresh folder `PREFIX…` (0700) in `parent` that says whose it is; whoever makes it removes it. */
export async function ownedScratch(host: Host, parent: string, prefix: string): Promise<string> {
  await removeLeft(host, parent, prefix);
  const folder = await host.fs.scratch(parent, prefix);
  const self = await host.processes.get(host.facts.pid);
  const owner = { pid: host.facts.pid, startTicks: self?.startTicks ?? 0 };
  await host.fs.writeAtomic(join(folder, marker), `${JSON.stringify(owner)}\n`);
  return folder;
}

async function removeLeft(host: Host, parent: string, prefix: string): Promise<void> {
  const entries = await host.fs.list(parent).catch(() => []);
  for (const { name, kind } of entries) {
    if (kind !== "dir" || !name.startsWith(prefix)) continue;
    const folder = join(parent, name);
    if (await removeAbandoned(host, folder, marker)) continue;
    if (!(await isInUse(host, folder))) await host.fs.removeLeftover(folder, marker);
  }
}

/** One without a word of its owner is just being made, or not ours. */
async function isInUse(host: Host, folder: string): Promise<boolean> {
  const text = await host.fs.readText(join(folder, marker), { maxBytes: 1000 }).catch(() => "");
  const [pid, startTicks] = ["pid", "startTicks"].map((key) => num(at(parseJson(text), key)));
  if (pid === undefined) return true;
  const owner = await host.processes.get(pid);
  if (owner === undefined || owner.state === "Z") return pid === host.facts.pid;
  return startTicks === 0 || owner.startTicks === startTicks;
}
