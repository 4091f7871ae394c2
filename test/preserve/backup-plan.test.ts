import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findInstallation, resolveTarget } from "../../src/openclaw/index.ts";
import { type BackupPlan, backupPlan } from "../../src/preserve/index.ts";
import { fakeHost, type FakeHost } from "../support/fake-host.ts";

let fake: FakeHost;
beforeEach(async () => {
  fake = await fakeHost();
});
afterEach(() => fake.cleanup());

async function planned(): Promise<BackupPlan> {
  const installation = await findInstallation(fake.host, await resolveTarget(fake.host, {}));
  return backupPlan(fake.host, installation, fake.path("data"));
}
function reasonFor(plan: BackupPlan, path: string): string | undefined {
  return plan.leaveOut(fake.path(path));
}

describe("what a backup holds", () => {
  it("the state, the config with its includes, workspaces and agent folders elsewhere", async () => {
    await fake.put("~/.openclaw/parts/models.json5", "{}");
    const text = JSON.stringify({
      agents: { list: [{ id: "work", workspace: fake.path("srv/notes"), agentDir: fake.path("srv/agent") }] },
      $include: "./parts/models.json5",
    });
    await fake.put("~/.openclaw/openclaw.json", text);
    await fake.put("srv/notes/AGENTS.md", "x");
    await fake.put("srv/agent/openclaw-agent.sqlite", "x");
    const { roots, about, excludes } = await planned();
    const reals = roots.map(({ real }) => real);
    expect(reals).toEqual(
      expect.arrayContaining([
        fake.path("~/.openclaw"),
        fake.path("~/.openclaw/parts/models.json5"),
        fake.path("srv/notes"),
        fake.path("srv/agent"),
      ]),
    );
    const stored = (path: string): string => fake.path(path).slice(1);
    expect(about["roots"]).toEqual(
      [stored("~/.openclaw"), stored("srv/agent"), stored("srv/notes")].toSorted(),
    );
    expect(about).toMatchObject({ home: fake.home, stateDir: fake.path("~/.openclaw") });
    expect(about["workspaces"]).toContain(fake.path("srv/notes"));
    expect(excludes).toEqual([{ real: fake.path("data"), reason: "claw-ir's own folder" }]);
  });

  it.each([
    ["~/.openclaw/cache", "a cache"],
    ["~/.openclaw/tmp/openclaw-1000", "locks of a running gateway"],
    ["~/.openclaw/agents/main/agent/openclaw-agent.sqlite.generation-lock.sqlite", "a lock without data"],
    ["~/.openclaw/agents/main/agent/openclaw-agent.sqlite.reindex-lock.sqlite-wal", "a lock without data"],
    ["~/.openclaw/gateway.pid", "the process id"],
  ])("%s is made again", async (path, reason) => {
    await fake.put("~/.openclaw/openclaw.json", "{}");
    expect(reasonFor(await planned(), path)).toContain(reason);
  });

  it.each([
    "~/.openclaw/openclaw.json.bak",
    "~/.openclaw/tmp/agent-cli",
    "~/.openclaw/workspace/cache",
    "~/.openclaw/workspace/server.pid",
    "~/.openclaw/workspace/x.lock.sqlite",
    "~/.openclaw/skills/x/cache",
    "~/.openclaw/state/openclaw.sqlite",
    "~/.openclaw/sessions-wal",
  ])("%s is kept", async (path) => {
    await fake.put("~/.openclaw/openclaw.json", "{}");
    expect(reasonFor(await planned(), path)).toBeUndefined();
  });

  it("a state folder that is a link: both names, and the same is left out", async () => {
    await mkdir(fake.path("disk"));
    await fake.put("disk/openclaw/openclaw.json", "{}");
    await symlink(fake.path("disk/openclaw"), fake.path("~/.openclaw"));
    const plan = await planned();
    expect(plan.roots.map(({ real }) => real)).toEqual(
      expect.arrayContaining([fake.path("~/.openclaw"), fake.path("disk/openclaw")]),
    );
    expect(reasonFor(plan, join("disk/openclaw", "cache"))).toContain("a cache");
  });
});
