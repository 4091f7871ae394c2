import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Installation } from "../../src/openclaw/types.ts";
import { evidenceRoots } from "../../src/preserve/index.ts";
import { diskHost } from "../archive/disk-host.ts";
import { readAll, seal, tempFolder } from "../archive/sealing.ts";

function put(path: string, text = "x"): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A dead host mounted under `root`, with its state folder, a workspace outside it, logs and a unit. */
function installation(root: string, stateDir = join(root, "home/claw/.openclaw")): Installation {
  const home = join(root, "home/claw");
  return {
    found: true,
    target: {
      live: false,
      root,
      home,
      stateDir,
      configPath: join(stateDir, "openclaw.json"),
      toHost: (real) => (real.startsWith(root) ? real.slice(root.length) || "/" : real),
      toReal: (host) => join(root, host),
    },
    layout: "sqlite-2026.9",
    config: {
      outcome: "ok",
      path: join(stateDir, "openclaw.json"),
      value: {},
      files: [join(stateDir, "openclaw.json"), join(root, "etc/openclaw/extra.json5")],
    },
    agents: [{ id: "main", dir: join(stateDir, "agents/main/agent"), workspace: join(root, "srv/desk") }],
    databases: [{ kind: "agent", agent: "main", path: join(root, "data/agent.sqlite") }],
    outside: [join(root, "srv/desk")],
    gatewayPort: 18789,
    gatewayBind: "loopback",
    problems: [],
  };
}

test("the seal holds the state, what lies outside it, logs, units and the places of persistence", async () => {
  const root = tempFolder();
  const state = join(root, "home/claw/.openclaw");
  for (const file of ["openclaw.json", "state/openclaw.sqlite", "state/openclaw.sqlite-wal", "tmp/lock"]) {
    put(join(state, file));
  }
  put(join(state, "cache/control-ui-assets/1/app.js"));
  put(join(state, "cache/shell-snapshots/a.sh"));
  put(join(root, "etc/openclaw/extra.json5"));
  put(join(root, "srv/desk/AGENTS.md"));
  for (const side of ["", "-wal", "-shm"]) put(join(root, `data/agent.sqlite${side}`));
  put(join(root, "tmp/openclaw/openclaw-2026-11-20.log"));
  const unit = "home/claw/.config/systemd/user/openclaw-gateway.service";
  put(join(root, unit));
  put(join(root, "home/claw/.ssh/authorized_keys"));
  put(join(root, "home/claw/.ssh/id_ed25519"));
  put(join(root, "etc/cron.d/job"));
  put(join(root, "home/claw/.claw-ir/cases/1/case.sqlite"));
  const plan = await evidenceRoots(
    diskHost(),
    installation(root),
    [join(root, "tmp/openclaw"), join(root, "tmp/openclaw-1000")],
    [join(root, unit)],
    join(root, "home/claw/.claw-ir"),
  );
  const sealed = await seal(root, plan);
  expect(sealed.partial).toEqual([]);
  const { list, manifest } = await readAll(sealed.archive, sealed.unlock);
  const files = list.filter((entry) => entry.type === "file").map((entry) => entry.path);
  expect(files.sort()).toEqual(
    [
      "data/agent.sqlite",
      "data/agent.sqlite-shm",
      "data/agent.sqlite-wal",
      "etc/cron.d/job",
      "etc/openclaw/extra.json5",
      unit,
      "home/claw/.openclaw/cache/shell-snapshots/a.sh",
      "home/claw/.openclaw/openclaw.json",
      "home/claw/.openclaw/state/openclaw.sqlite",
      "home/claw/.openclaw/state/openclaw.sqlite-wal",
      "home/claw/.openclaw/tmp/lock",
      "home/claw/.ssh/authorized_keys",
      "srv/desk/AGENTS.md",
      "tmp/openclaw/openclaw-2026-11-20.log",
    ].sort(),
  );
  // The cache is listed: its three folders' and file's lines are in the manifest and not in the tar.
  expect((manifest?.counts.entries ?? 0) - (manifest?.counts.stored ?? 0)).toBe(3);
});

test("a state folder behind a link is stored as the link and as what it points at", async () => {
  const root = tempFolder();
  put(join(root, "data/real-state/openclaw.json"), "config");
  mkdirSync(join(root, "home/claw"), { recursive: true });
  symlinkSync("../../data/real-state", join(root, "home/claw/.openclaw"));
  const plan = await evidenceRoots(diskHost(), installation(root), [], []);
  const sealed = await seal(root, plan);
  const { list } = await readAll(sealed.archive, sealed.unlock);
  expect(list.find((entry) => entry.path === "home/claw/.openclaw")).toMatchObject({ type: "symlink" });
  expect(list.find((entry) => entry.path === "data/real-state/openclaw.json")?.content).toBe("config");
});

test("a link of a mounted host that leads into this machine is not followed", async () => {
  const root = tempFolder();
  const outside = tempFolder();
  put(join(outside, "mine"));
  mkdirSync(join(root, "home/claw"), { recursive: true });
  symlinkSync(outside, join(root, "home/claw/.openclaw"));
  const plan = await evidenceRoots(diskHost(), installation(root), [], []);
  const sealed = await seal(root, plan);
  const { list } = await readAll(sealed.archive, sealed.unlock);
  expect(list.map((entry) => entry.path)).toEqual(["home/claw/.openclaw"]);
});

test("a state folder that is not there is told", async () => {
  const root = tempFolder();
  const plan = await evidenceRoots(diskHost(), installation(root), [], []);
  const sealed = await seal(root, plan);
  expect(sealed.partial).toEqual([{ path: "home/claw/.openclaw", reason: "is not there" }]);
});
