import { symlink } from "node:fs/promises";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { mergeConfig } from "../../src/openclaw/config-merge.ts";
import { readConfig } from "../../src/openclaw/config.ts";
import { findInstallation, resolveTarget, secretsInConfig } from "../../src/openclaw/index.ts";
import type { ConfigReading } from "../../src/openclaw/index.ts";
import { fakeHost, type FakeFile, type FakeHost } from "../support/fake-host.ts";

let fake: FakeHost;
afterEach(() => fake.cleanup());

async function read(files: Record<string, FakeFile>): Promise<ConfigReading> {
  fake = await fakeHost();
  for (const [name, file] of Object.entries(files)) await fake.put(`~/.openclaw/${name}`, file);
  return readConfig(fake.host, await resolveTarget(fake.host));
}
const json = (value: unknown): string => JSON.stringify(value);

describe("a config", () => {
  it("may be JSON5 with comments, and a byte order mark", async () => {
    const config = await read({ "openclaw.json": "\uFEFF// hello\n{gateway: {port: 0x10, bind: 'lan',},}" });
    expect(config).toMatchObject({ outcome: "ok", value: { gateway: { port: 16, bind: "lan" } } });
  });

  it("takes in files anywhere; its own keys win, objects merge, lists are appended", async () => {
    const config = await read({
      "openclaw.json": json({
        $include: ["a.json5", "sub/b.json"],
        x: { own: 1, list: [3] },
        y: { $include: "c.json" },
      }),
      "a.json5": "{x: {own: 0, a: 1, list: [1]}, only: 'a'}",
      "sub/b.json": json({ x: { $include: "./deep.json" } }),
      "sub/deep.json": json({ a: 2, list: [2] }),
      "c.json": json(["text"]),
    });
    expect(config.reason).toBeUndefined();
    expect(config.value).toEqual({ x: { own: 1, a: 2, list: [1, 2, 3] }, only: "a", y: ["text"] });
    expect(config.files.map((file) => file.split("/.openclaw/")[1])).toEqual([
      "openclaw.json",
      "c.json",
      "a.json5",
      "sub/b.json",
      "sub/deep.json",
    ]);
  });

  it("keeps ${ENV} and SecretRefs as they are written", async () => {
    const value = { a: "${HOME}", token: { source: "exec", provider: "p", id: "rm -rf /" } };
    expect((await read({ "openclaw.json": json(value) })).value).toEqual(value);
    expect(fake.ran).toEqual([]);
  });

  it.each<[string, Record<string, FakeFile>, RegExp]>([
    [
      "includes itself",
      { "openclaw.json": json({ $include: "a.json" }), "a.json": json({ $include: "openclaw.json" }) },
      /includes itself/,
    ],
    ["reaches outside", { "openclaw.json": json({ $include: "/etc/passwd" }) }, /lies outside/],
    ["climbs outside", { "openclaw.json": json({ $include: "../../x.json" }) }, /lies outside/],
    ["lacks an include", { "openclaw.json": json({ $include: "none.json" }) }, /is not there/],
    [
      "has a broken include",
      { "openclaw.json": json({ $include: "a.json" }), "a.json": "{" },
      /no valid JSON5/,
    ],
    ["includes a number", { "openclaw.json": json({ $include: 5 }) }, /neither a path nor/],
    ["includes a folder", { "openclaw.json": json({ $include: "d" }), "d/x": "" }, /could not be read/],
  ])("that %s is read in part, and says so", async (_name, files, reason) => {
    const config = await read({ ...files, "openclaw.json": files["openclaw.json"] ?? "" });
    expect(config.outcome).toBe("partial");
    expect(config.reason).toMatch(reason);
  });

  it("does not follow a link that leads out of its folder", async () => {
    fake = await fakeHost({ files: { "secret.json": json({ stolen: true }) } });
    await fake.put("~/.openclaw/openclaw.json", json({ $include: "link.json", ok: 1 }));
    await symlink(fake.path("secret.json"), fake.path("~/.openclaw/link.json"));
    const config = await readConfig(fake.host, await resolveTarget(fake.host));
    expect(config).toMatchObject({ outcome: "partial", value: { ok: 1 } });
    expect(config.value["stolen"]).toBeUndefined();
  });

  it("stops at ten levels of includes", async () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 20; i += 1) files[`${i}.json`] = json({ [`k${i}`]: i, $include: `${i + 1}.json` });
    const config = await read({ "openclaw.json": json({ $include: "0.json" }), ...files });
    expect(config.outcome).toBe("partial");
    expect(config.reason).toMatch(/deeper than 10/);
    expect(config.value["k9"]).toBe(9);
    expect(config.value["k11"]).toBeUndefined();
  });

  it.each([
    ["a million brackets", "[".repeat(1_000_000)],
    ["a million objects", '{"a":'.repeat(300_000)],
    ["no object", "[1]"],
    ["nothing", ""],
    ["noise", "\u0000\u0001\u0002"],
  ])("of %s is invalid", async (_name, text) => {
    const config = await read({ "openclaw.json": text });
    expect(config.outcome).toBe("invalid");
    expect(config.value).toEqual({});
    expect(config.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("that is broken does not show what stands in it", async () => {
    const config = await read({ "openclaw.json": "{token: 'FAKE-secret-value' Ω}" });
    expect(config.outcome).toBe("invalid");
    expect(config.reason).toMatch(/syntax error in line 1, column \d+/);
    expect(config.reason).not.toMatch(/FAKE|Ω/);
  });

  it("cannot reach into prototypes", async () => {
    const config = await read({
      "openclaw.json": '{"$include":"a.json","x":{"__proto__":{"polluted":1}}}',
      "a.json": '{"x":{"y":1},"__proto__":{"polluted":1}}',
    });
    expect(JSON.stringify(config.value)).not.toContain("polluted");
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it("that may not be read, is too large or a FIFO says which", async () => {
    expect((await read({ "openclaw.json": " ".repeat(3_000_000) })).outcome).toBe("invalid");
    await fake.cleanup();
    fake = await fakeHost({ files: { "~/.openclaw/openclaw.json": "{}" } });
    fake.fail(fake.path("~/.openclaw/openclaw.json"), "EACCES");
    const target = await resolveTarget(fake.host).catch(() => undefined);
    expect(target).toBeDefined();
    if (target !== undefined) expect((await readConfig(fake.host, target)).outcome).toBe("denied");
  });
});

describe("mergeConfig", () => {
  const values = fc.jsonValue({ maxDepth: 4 }).map((value) => structuredClone(value));
  it("never loses what is on top, and changes nothing it is given", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), values), fc.dictionary(fc.string(), values), (base, over) => {
        const before = JSON.stringify([base, over]);
        const merged = mergeConfig(base, over) as Record<string, unknown>;
        expect(JSON.stringify([base, over])).toBe(before);
        for (const [key, value] of Object.entries(over)) {
          if (key === "__proto__" || key === "constructor" || key === "prototype") continue;
          if (typeof value !== "object" || value === null) expect(merged[key]).toEqual(value);
          else if (!Object.hasOwn(base, key)) expect(merged[key]).toEqual(value);
        }
        for (const key of Object.keys(base)) expect(Object.hasOwn(merged, key)).toBe(true);
      }),
    );
  });
  it("leaves a config alone that takes in nothing", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), values), (base) => {
        expect(mergeConfig(base, {})).toEqual(base);
      }),
    );
  });
});

