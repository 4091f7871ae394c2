import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { findInstallation, openState, resolveTarget } from "../../src/openclaw/index.ts";
import type { Installation } from "../../src/openclaw/index.ts";
import type { TargetOptions } from "../../src/openclaw/target.ts";
import { fakeHost, type FakeFile, type FakeHost } from "../support/fake-host.ts";

let fake: FakeHost;
afterEach(() => fake.cleanup());

/** A mounted image with these files, whose home is /home/op. */
async function image(files: Readonly<Record<string, FakeFile>>): Promise<void> {
  fake = await fakeHost({ files });
}
async function look(options: TargetOptions = { home: "/home/op" }): Promise<Installation> {
  const target = await resolveTarget(fake.host, { root: fake.root, ...options });
  return await findInstallation(fake.host, target);
}
const onHost = ({ target }: Installation, path: string): string => target.toHost(path);

describe("an installation of clawdbot", () => {
  it("has its config, its workspaces in the home, and its agents", async () => {
    await image({
      "/home/op/.clawdbot/clawdbot.json":
        '{"meta":{"lastTouchedVersion":"2026.1.24-3"},"agents":{"list":[{"id":"main"},{"id":"ops"}]},"gateway":{"port":4711}}',
      "/home/op/clawd/AGENTS.md": "hello",
      "/home/op/clawd-ops/AGENTS.md": "hello",
    });
    const found = await look();
    expect(found).toMatchObject({ found: true, version: "2026.1.24-3", gatewayPort: 4711, problems: [] });
    expect(found.agents.map(({ id, workspace }) => [id, onHost(found, workspace)])).toEqual([
      ["main", "/home/op/clawd"],
      ["ops", "/home/op/clawd-ops"],
    ]);
    expect(found.outside.map((path) => onHost(found, path))).toEqual([
      "/home/op/clawd",
      "/home/op/clawd-ops",
    ]);
  });

  it("that became OpenClaw's is found once, behind its old name too", async () => {
    await image({
      "/home/op/.openclaw/openclaw.json": '{"meta":{"lastTouchedVersion":"2026.2.26"}}',
      "/home/op/.openclaw/clawdbot.json": '{"gateway":{"auth":{"token":"FAKE-token-of-before"}}}',
      "/home/op/.openclaw/agents/main/sessions/sessions.json": "{}",
    });
    // The target is absolute: in an image it must be followed inside.
    await symlink("/home/op/.openclaw", fake.path("/home/op/.clawdbot"));
    for (const options of [{ home: "/home/op" }, { stateDir: "/home/op/.clawdbot" }]) {
      const found = await look(options);
      expect(found).toMatchObject({ found: true, version: "2026.2.26", layout: "files" });
      const scratch = fake.path(`/tmp/scratch-${found.target.stateDir.endsWith("clawdbot") ? 1 : 2}`);
      await mkdir(scratch, { recursive: true });
      const reader = await openState(fake.host, found, scratch);
      const { records } = await reader.credentials();
      expect(records.map((one) => [one.id, one.live, one.place.path.split("/").at(-1)])).toEqual([
        ["gateway-token", false, "clawdbot.json"],
      ]);
      await reader.close();
    }
  });

  it.each([".moltbot", ".moldbot"])("under the name %s is found too", async (name) => {
    await image({ [`/home/op/${name}/${name.slice(1)}.json`]: '{"gateway":{"port":5000}}' });
    expect(await look()).toMatchObject({ found: true, gatewayPort: 5000, layout: "unknown" });
  });
});

