import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Credential } from "../../src/model/records.ts";
import { parseEnvFile } from "../../src/openclaw/credentials/env-file.ts";
import { configName, credentialId, envName, isSecretVariable } from "../../src/openclaw/credentials/names.ts";
import { fingerprintKey, realState, type RealState } from "./real-state.ts";

let state: RealState;
beforeEach(async () => {
  state = await realState();
});
afterEach(() => state.cleanup());

async function put(path: string, text: string): Promise<void> {
  const whole = join(state.stateDir, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, text);
}
async function all(): Promise<readonly Credential[]> {
  const reader = await state.open({ fingerprintKey });
  try {
    return (await reader.credentials()).records;
  } finally {
    await reader.close();
  }
}
const brief = (one: Credential): readonly unknown[] => [
  one.id,
  one.kind,
  one.provider,
  one.secret?.reveal() ?? one.ref,
  one.live,
];

describe("credentials", () => {
  it("are found in every file that may hold one", async () => {
    await put("gateway.systemd.env", 'OPENCLAW_GATEWAY_TOKEN="gt-FAKE-systemd"\nLANG=C\n# K=FAKE-comment\n');
    await put("service-env/ai.openclaw.gateway.env", "export GEMINI_API_KEY='AIza-FAKE-1' # mine\n");
    await put("workspace/.env", "GITHUB_TOKEN=ghp_FAKE0000000000000000\n");
    await put("secrets.json", '{"anthropic":{"apiKey":"sk-ant-FAKE-file"}}');
    await put(
      "credentials/whatsapp/default/creds.json",
      '{"noiseKey":{"private":"x"},"advSecretKey":"FAKE-wa-secret"}',
    );
    await put(
      "agents/main/agent/auth-profiles.json.migrated",
      '{"profiles":{"openai:default":{"type":"api_key","provider":"openai","key":"sk-FAKE-migrated"}}}',
    );
    await put("identity/device.json", '{"privateKeyPem":"-----BEGIN PRIVATE KEY-----FAKE"}');
    await put("openclaw.json.last-good", '{"hooks":{"token":"FAKE-hook-token"}}');
    await state.put(
      "home/claw/.config/systemd/user/openclaw-gateway.service",
      '[Service]\nEnvironment=LANG=C "OPENROUTER_API_KEY=sk-or-FAKE-unit"\n',
    );
    const found = (await all()).map(brief);
    for (const expected of [
      ["gateway-token", "gateway-token", "openclaw", "gt-FAKE-systemd", true],
      ["google/GEMINI_API_KEY", "provider-key", "google", "AIza-FAKE-1", true],
      ["github/GITHUB_TOKEN", "env", "github", "ghp_FAKE0000000000000000", true],
      ["file/anthropic.apiKey", "store-secret", "file", "sk-ant-FAKE-file", true],
      ["openai/openai:default", "provider-key", "openai", "sk-FAKE-migrated", false],
      [
        "openclaw/device identity primary",
        "identity-key",
        "openclaw",
        "-----BEGIN PRIVATE KEY-----FAKE",
        true,
      ],
      ["hook-token", "hook-token", "openclaw", "FAKE-hook-token", false],
      ["whatsapp/default.advSecretKey", "channel-token", "whatsapp", "FAKE-wa-secret", true],
      ["openrouter/OPENROUTER_API_KEY", "provider-key", "openrouter", "sk-or-FAKE-unit", true],
    ])
      expect(found).toContainEqual(expected);
    expect(found.map((one) => one[3])).not.toContain("FAKE-comment");
  });

  it("are found in every table that may hold one, deleted ones as dead", async () => {
    const db = new Database(join(state.stateDir, "state", "openclaw.sqlite"));
    db.exec(`
      UPDATE secret_store_entries SET deleted_at_ms = 5 WHERE name = 'SERVICE_TOKEN';
      INSERT INTO device_auth_tokens VALUES ('d1','operator','FAKE-client-token','[]',1);
      INSERT INTO device_bootstrap_tokens (token_key, token, ts, issued_at_ms) VALUES ('k','FAKE-bootstrap',1,1);
      INSERT INTO device_pairing_join_codes VALUES ('FAKE-join-code','{}',1,2);
      INSERT INTO mcp_oauth_stores VALUES ('srv',1,'{"tokens":{"access_token":"FAKE-mcp-access","refreshToken":"FAKE-mcp-refresh"}}',1);
      INSERT INTO plugin_state_entries VALUES ('plug','ns','k','{"session":{"cookie":"FAKE-cookie-value"}}',1,NULL);
    `);
    db.close();
    const agent = new Database(join(state.stateDir, "agents/main/agent/openclaw-agent.sqlite"));
    agent
      .prepare("INSERT INTO auth_profile_store VALUES ('s', ?, 1)")
      .run(
        '{"profiles":{"codex:me":{"type":"oauth","provider":"openai-codex","access":"FAKE-access","refresh":"FAKE-refresh"},"x:y":{"type":"api_key","provider":"x","keyRef":{"source":"env","provider":"default","id":"X_KEY"}}}}',
      );
    agent.close();
    const found = (await all()).map(brief);
    for (const expected of [
      ["store/SERVICE_TOKEN", "store-secret", "store", "FAKE-store-secret-value-1234567890", false],
      ["device/client d1.operator", "device-token", "device", "FAKE-client-token", true],
      ["openai-codex/codex:me.access", "oauth", "openai-codex", "FAKE-access", true],
      ["openai-codex/codex:me.refresh", "oauth", "openai-codex", "FAKE-refresh", true],
      ["x/x:y", "provider-key", "x", "env:default:X_KEY", true],
    ])
      expect(found).toContainEqual(expected);
    const values = found.map((one) => one[3]);
    for (const value of [
      "FAKE-bootstrap",
      "FAKE-join-code",
      "FAKE-mcp-access",
      "FAKE-mcp-refresh",
      "FAKE-cookie-value",
    ])
      expect(values).toContain(value);
  });

  it("carry marks where a key is given, and never print themselves", async () => {
    const found = await all();
    expect(
      found.every((one) => one.secret === undefined || /^fp:[0-9a-f]{12}$/.test(one.mark?.fingerprint ?? "")),
    ).toBe(true);
    expect(JSON.stringify(found)).not.toMatch(/FAKE-aaaa|sk-ant-api03-FAKE/);
    const same = found.filter((one) => one.id === "gateway-token");
    expect(new Set(same.map((one) => one.mark?.fingerprint)).size).toBe(1);
  });

  it("of a file that cannot be searched are a blind spot", async () => {
    await put("secrets.json", "{");
    await put("openclaw.json.bak", "{{{");
    const reader = await state.open();
    const reading = await reader.credentials();
    await reader.close();
    expect(reading.outcome).toBe("partial");
    expect(reading.reason).toMatch(/openclaw\.json\.bak was not searched .*secrets\.json was not searched/);
  });
});

