/** An examined disk for collectors that need no case and no state: a fake host, a target on it, and readings of one source. */
import { join } from "node:path";
import { createRedactor } from "../../src/case/redact/redactor.ts";
import type { PersistenceSource, Sources } from "../../src/collectors/sources.ts";
import type { Reading } from "../../src/model/outcome.ts";
import { unread } from "../../src/model/outcome.ts";
import type { PersistenceItem } from "../../src/model/persistence.ts";
import type { Target } from "../../src/openclaw/types.ts";
import { fakeHost, type FakeHost, type FakeHostOptions } from "../support/fake-host.ts";

export interface Disk {
  readonly fake: FakeHost;
  readonly sources: Sources;
  readonly read: (source: PersistenceSource) => Promise<Reading<PersistenceItem>>;
  readonly end: () => Promise<void>;
}

export interface DiskOptions extends FakeHostOptions {
  readonly live?: boolean;
}

export async function disk(options: DiskOptions = {}): Promise<Disk> {
  const fake = await fakeHost(options);
  const { host, root, home } = fake;
  const live = options.live ?? false;
  const stateDir = join(home, ".openclaw");
  const target: Target = {
    live,
    ...(live ? {} : { notLiveBecause: "a mounted disk is examined" }),
    ...{ root, home, stateDir, configPath: join(stateDir, "openclaw.json") },
    toHost: (path) => (path.startsWith(`${root}/`) ? path.slice(root.length) : path),
    toReal: (path) => {
      if (path === "~" || path.startsWith("~/")) return join(home, path.slice(1));
      return path.startsWith(`${root}/`) ? path : join(root, path);
    },
  };
  const workspace = join(stateDir, "workspace");
  const sources: Sources = {
    host,
    target,
    installation: {
      ...{ found: true, target, layout: "sqlite-2026.9", databases: [], outside: [], problems: [] },
      config: { outcome: "ok", path: target.toHost(target.configPath), value: {}, files: [] },
      agents: [{ id: "main", dir: join(stateDir, "agents/main/agent"), workspace }],
      gatewayPort: 18789,
      gatewayBind: "loopback",
    },
    redactor: createRedactor(new Uint8Array(32).fill(7)),
    readings: {
      get: async () => unread<never>("missing", "not read in this test"),
      persistence: (source, given) => source.read(given),
      put: () => undefined,
      all: () => Promise.reject(new Error("not read in this test")),
    },
  };
  return { fake, sources, read: (source) => source.read(sources), end: () => fake.cleanup() };
}
