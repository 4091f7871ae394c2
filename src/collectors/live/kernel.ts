import type { HostFact } from "../../model/live-records.ts";
import { read, unread } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import type { Collector } from "../collector.ts";
import { listFolder } from "../files.ts";
import { fromReading } from "../from-reading.ts";
import type { Sources } from "../sources.ts";
import { parseBinfmt, parseModules, parseTaint } from "./kernel-format.ts";
import { line, small } from "./proc-text.ts";

const modulesPath = "/proc/modules";
const taintPath = "/proc/sys/kernel/tainted";
const binfmtFolder = "/proc/sys/fs/binfmt_misc";

/** Settings that decide what an intruder could do, or has turned off. */
const settings = [
  "/proc/cmdline",
  "/proc/version",
  "/sys/kernel/security/lockdown",
  "/sys/kernel/security/lsm",
  "/proc/sys/kernel/modules_disabled",
  "/proc/sys/kernel/kptr_restrict",
  "/proc/sys/kernel/yama/ptrace_scope",
  "/proc/sys/kernel/unprivileged_bpf_disabled",
  "/proc/sys/kernel/core_pattern",
  "/proc/sys/kernel/modprobe",
] as const;

/** Modules, taint, interpreters for foreign programs and settings of the running kernel. */
export async function readKernel(sources: Sources): Promise<Reading<HostFact>> {
  if (!sources.target.live) return unread("missing", "only a live host has a running kernel");
  const taintText = await line(sources, taintPath);
  const modules = await small(sources, modulesPath);
  if (taintText === undefined && modules === undefined)
    return unread("missing", `${taintPath} and ${modulesPath} are not there`);
  const taint = parseTaint(taintText ?? "", taintPath);
  const reasons: string[] = [];
  const records = [
    ...(taint === undefined ? [] : [taint]),
    ...parseModules(modules ?? "", modulesPath),
    ...(await interpreters(sources, reasons)),
    ...(await readSettings(sources)),
  ];
  if (taint === undefined) reasons.push(`${taintPath} says nothing`);
  return read(records, reasons);
}

async function interpreters(sources: Sources, reasons: string[]): Promise<readonly HostFact[]> {
  const { names, trouble } = await listFolder(sources, binfmtFolder, 500);
  if (trouble !== undefined) reasons.push(trouble.reason);
  const facts: HostFact[] = [];
  for (const name of names) {
    if (name === "register" || name === "status") continue;
    const path = `${binfmtFolder}/${name}`;
    const fact = parseBinfmt(name, (await small(sources, path, 65_536)) ?? "", path);
    if (fact !== undefined) facts.push(fact);
  }
  return facts;
}

async function readSettings(sources: Sources): Promise<readonly HostFact[]> {
  const facts: HostFact[] = [];
  for (const path of settings) {
    const detail = await line(sources, path);
    if (detail === undefined) continue;
    facts.push({
      kind: "setting",
      name: path.slice(path.lastIndexOf("/") + 1),
      detail,
      traits: [],
      place: { path },
    });
  }
  return facts;
}

export const kernel: Collector = {
  id: "kernel",
  title: "The kernel: modules, taint, interpreters, settings",
  stage: "volatile",
  attack: ["T1547.006", "T1014", "T1546"],
  liveOnly: true,
  timeoutMs: 30_000,
  collect: fromReading("kernel"),
};