describe("names", () => {
  it.each([
    ["ANTHROPIC_API_KEY", "provider-key", "anthropic"],
    ["CLAUDE_CODE_OAUTH_TOKEN", "provider-key", "anthropic"],
    ["GOOGLE_API_KEY", "provider-key", "google"],
    ["TELEGRAM_BOT_TOKEN", "channel-token", "telegram"],
    ["OPENCLAW_GATEWAY_PASSWORD", "gateway-token", "openclaw"],
    ["MY_THING_SECRET", "env", "my"],
  ])("of the variable %s", (name, kind, provider) => expect(envName(name)).toMatchObject({ kind, provider }));

  it.each([
    ["gateway.auth.token", "gateway-token"],
    ["gateway.auth.password", "gateway-password"],
    ["gateway.remote.token", "gateway-remote-token"],
    ["models.providers.openai.apiKey", "openai/config"],
    ["channels.telegram.botToken", "telegram/default.botToken"],
    ["channels.slack.accounts.work.appToken", "slack/work.appToken"],
    ["hooks.token", "hook-token"],
    ["env.vars.OPENAI_API_KEY", "openai/OPENAI_API_KEY"],
    ["plugins.entries.brave.config.apiKey", "brave/config.apiKey"],
    ["tools.web.search.apiKey", "search/tools.web.search.apiKey"],
  ])("of the config's %s", (path, id) => expect(credentialId(configName(path.split(".")))).toBe(id));

  it.each([
    ["API_KEY", "abcdef", true],
    ["PLAIN", "sk-FAKE-00000000000000", true],
    ["DATABASE_DSN", "postgres://u:FAKEpw@h/db", true],
    ["PROXY", "https://user:FAKEpass@host/", true],
    ["LOG_LEVEL", "debug", false],
    ["SSH_AUTH_SOCK", "/run/x.sock", false],
    ["TOKEN_FILE", "secret.txt", false],
    ["API_KEY", "x", false],
    ["KEYBOARD", "qwertz-layout", false],
  ])("%s=%s holds a secret: %s", (name, value, secret) => expect(isSecretVariable(name, value)).toBe(secret));
});

describe("an environment file", () => {
  it("is read as dotenv and systemd read it", () => {
    expect(
      parseEnvFile(
        "A=1\n export B = \"x y\" # c\n;no=1\n#no=1\nC='a#b'\nD=a#b\nE=a #b\nbad line\n=x\n1X=2\n",
      ),
    ).toEqual([
      { name: "A", value: "1", line: 1 },
      { name: "B", value: "x y", line: 2 },
      { name: "C", value: "a#b", line: 5 },
      { name: "D", value: "a#b", line: 6 },
      { name: "E", value: "a", line: 7 },
    ]);
  });
  it("never makes the parser throw, and lines count from one", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const { line, name } of parseEnvFile(text)) {
          expect(text.split(/\r?\n/)[line - 1]).toContain(name);
        }
      }),
    );
  });
});
