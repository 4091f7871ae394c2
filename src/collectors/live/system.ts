import { read } from "../../model/outcome.ts";
import type { CollectContext, CollectResult, Collector } from "../collector.ts";
import { line, small } from "./proc-text.ts";

/** os-release(5): NAME="value" lines; quotes are taken off, nothing is expanded. At most 100. */
export function parseOsRelease(text: string): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  for (const one of text.split("\n", 300)) {
    const match = /^([A-Z][A-Z0-9_]{0,40})=(.*)$/.exec(one.trim());
    if (match?.[1] === undefined || match[2] === undefined || found.length >= 100) continue;
    found.push([match[1], match[2].replace(/^(["'])(.*)\1$/s, "$2")]);
  }
  return Object.fromEntries(found);
}

const texts = {
  hostname: "/etc/hostname",
  kernel: "/proc/version",
  commandLine: "/proc/cmdline",
  disks: "/proc/partitions",
  swap: "/proc/swaps",
  arrays: "/proc/mdstat",
  fileSystems: "/etc/fstab",
  vendor: "/sys/class/dmi/id/sys_vendor",
  product: "/sys/class/dmi/id/product_name",
  machineId: "/etc/machine-id",
} as const;

async function collect(context: CollectContext): Promise<CollectResult> {
  const records: object[] = [];
  for (const path of ["/etc/os-release", "/usr/lib/os-release"]) {
    const text = await small(context, path, 65_536);
    if (text === undefined) continue;
    records.push({ kind: "os-release", values: parseOsRelease(text), place: { path } });
    break;
  }
  for (const [kind, path] of Object.entries(texts)) {
    const text = await line(context, path);
    if (text !== undefined && text !== "")
      records.push({ kind, text: text.slice(0, 16_384), place: { path } });
  }
  const memory = /^MemTotal: +(\d+) kB/m.exec((await small(context, "/proc/meminfo", 65_536)) ?? "")?.[1];
  if (memory !== undefined)
    records.push({ kind: "memory", bytes: Number(memory) * 1024, place: { path: "/proc/meminfo" } });
  records.push(...(await freeSpace(context)));
  if (records.length === 0)
    return { outcome: "missing", reason: "nothing tells which system it is", records };
  return read<object>(records);
}

async function freeSpace({ host, target }: CollectContext): Promise<readonly object[]> {
  const found: object[] = [];
  for (const path of ["/", "/var", "/tmp"]) {
    try {
      found.push({ kind: "free", bytes: await host.fs.free(target.toReal(path)), place: { path } });
    } catch {
      // Not there.
    }
  }
  return found;
}

export const system: Collector = {
  id: "system",
  title: "Operating system, machine, disks",
  stage: "collect",
  attack: [],
  liveOnly: false,
  timeoutMs: 30_000,
  collect,
};
