import { readFile } from "node:fs/promises";
import JSON5 from "json5";
import { afterEach, describe, expect, test } from "vitest";
import { at } from "../../src/model/json.ts";
import type { Credential } from "../../src/model/records.ts";
import { Secret } from "../../src/model/secret.ts";
import { placeSecret, rotateGatewayToken } from "../../src/openclaw/write/index.ts";
import { mark, stateHost } from "./state.ts";
import type { StateHost } from "./state.ts";

const anthropic = "sk-ant-api03-FAKEFAKEFAKEFAKEFAKE-000000000000000000000000000000";
const gatewayToken = "gt-old-FAKE-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const next = "sk-ant-api03-FAKENEW-1111111111111111111111111111";

let state: StateHost | undefined;
afterEach(async () => {
  await state?.cleanup();
  state = undefined;
});

function credential(value: string | undefined, more: Partial<Credential> = {}): Credential {
  return {
    id: "anthropic/anthropic:manual",
    kind: "provider-key",
    provider: "anthropic",
    label: "anthropic:manual",
    live: true,
    place: { path: "state/openclaw.sqlite", locator: "config_machine_state/authProfiles.store" },
    ...(value === undefined ? {} : { secret: new Secret(value), mark: mark(new Secret(value)) }),
    ...more,
  };
}

async function started(): Promise<StateHost> {
  state = await stateHost();
  return state;
}

async function file(host: StateHost, name: string): Promise<string> {
  return await readFile(host.path(`~/.openclaw/${name}`), "utf8");
}

function profiles(host: StateHost): unknown {
  const [row] = host.rows(
    "SELECT value_json FROM config_machine_state WHERE state_key = 'authProfiles.store'",
  );
  return JSON.parse(String(row?.["value_json"])) as unknown;
}