describe("several agents and profiles", () => {
  it("are found wherever the config says", async () => {
    await image({
      "/home/op/.openclaw/openclaw.json": JSON.stringify({
        agents: {
          list: [
            { id: "main", default: true, workspace: "~/.openclaw/workspace" },
            { id: "far", agentDir: "/srv/far/agent", workspace: "/srv/far/work" },
          ],
        },
      }),
      "/srv/far/agent/auth-profiles.json":
        '{"profiles":{"x:y":{"type":"api_key","provider":"x","key":"sk-FAKE-far-away-0000"}}}',
      "/home/op/.openclaw/agents/far/sessions/sessions.json": '{"agent:far:main":{"sessionId":"s1"}}',
      "/home/op/.openclaw/agents/far/sessions/s1.jsonl": '{"type":"session","id":"s1"}\n',
      "/home/op/.openclaw/agents/left/sessions/s2.jsonl": '{"type":"session","id":"s2"}\n',
    });
    const found = await look();
    expect(found.agents.map(({ id, dir }) => [id, onHost(found, dir)])).toEqual([
      ["far", "/srv/far/agent"],
      ["left", "/home/op/.openclaw/agents/left/agent"],
      ["main", "/home/op/.openclaw/agents/main/agent"],
    ]);
    await mkdir(fake.path("/tmp/scratch"), { recursive: true });
    const reader = await openState(fake.host, found, fake.path("/tmp/scratch"));
    expect(reader.sessions().records.map(({ agent, id, status }) => [agent, id, status])).toEqual([
      ["far", "s1", undefined],
      ["left", "s2", "orphaned"],
    ]);
    expect((await reader.credentials()).records.map((one) => one.secret?.reveal())).toEqual([
      "sk-FAKE-far-away-0000",
    ]);
    await reader.close();
  });

  it("a session store that the config puts elsewhere is read", async () => {
    await image({
      "/home/op/.openclaw/openclaw.json": '{"session":{"store":"/srv/{agentId}/sessions.json"}}',
      "/home/op/.openclaw/agents/main/agent/models.json": "{}",
      "/srv/main/sessions.json": '{"agent:main:main":{"sessionId":"s1"}}',
      "/srv/main/s1.jsonl": '{"type":"session","id":"s1"}\n',
    });
    await mkdir(fake.path("/tmp/scratch"), { recursive: true });
    const reader = await openState(fake.host, await look(), fake.path("/tmp/scratch"));
    expect(reader.sessions().records).toMatchObject([{ key: "agent:main:main", id: "s1", events: 1 }]);
    await reader.close();
  });

  it("the states beside one that is not there are named", async () => {
    await image({ "/home/op/.openclaw-work/openclaw.json": "{}", "/home/op/.clawdbot-old/x": "" });
    const found = await look();
    expect(found.found).toBe(false);
    expect(found.problems.join()).toContain("There: .clawdbot-old, .openclaw-work.");
    expect(await look({ home: "/home/op", profile: "work" })).toMatchObject({ found: true, problems: [] });
    // A home with nothing but a profile is still the home to look at.
    expect((await look({})).target.home).toBe(fake.path("/home/op"));
  });
});

describe("a state that lives in a container", () => {
  const config = JSON.stringify({
    agents: { defaults: { workspace: "/home/node/.openclaw/workspace" } },
    logging: { file: "/home/node/.openclaw/logs/own.log" },
  });

  it("has its workspace where the container's mounts say", async () => {
    await image({
      "/home/op/.openclaw/openclaw.json": config,
      "/srv/claw-work/skills/one/SKILL.md": "---\nname: one\n---\n",
      "/var/lib/docker/containers/other/config.v2.json": "{",
      "/var/lib/docker/containers/abc/config.v2.json": JSON.stringify({
        MountPoints: {
          "/home/node/.openclaw": { Source: "/home/op/.openclaw", Destination: "/home/node/.openclaw" },
          "/home/node/.openclaw/workspace": { Source: "/srv/claw-work" },
        },
      }),
      "/home/op/.openclaw/agents/main/agent/models.json": "{}",
    });
    const found = await look();
    expect(found.agents.map(({ workspace }) => onHost(found, workspace))).toEqual(["/srv/claw-work"]);
    expect(found.outside.map((path) => onHost(found, path))).toEqual(["/srv/claw-work"]);
    expect(found.problems).toEqual([]);
  });

  it("that podman keeps is found in the same way", async () => {
    await image({
      "/home/op/.openclaw/openclaw.json": config,
      "/home/op/.openclaw/agents/main/agent/models.json": "{}",
      "/srv/desk/AGENTS.md": "x",
      "/home/op/.local/share/containers/storage/overlay-containers/abc/userdata/config.json": JSON.stringify({
        mounts: [
          { destination: "/proc", source: "proc" },
          { destination: "/home/node", source: "/home/op" },
          { destination: "/home/node/.openclaw/workspace", source: "/srv/desk" },
        ],
      }),
    });
    const found = await look();
    expect(found.agents.map(({ workspace }) => onHost(found, workspace))).toEqual(["/srv/desk"]);
  });

  it("whose mounts nobody tells says what was not read", async () => {
    await image({
      "/home/op/.openclaw/openclaw.json": config,
      "/home/op/.openclaw/agents/main/agent/models.json": "{}",
    });
    const { problems } = await look();
    expect(problems.join()).toMatch(/workspace of agent main .* written for \/home\/node\/\.openclaw/);
  });
});

describe("a state of a release to come", () => {
  it("says that it is, and names what no reader knows", async () => {
    await image({
      "/home/op/.openclaw/openclaw.json": '{"meta":{"lastTouchedVersion":"2027.1.3"}}',
      "/home/op/.openclaw/openclaw.json.bak.1": "{}",
      "/home/op/.openclaw/workspace-ops/AGENTS.md": "",
      "/home/op/.openclaw/vault/keys.bin": "",
      "/home/op/.openclaw/state/sessions-v2.sqlite": "",
      "/home/op/.openclaw/agents/main/ledger.bin": "",
    });
    const { problems } = await look();
    expect(problems.join()).toContain("written by OpenClaw 2027.1.3, later than the 2026.9.6");
    expect(problems.join()).toContain(
      `not read, is vault, ${join("state", "sessions-v2.sqlite")}, ${join("agents", "main", "ledger.bin")}.`,
    );
  });
});
