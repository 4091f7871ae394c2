import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { extract } from "tar";
import { createCase } from "../../src/case/index.ts";
import type { Case } from "../../src/case/types.ts";
import { collectors, createReadings, runCollector } from "../../src/collectors/index.ts";
import type { Collector, Sources } from "../../src/collectors/index.ts";
import type { Artifact } from "../../src/model/evidence.ts";
import { findInstallation, openState } from "../../src/openclaw/index.ts";
import type { Target } from "../../src/openclaw/index.ts";
import { fakeHost, type FakeHost, type FakeHostOptions } from "../support/fake-host.ts";

const states = fileURLToPath(new URL("../fixtures/states", import.meta.url));

export interface Setting {
  readonly fake: FakeHost;
  readonly kase: Case;
  readonly sources: Sources;
  readonly run: (collector: Collector) => Promise<Artifact>;
  readonly lines: (artifact: Artifact) => Promise<readonly unknown[]>;
  readonly end: () => Promise<void>;
}

export interface SettingOptions extends FakeHostOptions {
  readonly live?: boolean;
  /** Unpacks the real state of OpenClaw 2026.9.6 into the home and opens it. */
  readonly state?: boolean;
}

export async function setting(options: SettingOptions = {}): Promise<Setting> {
  const fake = await fakeHost(options);
  const { host, root, home } = fake;
  const live = options.live ?? false;
  const target: Target = {
    live,
    ...(live ? {} : { notLiveBecause: "a mounted disk is examined" }),
    root,
    home,
    stateDir: join(home, ".openclaw"),
    configPath: join(home, ".openclaw", "openclaw.json"),
    toHost: (path) => (path === root ? "/" : path.startsWith(`${root}/`) ? path.slice(root.length) : path),
    toReal: (path) => (path === "~" || path.startsWith("~/") ? join(home, path.slice(1)) : join(root, path)),
  };
  if (options.state === true)
    await extract({ file: join(states, "state-2026.9.6.tar.gz"), cwd: home, preservePaths: true });
  await host.fs.mkdir(join(home, ".claw-ir"));
  const kase = await createCase(host, {
    dataDir: join(home, ".claw-ir"),
    playbook: "collect",
    title: "test",
  });
  const installation = await findInstallation(host, target);
  const state =
    options.state === true ? await openState(host, installation, await kase.scratch()) : undefined;
  const sources: Sources = {
    host,
    target,
    installation,
    redactor: kase.redactor,
    readings: createReadings(),
    scratch: () => kase.scratch(),
    ...(state === undefined ? {} : { state }),
  };
  return {
    fake,
    kase,
    sources,
    run: (collector) => runCollector(host, kase, collector, sources),
    lines: async (artifact) => {
      if (artifact.file === undefined) return [];
      const text = await host.fs.readText(join(kase.info.path, artifact.file), { maxBytes: 64 << 20 });
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as unknown);
    },
    end: async () => {
      await state?.close();
      await kase.release();
      await fake.cleanup();
    },
  };
}

export function collector(id: string): Collector {
  const found = collectors.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no collector ${id}`);
  return found;
}