describe("placing a new secret", () => {
  test("an auth profile gets it, and its neighbours stay", async () => {
    const host = await started();
    const before = profiles(host);
    const receipt = await placeSecret(
      host.host,
      host.installation,
      credential(anthropic),
      new Secret(next),
      mark,
    );
    expect(at(profiles(host), "profiles", "anthropic:manual", "key")).toBe(next);
    expect(at(profiles(host), "profiles", "openrouter:manual")).toEqual(
      at(before, "profiles", "openrouter:manual"),
    );
    expect(receipt.changed).toEqual([
      {
        path: host.path("~/.openclaw/state/openclaw.sqlite"),
        locator: 'config_machine_state/authProfiles.store#profiles["anthropic:manual"].key',
      },
    ]);
    expect(receipt.notWritten).toEqual([]);
    expect(receipt.before).toBe(mark(new Secret(anthropic)).fingerprint);
    expect(receipt.after).toBe(mark(new Secret(next)).fingerprint);
    expect(JSON.stringify(receipt)).not.toContain("FAKE");
  });

  test("the old bytes are gone from the database file", async () => {
    const host = await started();
    await placeSecret(host.host, host.installation, credential(anthropic), new Secret(next), mark);
    const bytes = await readFile(host.path("~/.openclaw/state/openclaw.sqlite"));
    expect(bytes.includes(anthropic)).toBe(false);
    expect(bytes.includes(next)).toBe(true);
    expect(host.rows("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  });

  test("the same value in config, include, environment, store and an agent's own profiles: all of them", async () => {
    const host = await started();
    const config = JSON5.parse<{ models: { providers: { mockai: { apiKey: string } } } }>(
      await file(host, "openclaw.json"),
    );
    config.models.providers.mockai.apiKey = anthropic;
    await host.put(
      "~/.openclaw/openclaw.json",
      `// ours\n${JSON.stringify({ ...config, mcp: { $include: "./mcp.json5" } }, null, 2)}`,
    );
    await host.put(
      "~/.openclaw/mcp.json5",
      `{ servers: { a: { headers: { Authorization: "Bearer ${anthropic}" } } } }`,
    );
    await host.put(
      "~/.openclaw/.env",
      `# mine\nANTHROPIC_API_KEY="${anthropic}"\nOTHER=${anthropic}-longer\n`,
    );
    await host.put("~/.openclaw/gateway.systemd.env", `ANTHROPIC_API_KEY=${anthropic}\n`);
    host.plant(`UPDATE secret_store_entries SET value = '${anthropic}' WHERE name = 'SERVICE_TOKEN'`);
    const receipt = await placeSecret(
      host.host,
      await host.again(),
      credential(anthropic),
      new Secret(next),
      mark,
    );
    expect(receipt.changed.map(({ locator }) => locator).toSorted()).toEqual([
      "ANTHROPIC_API_KEY",
      "ANTHROPIC_API_KEY",
      'config_machine_state/authProfiles.store#profiles["anthropic:manual"].key',
      "models.providers.mockai.apiKey",
      "secret_store_entries/SERVICE_TOKEN",
      "servers.a.headers.Authorization",
    ]);
    expect(await file(host, ".env")).toBe(`# mine\nANTHROPIC_API_KEY="${next}"\nOTHER=${anthropic}-longer\n`);
    expect(await file(host, "mcp.json5")).toContain(`"Bearer ${next}"`);
    expect(await file(host, "openclaw.json")).toMatch(/^\/\/ ours\n/);
  });

  test("run again it finds nothing more to do and says so", async () => {
    const host = await started();
    await placeSecret(host.host, host.installation, credential(anthropic), new Secret(next), mark);
    await expect(
      placeSecret(host.host, host.installation, credential(anthropic), new Secret(next), mark),
    ).rejects.toMatchObject({ code: "not-placed" });
  });

  test("a soft-deleted row is a copy and keeps its value", async () => {
    const host = await started();
    host.plant("UPDATE secret_store_entries SET deleted_at_ms = 1 WHERE name = 'SERVICE_TOKEN'");
    const old = "FAKE-store-secret-value-1234567890";
    await expect(
      placeSecret(
        host.host,
        host.installation,
        credential(old, { kind: "store-secret" }),
        new Secret(next),
        mark,
      ),
    ).rejects.toMatchObject({ code: "not-placed" });
  });

  test("a reference to the store is followed to its row", async () => {
    const host = await started();
    const ref = credential(undefined, { ref: "store:default:SERVICE_TOKEN" });
    const receipt = await placeSecret(host.host, host.installation, ref, new Secret(next), mark);
    expect(receipt.changed[0]?.locator).toBe("secret_store_entries/SERVICE_TOKEN");
    expect(host.rows("SELECT value FROM secret_store_entries WHERE name = 'SERVICE_TOKEN'")).toEqual([
      { value: next },
    ]);
  });

  test("a reference to the environment is followed to the file that sets the name", async () => {
    const host = await started();
    const ref = credential(undefined, { ref: "env:default:FAKE_ENV_KEY" });
    await placeSecret(host.host, host.installation, ref, new Secret(next), mark);
    expect(await file(host, ".env")).toBe(`FAKE_ENV_KEY=${next}\n`);
  });

  test.each([
    "exec:vault:op/FAKE",
    "file:filemain:/providers/openai/apiKey",
    "env:default:ONLY_IN_THE_UNIT",
    "odd",
  ])("%s is left to the user, with what to do", async (ref) => {
    const host = await started();
    const before = await file(host, "openclaw.json");
    const receipt = await placeSecret(
      host.host,
      host.installation,
      credential(undefined, { ref }),
      new Secret(next),
      mark,
    );
    expect(receipt.changed).toEqual([]);
    expect(receipt.notWritten[0]?.todo).toMatch(/replace it|set it/);
    expect(await file(host, "openclaw.json")).toBe(before);
  });

  test("a planted trigger is refused and named, and what stands in files is still replaced", async () => {
    const host = await started();
    host.plant(
      `CREATE TRIGGER keep AFTER UPDATE ON config_machine_state BEGIN UPDATE config_machine_state SET value_json = OLD.value_json WHERE state_key = OLD.state_key; END`,
    );
    await host.put("~/.openclaw/.env", `ANTHROPIC_API_KEY=${anthropic}\n`);
    const receipt = await placeSecret(
      host.host,
      host.installation,
      credential(anthropic),
      new Secret(next),
      mark,
    );
    expect(receipt.changed.map(({ locator }) => locator)).toEqual(["ANTHROPIC_API_KEY"]);
    expect(receipt.notWritten[0]?.todo).toContain("trigger (keep)");
    expect(at(profiles(host), "profiles", "anthropic:manual", "key")).toBe(anthropic);
  });

  test.each([" padded", "short", `${next}\u0007`, anthropic])(
    "the value %j is refused before anything is written",
    async (value) => {
      const host = await started();
      const error = await placeSecret(
        host.host,
        host.installation,
        credential(anthropic),
        new Secret(value),
        mark,
      ).catch((e: unknown) => e);
      expect(error).toMatchObject({ name: "ClawError" });
      expect(String(error)).not.toContain("FAKE");
      expect(at(profiles(host), "profiles", "anthropic:manual", "key")).toBe(anthropic);
    },
  );
});

describe("the gateway token", () => {
  test("is made from 32 random bytes and written in place of the old one", async () => {
    const host = await started();
    const before = await file(host, "openclaw.json");
    const done = await rotateGatewayToken(host.host, host.installation, mark);
    expect(Buffer.from(done.next.reveal(), "base64url")).toHaveLength(32);
    expect(done.old?.reveal()).toBe(gatewayToken);
    expect(await file(host, "openclaw.json")).toBe(before.replace(gatewayToken, done.next.reveal()));
    expect(JSON.stringify(done)).not.toContain(done.next.reveal());
    expect(JSON.stringify(done)).not.toContain("FAKE");
  });

  test("a hook token with the same value keeps it: it is rotated on its own", async () => {
    const host = await started();
    const config = JSON5.parse<Record<string, unknown>>(await file(host, "openclaw.json"));
    await host.put(
      "~/.openclaw/openclaw.json",
      JSON.stringify({ ...config, hooks: { token: gatewayToken } }),
    );
    await rotateGatewayToken(host.host, await host.again(), mark);
    expect(at(JSON5.parse(await file(host, "openclaw.json")), "hooks", "token")).toBe(gatewayToken);
  });

  test("an environment line is where it is written when the config has none", async () => {
    const host = await started();
    await host.put("~/.openclaw/openclaw.json", '{ gateway: { auth: { mode: "token" } } }');
    await host.put("~/.openclaw/.env", `OPENCLAW_GATEWAY_TOKEN=${gatewayToken}\n`);
    const done = await rotateGatewayToken(host.host, await host.again(), mark);
    expect(await file(host, ".env")).toBe(`OPENCLAW_GATEWAY_TOKEN=${done.next.reveal()}\n`);
  });

  test("a store reference stays a reference, its row gets the new value", async () => {
    const host = await started();
    const ref = '{ source: "store", provider: "default", id: "SERVICE_TOKEN" }';
    await host.put("~/.openclaw/openclaw.json", `{ gateway: { auth: { mode: "token", token: ${ref} } } }`);
    const done = await rotateGatewayToken(host.host, await host.again(), mark);
    expect(await file(host, "openclaw.json")).toContain(ref);
    expect(host.rows("SELECT value FROM secret_store_entries WHERE name = 'SERVICE_TOKEN'")).toEqual([
      { value: done.next.reveal() },
    ]);
    expect(done.old?.reveal()).toBe("FAKE-store-secret-value-1234567890");
  });

  test("an older value that the config shadows goes as well", async () => {
    const host = await started();
    await host.put("~/.openclaw/.env", "OPENCLAW_GATEWAY_TOKEN=gt-older-FAKE-bbbbbbbbbbbb\n");
    const done = await rotateGatewayToken(host.host, host.installation, mark);
    expect(await file(host, ".env")).toBe(`OPENCLAW_GATEWAY_TOKEN=${done.next.reveal()}\n`);
    expect(done.changed.map(({ locator }) => locator)).toEqual([
      "gateway.auth.token",
      "OPENCLAW_GATEWAY_TOKEN",
    ]);
    expect(done.old?.reveal()).toBe(gatewayToken);
  });

  test("a gateway without a shared secret is said", async () => {
    const host = await started();
    await host.put("~/.openclaw/openclaw.json", '{ gateway: { auth: { mode: "none" } } }');
    await expect(rotateGatewayToken(host.host, await host.again(), mark)).rejects.toMatchObject({
      code: "no-shared-secret",
    });
  });
});
