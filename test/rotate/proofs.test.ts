import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HttpRequest, HttpResult, WsConversation } from "../../src/host/http.ts";
import type { Host } from "../../src/host/host.ts";
import { realHttp } from "../../src/host/real/http.ts";
import type { Device } from "../../src/model/device-records.ts";
import { Secret } from "../../src/model/secret.ts";
import {
  listDevices,
  loadCatalogue,
  probeCredential,
  probeStep,
  probeText,
  proveDeviceRefused,
  proveToken,
} from "../../src/rotate/index.ts";
import { fakeHost } from "../support/fake-host.ts";
import type { FakeHost } from "../support/fake-host.ts";

const old = new Secret("gt-FAKE-old-token");
const next = new Secret("gt-FAKE-new-token");
const oracle = "/__openclaw/control-ui-config.json";

let fake: FakeHost;
let server: Server;
let port = 0;
let answer: (token: string, request: IncomingMessage, response: ServerResponse) => void;
const asked: string[] = [];

/** Like the real gateway: JSON with 200 for what is accepted, 401 for the rest, HTML for every other path. */
function gateway(...accepted: readonly string[]): typeof answer {
  return (token, request, response) => {
    if (request.url !== oracle) return void response.writeHead(200).end("<html></html>");
    if (accepted.includes(token)) return void response.writeHead(200).end('{"basePath":""}');
    response.writeHead(401).end('{"error":{"message":"Unauthorized","type":"unauthorized"}}');
  };
}

