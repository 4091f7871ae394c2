import { join } from "node:path";
import type { Host } from "../../../host/host.ts";
import { at, num, parseJson } from "../../../model/json.ts";

const prefix = "restic-";
const marker = "claw-ir-scratch.json";

/** A private folder in the data folder for what is in the clear while restic works; whoever makes it removes it. */
export async function resticScratch(host: Host, dataDir: string): Promise<string> {
  await removeLeft(host, dataDir);
  const folder = await host.fs.scratch(dataDir, prefix);
  const self = await host.processes.get(host.facts.pid);
  const owner = { pid: host.facts.pid, startTicks: self?.startTicks ?? 0 };
  await host.fs.writeAtomic(join(folder, marker), `${JSON.stringify(owner)}\n`);
  return folder;
}

/** What a run that was killed left behind: its process is gone, and the folder says whose it was. */
async function removeLeft(host: Host, dataDir: string): Promise<void> {
  const entries = await host.fs.list(dataDir).catch(() => []);
  for (const { name, kind } of entries) {
    if (kind !== "dir" || !name.startsWith(prefix)) continue;
    const folder = join(dataDir, name);
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
