import type { HostFact } from "../../model/live-records.ts";
import { read, unread } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import { ask } from "../ask.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import type { Sources } from "../sources.ts";
import { withOwnTraits } from "./container-own.ts";
import { parseInspect } from "./container-format.ts";
import { maskArguments } from "./processes.ts";

const listing = { timeoutMs: 8000, maxBytes: 1 << 20 } as const;
const inspection = { timeoutMs: 12_000, maxBytes: 16 << 20 } as const;
const maxContainers = 200;

/** An engine is asked only where it has left a trace: its program would start its daemon. */
const engines = [
  { name: "docker", traces: ["/run/docker.sock", "/var/run/docker.sock", "~/.docker/run/docker.sock"] },
  {
    name: "podman",
    traces: ["/run/podman", "/var/lib/containers/storage", "~/.local/share/containers/storage"],
  },
] as const;

/** Containers of every engine of this host, running or not, with what would let them out. */
export async function readContainers(sources: Sources): Promise<Reading<HostFact>> {
  if (!sources.target.live) return unread("missing", "only a live host runs containers");
  const records: HostFact[] = [];
  const reasons: string[] = [];
  let asked = 0;
  for (const engine of engines) {
    if (!(await hasTrace(sources, engine.traces))) continue;
    const found = await readEngine(sources, engine.name);
    if (found === undefined) continue;
    asked += 1;
    records.push(...found.records);
    if (found.reason !== undefined) reasons.push(found.reason);
  }
  return asked === 0 ? unread("missing", "no container engine runs here") : read(records, reasons);
}

async function hasTrace({ host, target }: Sources, traces: readonly string[]): Promise<boolean> {
  for (const path of traces) {
    if ((await host.fs.stat(target.toReal(path)).catch(() => undefined)) !== undefined) return true;
  }
  return false;
}

/** Undefined where the engine's program is not installed. */
async function readEngine(sources: Sources, engine: string): Promise<Reading<HostFact> | undefined> {
  const { host, redactor, target } = sources;
  const places = { home: target.toHost(target.home), stateDir: target.toHost(target.stateDir) };
  const ids = await ask(host, [engine, "ps", "-a", "-q", "--no-trunc"], listing);
  if (!ids.ok) return ids.outcome === "missing" ? undefined : unread(ids.outcome, ids.reason);
  const all = ids.stdout.split("\n").filter((id) => /^[0-9a-f]{12,64}$/.test(id));
  if (all.length === 0) return read([]);
  const reasons: string[] = [];
  if (all.length > maxContainers)
    reasons.push(`${engine} has ${all.length} containers, the first ${maxContainers} were looked at`);
  // An id that is gone by now makes inspect end with 1; the others are told all the same.
  const told = await ask(host, [engine, "inspect", ...all.slice(0, maxContainers)], {
    ...inspection,
    codes: [0, 1],
  });
  if (!told.ok) return unread(told.outcome, told.reason);
  const facts = parseInspect(told.stdout, engine, (argv) => maskArguments(argv, redactor));
  return facts === undefined
    ? unread("error", `${engine} inspect said something that is no JSON`)
    : read(
        facts.map((fact) => withOwnTraits(fact, places)),
        reasons,
      );
}

export const containers: Collector = {
  id: "containers",
  title: "Containers, and what would let them out",
  stage: "collect",
  attack: ["T1610", "T1611", "T1613"],
  liveOnly: true,
  timeoutMs: 30_000,
  rootAdds: "containers of other users and of the system",
  collect: fromReading("containers"),
};
