import { readFile, stat, symlink, rename } from "node:fs/promises";
import JSON5 from "json5";
import { afterEach, describe, expect, test } from "vitest";
import { ClawError } from "../../src/model/errors.ts";
import { at } from "../../src/model/json.ts";
import { editConfig } from "../../src/openclaw/write/index.ts";
import { fakeHost } from "../support/fake-host.ts";
import type { FakeFile, FakeHost } from "../support/fake-host.ts";
import { findInstallation, resolveTarget } from "../../src/openclaw/index.ts";
import type { Installation } from "../../src/openclaw/types.ts";

const config = "~/.openclaw/openclaw.json";
let fake: FakeHost | undefined;
afterEach(async () => {
  await fake?.cleanup();
  fake = undefined;
});

async function withFiles(
  files: Record<string, FakeFile>,
): Promise<FakeHost & { readonly installation: Installation }> {
  fake = await fakeHost({ files });
  const target = await resolveTarget(fake.host, { home: fake.home });
  return { ...fake, installation: await findInstallation(fake.host, target) };
}

async function textOf(host: FakeHost, path: string): Promise<string> {
  return await readFile(host.path(path), "utf8");
}

describe("editing the config", () => {
  test("keeps comments, writes 0600, and says what was there", async () => {
    const text = "// ours\n{ gateway: { port: 18789, /* keep */ auth: { token: 'FAKE-old' } } }\n";
    const host = await withFiles({ [config]: { content: text, mode: 0o644 } });
    const edit = await editConfig(host.host, host.installation, ["gateway", "auth", "token"], "FAKE-new");
    expect(await textOf(host, config)).toBe(text.replace("'FAKE-old'", '"FAKE-new"'));
    expect((await stat(host.path(config))).mode & 0o777).toBe(0o600);
    expect(edit.previous).toBe("FAKE-old");
    expect(edit.place).toEqual({ path: host.path(config), locator: "gateway.auth.token" });
    expect(edit.before).not.toBe(edit.after);
  });

  test("follows $include to the file that owns the key, and leaves the main file alone", async () => {
    const main = '{ gateway: { $include: "./parts/gateway.json5" } }';
    const host = await withFiles({
      [config]: main,
      "~/.openclaw/parts/gateway.json5": "{ port: 1, auth: { $include: './auth.json5' } }",
      "~/.openclaw/parts/auth.json5": "{ mode: 'token', token: 'FAKE-old' } // auth",
    });
    const edit = await editConfig(host.host, host.installation, ["gateway", "auth", "token"], "FAKE-new");
    expect(edit.place.path).toBe(host.path("~/.openclaw/parts/auth.json5"));
    expect(await textOf(host, "~/.openclaw/parts/auth.json5")).toBe(
      "{ mode: 'token', token: \"FAKE-new\" } // auth",
    );
    expect(await textOf(host, config)).toBe(main);
  });

  test("a key beside the include wins over the included one; of several includes the last wins", async () => {
    const host = await withFiles({
      [config]: '{ $include: ["./a.json5", "./b.json5"], cron: { enabled: true } }',
      "~/.openclaw/a.json5": "{ hooks: { enabled: true } }",
      "~/.openclaw/b.json5": "{ hooks: { enabled: true }, cron: { enabled: true } }",
    });
    expect((await editConfig(host.host, host.installation, ["cron", "enabled"], false)).place.path).toBe(
      host.path(config),
    );
    expect((await editConfig(host.host, host.installation, ["hooks", "enabled"], false)).place.path).toBe(
      host.path("~/.openclaw/b.json5"),
    );
  });

  test("a new key goes where its object lives", async () => {
    const host = await withFiles({
      [config]: '{ agents: { $include: "./agents.json5" } }',
      "~/.openclaw/agents.json5": "{ defaults: {} }",
    });
    const path = ["agents", "defaults", "heartbeat", "every"];
    const edit = await editConfig(host.host, host.installation, path, "0m");
    expect(edit.previous).toBeUndefined();
    expect(at(JSON5.parse(await textOf(host, "~/.openclaw/agents.json5")), ...path.slice(1))).toBe("0m");
    await editConfig(host.host, host.installation, path, undefined);
    expect(JSON5.parse(await textOf(host, "~/.openclaw/agents.json5"))).toEqual({
      defaults: { heartbeat: {} },
    });
  });

  test("an include outside the config's folder is never written", async () => {
    const host = await withFiles({
      [config]: '{ gateway: { $include: "../elsewhere.json5" } }',
      "~/elsewhere.json5": "{ auth: { token: 'FAKE-old' } }",
    });
    await editConfig(host.host, host.installation, ["gateway", "auth", "token"], "FAKE-new");
    expect(await textOf(host, "~/elsewhere.json5")).toBe("{ auth: { token: 'FAKE-old' } }");
    expect(at(JSON5.parse(await textOf(host, config)), "gateway", "auth", "token")).toBe("FAKE-new");
  });

  test("a config that is a link is edited where it leads", async () => {
    const host = await withFiles({
      "~/dotfiles/openclaw.json": "{ gateway: { port: 1 } }",
      "~/.openclaw/.env": "",
    });
    await symlink(host.path("~/dotfiles/openclaw.json"), host.path(config));
    await editConfig(host.host, host.installation, ["gateway", "port"], 2);
    expect(await textOf(host, "~/dotfiles/openclaw.json")).toBe("{ gateway: { port: 2 } }");
  });

  test("under a mounted root a link stays below it, and places are paths of the examined host", async () => {
    fake = await fakeHost({
      files: {
        "home/claw/.openclaw/openclaw.json": { link: "/srv/openclaw.json" },
        "srv/openclaw.json": "{ gateway: { port: 1 } }",
      },
    });
    const target = await resolveTarget(fake.host, { root: fake.root, home: "/home/claw" });
    const installation = await findInstallation(fake.host, target);
    const edit = await editConfig(fake.host, installation, ["gateway", "port"], 2);
    expect(edit.place.path).toBe("/srv/openclaw.json");
    expect(await readFile(fake.path("srv/openclaw.json"), "utf8")).toBe("{ gateway: { port: 2 } }");
  });

  test("refuses when somebody changes the file in between", async () => {
    const host = await withFiles({ [config]: "{ cron: { enabled: true } }" });
    const reads = { count: 0 };
    const racing = {
      ...host.host,
      fs: {
        ...host.host.fs,
        read: async (path: string, options?: { readonly maxBytes?: number }) => {
          const bytes = await host.host.fs.read(path, options);
          reads.count += 1;
          // OpenClaw writes its config by a rename as well.
          if (reads.count === 1) {
            await host.put("~/.openclaw/next", "{ cron: { enabled: true }, gateway: {} }");
            await rename(host.path("~/.openclaw/next"), host.path(config));
          }
          return bytes;
        },
      },
    };
    await expect(editConfig(racing, host.installation, ["cron", "enabled"], false)).rejects.toMatchObject({
      code: "changed-meanwhile",
    });
    expect(await textOf(host, config)).toBe("{ cron: { enabled: true }, gateway: {} }");
  });

  test.each([
    ["{ gateway: { auth: { token: 'FAKE-secret-value' ", "config-broken"],
    [Buffer.from([0x7b, 0xff, 0x7d]), "not-utf8"],
  ])("broken content %# is refused without showing it", async (content, code) => {
    const host = await withFiles({ [config]: content });
    const error = await editConfig(host.host, host.installation, ["gateway", "port"], 1).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(ClawError);
    expect(error).toMatchObject({ code });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain("FAKE");
  });

  test("no config is said, and none is made", async () => {
    const host = await withFiles({ "~/.openclaw/.env": "" });
    await expect(editConfig(host.host, host.installation, ["cron", "enabled"], false)).rejects.toMatchObject({
      code: "no-config",
    });
    expect(await host.host.fs.stat(host.path(config))).toBeUndefined();
  });

  test("a full disk leaves the config as it was", async () => {
    const host = await withFiles({ [config]: "{ cron: { enabled: true } }" });
    host.fail(host.path(config), "ENOSPC", "write");
    await expect(editConfig(host.host, host.installation, ["cron", "enabled"], false)).rejects.toThrow(
      "ENOSPC",
    );
    expect(await textOf(host, config)).toBe("{ cron: { enabled: true } }");
  });
});
