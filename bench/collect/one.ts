/**
 * One collector of the built claw-ir as a process of its own: `node bench/collect/one.ts ID ROOT HOME DATA [full]`. Says as JSON how
 * long it took without the start of Node, and what it kept.
 */
import { performance } from "node:perf_hooks";
import process from "node:process";
import type * as CaseRoom from "../../src/case/index.ts";
import type * as CollectorsRoom from "../../src/collectors/index.ts";
import type * as RealHost from "../../src/host/real/index.ts";
import type * as OpenClawRoom from "../../src/openclaw/index.ts";

const built = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;
const { createCase, resolveDataDir } = (await import(built("case/index.js"))) as typeof CaseRoom;
const { collectors, createReadings, runCollector } = (await import(
  built("collectors/index.js")
)) as typeof CollectorsRoom;
const { createRealHost } = (await import(built("host/real/index.js"))) as typeof RealHost;
const { findInstallation, resolveTarget } = (await import(built("openclaw/index.js"))) as typeof OpenClawRoom;

const [id, root = "/", home, data, full] = process.argv.slice(2);
const collector = collectors.find((one) => one.id === id);
if (collector === undefined || home === undefined || data === undefined) {
  throw new Error("usage: one.ts ID ROOT HOME DATA [full]");
}
const host = createRealHost({
  yes: false,
  nonInteractive: true,
  color: false,
  secretFiles: {},
  version: "0.0.0-bench",
  env: { ...process.env, HOME: root === "/" ? home : "/nonexistent" },
});
const target = await resolveTarget(host, root === "/" ? {} : { root, home });
const installation = await findInstallation(host, target);
const dataDir = await resolveDataDir(host, data, [], { make: true });
const subject = await createCase(host, { dataDir, playbook: "collect", title: "bench" });
const started = performance.now();
const artifact = await runCollector(host, subject, collector, {
  host,
  target,
  installation,
  redactor: subject.redactor,
  readings: createReadings(),
  ...(full === "full" ? { full: true } : {}),
});
const ms = performance.now() - started;
await subject.release();
host.dispose();
const { outcome, reason, records, bytes } = artifact;
console.log(
  JSON.stringify({
    id,
    ms,
    outcome,
    reason,
    records,
    bytes,
    path: `${subject.info.path}/${artifact.file ?? ""}`,
  }),
);