describe("secrets in a config", () => {
  it("are found by key, by shape and in env blocks, with their places", () => {
    const found = secretsInConfig({
      gateway: { auth: { mode: "token", token: "gt-FAKE-1" }, port: 1 },
      channels: { slack: { accounts: { work: { appToken: "xapp-FAKE-1" } } } },
      env: { vars: { ANTHROPIC_API_KEY: "sk-ant-FAKE-1", LOG_LEVEL: "debug", PATH: "/usr/bin" } },
      odd: { place: ["123456789:FAKE-telegram-token-aaaaaaaa"] },
      tools: { web: { search: { apiKey: "${BRAVE_API_KEY}" } } },
      hooks: { token: { source: "store", provider: "default", id: "HOOK" } },
      limits: { maxTokens: "4096" },
    });
    expect(found.map((one) => [one.path, one.ref ?? one.secret?.reveal()])).toEqual([
      ["gateway.auth.token", "gt-FAKE-1"],
      ["channels.slack.accounts.work.appToken", "xapp-FAKE-1"],
      ["env.vars.ANTHROPIC_API_KEY", "sk-ant-FAKE-1"],
      ["odd.place[0]", "123456789:FAKE-telegram-token-aaaaaaaa"],
      ["tools.web.search.apiKey", "env:default:BRAVE_API_KEY"],
      ["hooks.token", "store:default:HOOK"],
    ]);
    expect(JSON.stringify(found)).not.toContain("FAKE");
  });
});

