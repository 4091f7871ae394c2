/**
 * Every collector over one disk in a process of its own: `node hostile-child.ts ROOT HOME DATA MODE`. Says one JSON line per collector with
 * how it ended, how long it took and the most memory that the process held meanwhile. MODE "record" says the paths that were
 * asked for instead; MODE "measure" only measures.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type * as CaseRoom from "../../src/case/index.ts";
import type * as CollectorsRoom from "../../src/collectors/index.ts";
import type { HostFs } from "../../src/host/host.ts";
import type * as RealHost from "../../src/host/real/index.ts";
import type * as OpenClawRoom from "../../src/openclaw/index.ts";

const built = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;
const { createCase } = (await import(built("case/index.js"))) as typeof CaseRoom;
const { collectors, createReadings, runCollector } = (await import(
  built("collectors/index.js")
)) as typeof CollectorsRoom;
const { createRealHost } = (await import(built("host/real/index.js"))) as typeof RealHost;
const { findInstallation, openState, resolveTarget } = (await import(
  built("openclaw/index.js")
)) as typeof OpenClawRoom;

export interface Measured {
  readonly id: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly records: number;
  readonly ms: number;
  readonly limitMs: number;
  /** Resident memory of the process when it began: what was read before is kept for analysis. */
  readonly heldBytes: number;
  /** The most while it ran. */
  readonly peakBytes: number;
}

/** A look that walks everything asks for every path there is: it is no path that collectors know of. */
const walkers: ReadonlySet<string> = new Set(["bodyfile", "odd-files"]);

const [root = "", home = "", dataDir = "", mode = "measure", only] = process.argv.slice(2);
const asked = new Set<string>();

function recording(fs: HostFs): HostFs {
  const noted =
    <A extends readonly unknown[], R>(work: (path: string, ...rest: A) => R) =>
    (path: string, ...rest: A): R => {
      asked.add(path);
      return work(path, ...rest);
    };
  return {
    ...fs,
    read: noted(fs.read),
    readText: noted(fs.readText),
    readTail: noted(fs.readTail),
    open: noted(fs.open),
    stat: noted(fs.stat),
    look: noted(fs.look),
    list: noted(fs.list),
    copy: noted(fs.copy),
  };
}

function memory(field: "VmRSS" | "VmHWM"): number {
  return (
    Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) * 1024
  );
}

const real = createRealHost({
  yes: false,
  nonInteractive: true,
  color: false,
  secretFiles: {},
  version: "0.0.0-test",
  env: { HOME: "/nonexistent" },
});
const host = mode === "record" ? { ...real, fs: recording(real.fs) } : real;

async function measured(
  id: string,
  limitMs: number,
  work: () => Promise<Omit<Measured, "id" | "ms" | "limitMs" | "heldBytes" | "peakBytes">>,
): Promise<void> {
  // Sets the high-water mark back to what is held now (proc_pid_clear_refs(5)).
  writeFileSync("/proc/self/clear_refs", "5");
  const heldBytes = memory("VmRSS");
  const began = performance.now();
  const ended = await work();
  const ms = Math.round(performance.now() - began);
  const line: Measured = { id, ...ended, ms, limitMs, heldBytes, peakBytes: memory("VmHWM") };
  if (mode !== "record") console.log(JSON.stringify(line));
}

const target = await resolveTarget(host, { root, home });
const installation = await findInstallation(host, target);
const subject = await createCase(host, { dataDir, playbook: "collect", title: "test" });
const scratch = await subject.scratch();
let state: Awaited<ReturnType<typeof openState>> | undefined;
await measured("(open the state)", 60_000, async () => {
  state = await openState(host, installation, scratch);
  return { outcome: "ok", records: 0 };
});
const sources = {
  host,
  target,
  installation,
  redactor: subject.redactor,
  readings: createReadings(),
  ...(state === undefined ? {} : { state }),
};
for (const collector of collectors) {
  if ((mode === "record" && walkers.has(collector.id)) || (only ?? collector.id) !== collector.id) continue;
  await measured(collector.id, collector.timeoutMs, async () => {
    const { outcome, reason, records } = await runCollector(host, subject, collector, sources);
    return { outcome, records, ...(reason === undefined ? {} : { reason: reason.slice(0, 300) }) };
  });
}
await state?.close();
await subject.release();
real.dispose();
const inside = [...asked].filter(
  (path) => path.startsWith(`${root}/`) && !path.startsWith(join(dataDir, "/")),
);
if (mode === "record") console.log(JSON.stringify(inside.sort()));