beforeEach(async () => {
  fake = await fakeHost();
  asked.length = 0;
  server = createServer((request, response) => {
    const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
    asked.push(token);
    answer(token, request, response);
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await fake.cleanup();
});

function live(): Host {
  return { ...fake.host, http: realHttp(fake.host.signal) };
}
const address = (): { host: string; port: number } => ({ host: "127.0.0.1", port });

describe("the gateway token", () => {
  test("new 200, old 401: proven", async () => {
    answer = gateway("gt-FAKE-new-token");
    const proof = await proveToken(live(), address(), old, next);
    expect(proof.proven).toBe(true);
    expect(proof.steps.map(({ step, outcome, evidence }) => [step, outcome, evidence])).toEqual([
      ["verify-new", "done", `200 from ${oracle}`],
      ["verify-old", "done", `401 from ${oracle}`],
    ]);
    expect(asked).toHaveLength(3);
    expect(JSON.stringify(proof)).not.toContain("FAKE");
  });

  test("the old one still accepted is a failure", async () => {
    answer = gateway("gt-FAKE-new-token", "gt-FAKE-old-token");
    const proof = await proveToken(live(), address(), old, next);
    expect(proof.proven).toBe(false);
    expect(proof.steps.map(({ outcome }) => outcome)).toEqual(["done", "failed"]);
  });

  test("a gateway that accepts anything proves nothing", async () => {
    answer = (_token, _request, response) => void response.writeHead(200).end("{}");
    const proof = await proveToken(live(), address(), old, next);
    expect(proof.proven).toBe(false);
    expect(proof.steps.map(({ outcome }) => outcome)).toEqual(["unknown", "failed"]);
    expect(proof.steps[0]?.evidence).toContain("made-up token");
  });

  test.each([
    [429, "{}"],
    [403, '{"error":"proxy_attribution_required"}'],
    [500, ""],
    [302, ""],
    [200, "<!doctype html>"],
  ])("%i %j is unknown, never a proof", async (status, body) => {
    answer = (_token, _request, response) => void response.writeHead(status).end(body);
    const proof = await proveToken(live(), address(), old, next);
    expect(proof.steps.map(({ outcome }) => outcome)).toEqual(["unknown", "unknown"]);
    expect(proof.steps[1]?.evidence).toContain(String(status));
  });

  test("nothing listening, or silence: unknown", async () => {
    await new Promise((done) => server.close(done));
    const proof = await proveToken(live(), address(), old, next);
    expect(proof.steps.map(({ outcome, evidence }) => [outcome, evidence])).toEqual([
      ["unknown", `no answer from ${oracle} (refused)`],
      ["unknown", `no answer from ${oracle} (refused)`],
    ]);
  });

  test("without an old one nothing is claimed about it", async () => {
    answer = gateway("gt-FAKE-new-token");
    const proof = await proveToken(live(), address(), undefined, next);
    expect([proof.steps.length, proof.proven]).toEqual([1, false]);
  });

  test("a token with a line break is not sent", async () => {
    answer = gateway();
    const proof = await proveToken(live(), address(), new Secret("gt-FAKE\r\nX: y"), next);
    expect(proof.old?.state).toBe("unknown");
    expect(asked.join()).not.toContain("X: y");
  });
});

function device(scopes: readonly string[], role = "operator"): Device {
  return {
    id: "d1",
    state: "paired",
    roles: [role],
    scopes,
    nodeCommands: [],
    tokens: [{ role, scopes, secret: new Secret("device-FAKE-token") }],
    place: { path: "/db" },
  };
}

/** A gateway's side of the WebSocket talk, scripted. */
function talk(messages: readonly unknown[]): WsConversation & { readonly sent: unknown[] } {
  const waiting = [...messages];
  const sent: unknown[] = [];
  return {
    sent,
    next: async () => waiting.shift(),
    send: (m) => void sent.push(m),
    closed: () => undefined,
    close: () => undefined,
  };
}
const challenge = { type: "event", event: "connect.challenge", payload: { nonce: "n", ts: 1 } };
const event = { type: "event", event: "tick", payload: {} };

async function listed(messages: readonly unknown[]): ReturnType<typeof listDevices> {
  const conversation = talk(messages);
  return await listDevices(
    { http: { ...fake.host.http, webSocket: async () => conversation } },
    address(),
    next,
  );
}

describe("a removed device", () => {
  const none = { ids: new Set<string>() };

  test("HTTP refuses its token and the running gateway does not list it: proven", async () => {
    answer = gateway("gt-FAKE-new-token");
    const proof = await proveDeviceRefused(live(), address(), device(["operator.read"]), none);
    expect([proof.proven, proof.http.state, proof.socket.state]).toEqual([true, "refused", "refused"]);
    expect(proof.steps[0]).toMatchObject({ step: "verify-old", outcome: "done" });
    expect(JSON.stringify(proof)).not.toContain("FAKE");
  });

  test("still accepted over HTTP: failed, whatever the list says", async () => {
    answer = gateway("device-FAKE-token");
    const proof = await proveDeviceRefused(live(), address(), device(["operator.admin"]), none);
    expect([proof.proven, proof.steps[0]?.outcome]).toEqual([false, "failed"]);
  });

  test.each([[device([], "node")], [device(["operator.pairing"])], [device([])]])(
    "401 says nothing about a token that HTTP never accepts; the list does (%#)",
    async (one) => {
      answer = gateway();
      const proof = await proveDeviceRefused(live(), address(), one, none);
      expect(proof.http.state).toBe("unknown");
      expect([proof.proven, proof.steps[0]?.outcome]).toEqual([true, "done"]);
      const alone = await proveDeviceRefused(live(), address(), one, { reason: "no WebSocket connection" });
      expect([alone.proven, alone.steps[0]?.outcome]).toEqual([false, "unknown"]);
    },
  );

  test("silence over HTTP is asked again, and is no proof for a token that HTTP would take", async () => {
    const { host, sent } = provider({ ok: false, reason: "timeout", detail: "" });
    const silent = { ...host, clock: fake.host.clock };
    const proof = await proveDeviceRefused(silent, address(), device(["operator.read"]), none);
    expect([proof.http.state, proof.proven, proof.steps[0]?.outcome]).toEqual(["unknown", false, "unknown"]);
    expect(sent).toHaveLength(3);
  });

  test("a device with two tokens: the one that HTTP takes alive has to be refused", async () => {
    answer = gateway();
    const one = device(["operator.read"]);
    const two = { ...one, tokens: [...one.tokens, ...device([], "node").tokens] };
    const proof = await proveDeviceRefused(live(), address(), two, none);
    expect([proof.http.state, proof.proven]).toEqual(["unknown", true]);
    const alone = await proveDeviceRefused(live(), address(), two, { reason: "no WebSocket connection" });
    expect([alone.proven, alone.steps[0]?.outcome]).toEqual([false, "unknown"]);
  });

  test("still listed: failed", async () => {
    answer = gateway();
    const proof = await proveDeviceRefused(live(), address(), device(["operator.read"]), {
      ids: new Set(["d1"]),
    });
    expect([proof.proven, proof.steps[0]?.outcome]).toEqual([false, "failed"]);
  });

  test("the list is asked for without a device and read among other events", async () => {
    const payload = { paired: [{ deviceId: "a" }], pending: [{ deviceId: "b" }, { nonsense: 1 }] };
    const result = await listed([
      challenge,
      event,
      { type: "res", id: "c1", ok: true, payload: {} },
      event,
      { type: "res", id: "r1", ok: true, payload },
    ]);
    expect(result).toEqual({ ids: new Set(["a", "b"]) });
  });

  test.each([
    [[], "no answer"],
    [
      [
        challenge,
        {
          type: "res",
          id: "c1",
          ok: false,
          error: { code: "INVALID_REQUEST", details: { code: "AUTH_TOKEN_MISMATCH" } },
        },
      ],
      "AUTH_TOKEN_MISMATCH",
    ],
    [
      [
        challenge,
        { type: "res", id: "c1", ok: true },
        { type: "res", id: "r1", ok: false, error: { code: "FORBIDDEN" } },
      ],
      "FORBIDDEN",
    ],
    [
      [challenge, { type: "res", id: "c1", ok: true }, { type: "res", id: "r1", ok: true, payload: {} }],
      "no list",
    ],
    [[challenge, "text", 7, null], "no answer"],
    [[challenge, ...Array.from({ length: 500 }, () => event)], "no answer"],
  ])("no list is a reason, never an empty list (%#)", async (messages, reason) => {
    expect(await listed(messages)).toEqual({ reason: expect.stringContaining(reason) as string });
  });

  test("no connection is a reason", async () => {
    const host = { http: { ...fake.host.http, webSocket: async () => undefined } };
    expect(await listDevices(host, address(), next)).toEqual({ reason: "no WebSocket connection" });
  });
});

const catalogue = loadCatalogue(
  readFileSync(new URL("../../templates/credentials.json", import.meta.url), "utf8"),
);
const key = new Secret("sk-ant-api03-FAKEFAKEFAKEFAKE");

function entryOf(id: string): (typeof catalogue.entries)[number] {
  return catalogue.entries.find((entry) => entry.id === id)!;
}
function provider(result: HttpResult): { readonly host: Pick<Host, "http">; readonly sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  return { sent, host: { http: { ...fake.host.http, request: async (r) => (sent.push(r), result) } } };
}
const ok = (status: number, body = "{}"): HttpResult => ({ ok: true, status, headers: {}, body });

describe("asking a provider", () => {
  test.each([
    ["anthropic-api-key", ok(200), "alive"],
    ["anthropic-api-key", ok(403), "alive"],
    ["anthropic-api-key", ok(401), "dead"],
    ["anthropic-api-key", ok(429), "unknown"],
    ["anthropic-api-key", ok(529), "unknown"],
    ["anthropic-api-key", { ok: false, reason: "dns", detail: "" } as const, "unknown"],
    ["google-gemini", ok(400, '{"reason":"API_KEY_INVALID"}'), "dead"],
    ["google-gemini", ok(400, '{"reason":"INVALID_ARGUMENT"}'), "unknown"],
    ["slack-bot", ok(200, '{"ok":true}'), "alive"],
    ["slack-bot", ok(200, '{"ok":false,"error":"token_revoked"}'), "dead"],
    ["slack-bot", ok(200, '{"ok":false,"error":"ratelimited"}'), "unknown"],
    ["slack-bot", ok(200, "<html>"), "unknown"],
    ["elevenlabs", ok(401, '{"detail":{"status":"missing_permissions"}}'), "alive"],
    ["elevenlabs", ok(401, "{}"), "dead"],
    ["xai", ok(200, '{"api_key_blocked":true}'), "dead"],
    ["xai", ok(200, '{"api_key_blocked":false}'), "alive"],
    ["exa", ok(200), "unknown"],
  ])("%s %j → %s", async (id, result, state) => {
    const { host } = provider(result);
    const probe = await probeCredential(host, entryOf(id), key);
    expect(probe.state).toBe(state);
    expect(probe.evidence).not.toContain("FAKE");
    const step = probeStep("verify-old", probe, new Date(0));
    expect(step.outcome).toBe(state === "dead" ? "done" : state === "alive" ? "failed" : "unknown");
  });

  test("every probe goes to its own host, and nothing it says holds the secret", async () => {
    for (const entry of catalogue.entries) {
      if (entry.probe === undefined) continue;
      const { host, sent } = provider({
        ok: false,
        reason: "other",
        detail: entry.probe.url.replace("{secret}", key.reveal()),
      });
      const probe = await probeCredential(host, entry, key);
      expect(sent).toHaveLength(1);
      expect(new URL(sent[0]!.url).host).toBe(new URL(entry.probe.url).host);
      expect(JSON.stringify(sent[0])).toContain(key.reveal());
      expect(`${probe.evidence} ${probeText(entry) ?? ""}`).not.toContain("FAKE");
    }
  });

  test.each(["x@evil.example/", "../../../a?b", "a b", "a\r\nX-Evil: 1", "", "é"])(
    "the value %j cannot move the request elsewhere",
    async (value) => {
      for (const id of ["telegram-bot", "gog-google-oauth", "openrouter"]) {
        const { host, sent } = provider(ok(200));
        await probeCredential(host, entryOf(id), new Secret(value));
        for (const { url, headers } of sent) {
          expect(new URL(url).host).toBe(new URL(entryOf(id).probe!.url).host);
          expect(Object.values(headers ?? {}).join("")).not.toMatch(/[\r\n]/);
        }
      }
    },
  );
});