describe("what is on disk", () => {
  async function problemsOf(files: Record<string, FakeFile>): Promise<readonly string[]> {
    fake = await fakeHost({ files });
    return (await findInstallation(fake.host, await resolveTarget(fake.host))).problems;
  }
  it("is nothing", async () => {
    expect(await problemsOf({})).toEqual([
      expect.stringMatching(/^There is no OpenClaw state at .*name it with --state-dir/),
    ]);
  });
  it("is an empty folder", async () => {
    expect((await problemsOf({ "~/.openclaw/x": "" }))[0]).toMatch(/holds neither a config nor a database/);
  });
  it("is a file", async () => {
    expect((await problemsOf({ "~/.openclaw": "x" }))[0]).toMatch(/is no folder but a file/);
  });
  it("is a folder of somebody else's", async () => {
    fake = await fakeHost({ files: { "~/.openclaw/openclaw.json": "{}" } });
    const target = await resolveTarget(fake.host);
    fake.fail(fake.path("~/.openclaw"), "EACCES");
    const installation = await findInstallation(fake.host, target);
    expect(installation.found).toBe(false);
    expect(installation.problems[0]).toMatch(
      /may not be read by this user; run claw-ir as its owner or as root/,
    );
  });
  it("is a broken config", async () => {
    expect((await problemsOf({ "~/.openclaw/openclaw.json": "{" }))[0]).toMatch(/^The config is broken/);
  });

  it.each([
    ["the config's", {}, { gateway: { port: 4001 } }, "", 4001],
    ["the environment's", { OPENCLAW_GATEWAY_PORT: "5001" }, { gateway: { port: 4001 } }, "", 5001],
    ["OpenClaw's own", {}, {}, "", 18_789],
    ["none for a wrong one", {}, { gateway: { port: "x" } }, "", 18_789],
    ["derived from the profile", {}, {}, "work", 20_000 + (fnv("work") % 40_000)],
    ["that of the profile dev", {}, {}, "dev", 19_001],
  ])("port: %s", async (_name, env, config, profile, port) => {
    const dir = profile === "" ? ".openclaw" : `.openclaw-${profile}`;
    fake = await fakeHost({ env, files: { [`~/${dir}/openclaw.json`]: json(config) } });
    const target = await resolveTarget(fake.host, profile === "" ? {} : { profile });
    expect((await findInstallation(fake.host, target)).gatewayPort).toBe(port);
  });

  it("names agents and workspaces outside the state", async () => {
    fake = await fakeHost({ files: { "ws/AGENTS.md": "x", "agents/b/openclaw.txt": "" } });
    const config = {
      agents: { entries: { main: { workspace: fake.path("ws") }, b: { agentDir: fake.path("agents/b") } } },
    };
    await fake.put("~/.openclaw/openclaw.json", json(config));
    const installation = await findInstallation(fake.host, await resolveTarget(fake.host));
    expect(installation.agents.map((agent) => agent.id)).toEqual(["b", "main"]);
    expect(installation.outside).toEqual([fake.path("agents/b"), fake.path("ws")]);
  });

  it("looks for a copied state's workspace in the copy, and not on this machine", async () => {
    fake = await fakeHost({ files: { "copy/workspace/AGENTS.md": "theirs", "elsewhere/AGENTS.md": "ours" } });
    const entries = {
      main: { agentDir: "/home/x/.openclaw/agents/main/agent", workspace: "/home/x/.openclaw/workspace" },
      two: { workspace: fake.path("elsewhere") },
    };
    await fake.put("copy/openclaw.json", json({ agents: { entries } }));
    const installation = await findInstallation(
      fake.host,
      await resolveTarget(fake.host, { stateDir: fake.path("copy") }),
    );
    expect(installation.agents[0]).toEqual({
      id: "main",
      dir: fake.path("copy/agents/main/agent"),
      workspace: fake.path("copy/workspace"),
    });
    expect(installation.agents[1]?.workspace).toBe(fake.path("copy/workspace-two"));
    expect(installation.problems.join()).toMatch(/workspace of agent two: .*lies outside the copied state/);
  });
});

function fnv(text: string): number {
  let hash = 2_166_136_261;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 16_777_619) >>> 0;
  return hash;
}
