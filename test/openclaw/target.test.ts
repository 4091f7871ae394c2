import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ClawError } from "../../src/model/errors.ts";
import { resolveInside, resolveTarget } from "../../src/openclaw/index.ts";
import type { TargetOptions } from "../../src/openclaw/target.ts";
import {
  fakeHost,
  fakeProcess,
  fakeSocket,
  type FakeHost,
  type FakeHostOptions,
} from "../support/fake-host.ts";

let fake: FakeHost;
afterEach(() => fake.cleanup());
async function make(options: FakeHostOptions = {}): Promise<FakeHost> {
  fake = await fakeHost(options);
  return fake;
}

describe("where the state is", () => {
  // Environment, options, folders that exist → state dir and config, both below the home.
  const cases: readonly [string, Record<string, string>, TargetOptions, readonly string[], string, string][] =
    [
      ["nothing said", {}, {}, [], ".openclaw", ".openclaw/openclaw.json"],
      [
        "the old name where there is no new one",
        {},
        {},
        [".clawdbot"],
        ".clawdbot",
        ".clawdbot/openclaw.json",
      ],
      [
        "the new name where there are both",
        {},
        {},
        [".clawdbot", ".openclaw"],
        ".openclaw",
        ".openclaw/openclaw.json",
      ],
      ["a name of the days between", {}, {}, [".moldbot"], ".moldbot", ".moldbot/openclaw.json"],
      [
        "a profile of the old name",
        {},
        { profile: "work" },
        [".openclaw", ".clawdbot-work"],
        ".clawdbot-work",
        ".clawdbot-work/openclaw.json",
      ],
      [
        "CLAWDBOT_STATE_DIR, where there is something and no state of OpenClaw's",
        { CLAWDBOT_STATE_DIR: "~/d" },
        {},
        ["d"],
        "d",
        "d/openclaw.json",
      ],
      [
        "CLAWDBOT_STATE_DIR beside a state of OpenClaw's",
        { CLAWDBOT_STATE_DIR: "~/d" },
        {},
        ["d", ".openclaw"],
        ".openclaw",
        ".openclaw/openclaw.json",
      ],
      ["--profile", {}, { profile: "work" }, [], ".openclaw-work", ".openclaw-work/openclaw.json"],
      ["--profile default is none", {}, { profile: "Default" }, [], ".openclaw", ".openclaw/openclaw.json"],
      ["OPENCLAW_PROFILE", { OPENCLAW_PROFILE: "w" }, {}, [], ".openclaw-w", ".openclaw-w/openclaw.json"],
      [
        "--profile over OPENCLAW_PROFILE",
        { OPENCLAW_PROFILE: "w" },
        { profile: "x" },
        [],
        ".openclaw-x",
        ".openclaw-x/openclaw.json",
      ],
      [
        "a bad OPENCLAW_PROFILE is passed over",
        { OPENCLAW_PROFILE: "../x" },
        {},
        [],
        ".openclaw",
        ".openclaw/openclaw.json",
      ],
      ["OPENCLAW_STATE_DIR", { OPENCLAW_STATE_DIR: "~/d" }, {}, [], "d", "d/openclaw.json"],
      [
        "OPENCLAW_STATE_DIR over a profile",
        { OPENCLAW_STATE_DIR: "~/d" },
        { profile: "x" },
        [],
        "d",
        "d/openclaw.json",
      ],
      [
        "--profile leaves the profile the environment was made for",
        { OPENCLAW_STATE_DIR: "~/.openclaw-w", OPENCLAW_PROFILE: "w" },
        { profile: "x" },
        [],
        ".openclaw-x",
        ".openclaw-x/openclaw.json",
      ],
      [
        "OPENCLAW_CONFIG_PATH moves the config only",
        { OPENCLAW_CONFIG_PATH: "~/c.json" },
        {},
        [],
        ".openclaw",
        "c.json",
      ],
      ["OPENCLAW_HOME", { OPENCLAW_HOME: "~/h" }, {}, [], "h/.openclaw", "h/.openclaw/openclaw.json"],
      [
        "CLAWDBOT_STATE_DIR, where there is nothing",
        { CLAWDBOT_STATE_DIR: "~/d" },
        {},
        [],
        ".openclaw",
        ".openclaw/openclaw.json",
      ],
    ];
  it.each(cases)("%s", async (_name, env, options, folders, stateDir, config) => {
    const { host, home } = await make({ env });
    for (const folder of folders) await mkdir(join(home, folder));
    const target = await resolveTarget(host, options);
    expect(target.stateDir).toBe(join(home, stateDir));
    expect(target.configPath).toBe(join(home, config));
    expect(target.live).toBe(true);
  });

  it("takes --state-dir over everything and leaves the environment's config alone", async () => {
    const { host, path } = await make({
      env: { OPENCLAW_STATE_DIR: "~/d", OPENCLAW_CONFIG_PATH: "~/c.json" },
    });
    const target = await resolveTarget(host, { stateDir: path("copy") });
    expect(target).toMatchObject({
      stateDir: path("copy"),
      configPath: path("copy/openclaw.json"),
      live: false,
    });
  });

  it("does not apply the examiner's environment to another home", async () => {
    const { host, path } = await make({ env: { OPENCLAW_STATE_DIR: "~/d", OPENCLAW_PROFILE: "w" } });
    const target = await resolveTarget(host, { home: path("home/other") });
    expect(target.stateDir).toBe(path("home/other/.openclaw"));
    expect(target.live).toBe(false);
    expect(target.notLiveBecause).toContain("is not the home of user");
  });

  it("finds the old config name", async () => {
    const { host, path } = await make({ files: { "~/.clawdbot/clawdbot.json": "{}" } });
    expect((await resolveTarget(host)).configPath).toBe(path("~/.clawdbot/clawdbot.json"));
  });

  it("refuses a profile name that would be a path", async () => {
    const { host } = await make();
    await expect(resolveTarget(host, { profile: "../../etc" })).rejects.toThrow(ClawError);
  });
});

describe("a mounted file system", () => {
  it("reads host paths below the root, whichever way the home was written", async () => {
    const { host, root, path } = await make({ files: { "mnt/home/claw/.openclaw/openclaw.json": "{}" } });
    const mnt = path("mnt");
    for (const home of ["/home/claw", path("mnt/home/claw")]) {
      const target = await resolveTarget(host, { root: mnt, home });
      expect(target.stateDir).toBe(path("mnt/home/claw/.openclaw"));
      expect(target.live).toBe(false);
      expect(target.toHost(target.stateDir)).toBe("/home/claw/.openclaw");
      expect(target.toReal("/etc/crontab")).toBe(path("mnt/etc/crontab"));
      expect(target.toReal("/../../etc/shadow")).toBe(path("mnt/etc/shadow"));
      expect(target.toReal("~/x")).toBe(path("mnt/home/claw/x"));
      expect(target.toReal(target.stateDir)).toBe(target.stateDir);
    }
    expect(root).toBe(fake.root);
  });

  it("takes the only home that holds a state", async () => {
    const { host, path } = await make({
      files: { "mnt/home/a/notes.txt": "", "mnt/home/claw/.openclaw/openclaw.json": "{}" },
    });
    const target = await resolveTarget(host, { root: path("mnt") });
    expect(target.home).toBe(path("mnt/home/claw"));
  });

  it("asks which one where there are several", async () => {
    const { host, path } = await make({
      files: { "mnt/home/a/.openclaw/x": "", "mnt/home/b/.openclaw/x": "" },
    });
    await expect(resolveTarget(host, { root: path("mnt") })).rejects.toMatchObject({
      exit: "usage",
      hint: "choose one with --home: /home/a, /home/b",
    });
  });

  it("says that a root is not there", async () => {
    const { host, path } = await make();
    await expect(resolveTarget(host, { root: path("nowhere") })).rejects.toMatchObject({ exit: "notFound" });
  });
});

describe("links in a mounted file system", () => {
  it("stay inside the root, absolute or climbing", async () => {
    const { host, path } = await make({ files: { "mnt/etc/passwd": "theirs", "mnt/a/b/file": "x" } });
    await symlink("/etc/passwd", path("mnt/a/abs"));
    await symlink("../../../../../../etc/passwd", path("mnt/a/up"));
    await symlink("/a", path("mnt/dir"));
    const mnt = path("mnt");
    expect(await resolveInside(host, mnt, path("mnt/a/abs"))).toBe(path("mnt/etc/passwd"));
    expect(await resolveInside(host, mnt, path("mnt/a/up"))).toBe(path("mnt/etc/passwd"));
    expect(await resolveInside(host, mnt, path("mnt/dir/b/file"))).toBe(path("mnt/a/b/file"));
    expect(await resolveInside(host, mnt, path("mnt/a/none/x"))).toBe(path("mnt/a/none/x"));
    await expect(resolveInside(host, mnt, path("elsewhere"))).rejects.toMatchObject({ code: "EACCES" });
  });

  it("end where they go round in a circle", async () => {
    const { host, path } = await make({ files: { "mnt/x": "" } });
    await symlink("/two", path("mnt/one"));
    await symlink("/one", path("mnt/two"));
    await expect(resolveInside(host, path("mnt"), path("mnt/one"))).rejects.toMatchObject({ code: "ELOOP" });
  });
});

describe("another state dir on the running host", () => {
  const lockOf = (stateDir: string, more: object = {}): string =>
    JSON.stringify({
      pid: 500,
      startTime: 77,
      createdAt: "2026-11-21T09:00:00.000Z",
      configPath: "/x",
      stateDir,
      port: 4000,
      ...more,
    }) + " ".repeat(500);
  const gateway = { pid: 500, startTicks: 77, comm: "openclaw-gatewa", argv: ["openclaw-gateway", ""] };

  async function liveness(options: {
    readonly lock?: (dir: string) => string;
    readonly process?: Parameters<typeof fakeProcess>[0];
    readonly listens?: boolean;
  }): Promise<boolean> {
    const process = fakeProcess(options.process ?? gateway);
    const { host, path, put } = await make({
      processes: [process],
      sockets: options.listens === true ? [fakeSocket({ localPort: 4000, pids: [500] })] : [],
    });
    await put("demo/tmp/openclaw-1000/gateway.state.lock", (options.lock ?? lockOf)(path("demo")));
    return (await resolveTarget(host, { stateDir: path("demo") })).live;
  }

  it("is live if a gateway holds its lock", async () => {
    expect(await liveness({})).toBe(true);
  });
  it("is live if whoever holds the lock listens on its port", async () => {
    expect(await liveness({ process: { pid: 500, startTicks: 77, comm: "node" }, listens: true })).toBe(true);
  });
  it("is not, if the pid was given to another process", async () => {
    expect(await liveness({ process: { ...gateway, startTicks: 78 } })).toBe(false);
  });
  it("is not, if the holder is a zombie", async () => {
    expect(await liveness({ process: { ...gateway, state: "Z" } })).toBe(false);
  });
  it("is not, if the lock came along with a copy", async () => {
    expect(await liveness({ lock: () => lockOf("/home/user/.openclaw") })).toBe(false);
  });
  it("is not, if the lock names any other process of the examiner's", async () => {
    expect(await liveness({ process: { pid: 500, startTicks: 77, comm: "sshd", argv: ["sshd"] } })).toBe(
      false,
    );
  });
  it("is not, if the lock tells no start time", async () => {
    expect(await liveness({ lock: (dir) => lockOf(dir, { startTime: undefined }) })).toBe(false);
  });
});
