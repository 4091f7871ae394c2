import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Credential } from "../../src/model/records.ts";
import { Secret } from "../../src/model/secret.ts";
import { identify, loadCatalogue } from "../../src/rotate/index.ts";
import { fitsPath } from "../../src/rotate/identify.ts";
import { linearPattern } from "../../src/rotate/pattern.ts";
import type { CatalogueEntry } from "../../src/rotate/index.ts";

const text = readFileSync(new URL("../../templates/credentials.json", import.meta.url), "utf8");
const catalogue = loadCatalogue(text);
const raw = JSON.parse(text) as { credentials: { id: string; pattern?: string }[] };

describe.each(catalogue.entries.map((entry): [string, CatalogueEntry] => [entry.id, entry]))(
  "%s",
  (_id, entry) => {
    test("says how a new one is made and the old one withdrawn", () => {
      for (const where of [entry.create, entry.revoke])
        expect((where.page ?? "").startsWith("https://") || (where.how ?? "").length > 10).toBe(true);
      expect(entry.name.length).toBeGreaterThan(3);
    });

    test("can be recognised by something", () => {
      const signs = [
        ...entry.env,
        ...entry.config,
        ...entry.providers,
        ...(entry.pattern === undefined ? [] : ["pattern"]),
      ];
      expect(signs.length).toBeGreaterThan(0);
      for (const name of entry.env) expect(name).toMatch(/^[A-Z][A-Z0-9_]+$/);
    });

    test("claw-ir or the user can see that the old one is dead", () => {
      // Where neither a request nor a check exists, a note says so or the method makes the old one end by itself.
      const ends = ["generated", "review"].includes(entry.method);
      expect(entry.probe !== undefined || entry.check !== undefined || ends || entry.notes.length > 0).toBe(
        true,
      );
    });

    // Usually a hundredth of a second; a quadratic one takes minutes.
    test("its pattern does not slow down on the worst input", { timeout: 60_000 }, () => {
      if (entry.pattern === undefined) return;
      for (const seed of ["a", "-", "_", "0", "A", "sk-", "sk-proj-", "xoxb-", "eyJ", ".", "=", "/"])
        for (const end of ["", "\n", "!", "\u0000"])
          expect(entry.pattern.test(seed.repeat(20_000) + end)).toBe(
            entry.pattern.test(seed.repeat(20_000) + end),
          );
    });

    test("its probe goes to a fixed host over https and can say both alive and dead", () => {
      const { probe } = entry;
      if (probe === undefined) return;
      const url = new URL(probe.url);
      expect(url.protocol).toBe("https:");
      expect(url.host).toMatch(/^[a-z0-9.-]+$/);
      expect(probe.url.includes("{secret}")).toBe(probe.secretInUrl);
      expect(probe.url.replaceAll("{secret}", "")).not.toContain("{");
      expect(new Set(probe.answers.map(({ verdict }) => verdict))).toEqual(new Set(["alive", "dead"]));
      expect(
        probe.answers.some(({ status, verdict }) => verdict === "dead" && (status === 429 || status >= 500)),
      ).toBe(false);
    });

    test("every page is an https address", () => {
      for (const where of [entry.create, entry.revoke, entry.usage])
        if (where?.page !== undefined) expect(new URL(where.page).protocol).toBe("https:");
    });
  },
);

describe("the catalogue", () => {
  test("covers the model providers, channels and tools that OpenClaw knows, and its own secrets", () => {
    const ids = catalogue.entries.map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(56);
    for (const group of catalogue.groups)
      expect(catalogue.entries.some((entry) => entry.group === group.id)).toBe(true);
    expect(ids).toEqual(
      expect.arrayContaining(["gateway-token", "device-tokens", "hooks-token", "secret-store"]),
    );
  });

  test.each([
    ["sk-ant-api03-FAKEFAKEFAKEFAKEFAKE", "anthropic", "anthropic-api-key"],
    ["sk-ant-admin01-FAKEFAKEFAKEFAKEFAKE", "anthropic", "anthropic-admin-key"],
    ["sk-ant-oat01-FAKEFAKEFAKEFAKEFAKE", "anthropic", "anthropic-oauth"],
    ["sk-proj-FAKEFAKEFAKEFAKEFAKEFAKE", "openai", "openai-api-key"],
    ["sk-or-v1-FAKEFAKEFAKEFAKEFAKEFAKE", "unknown", "openrouter"],
    ["gsk_FAKEFAKEFAKEFAKEFAKEFAKE", "unknown", "groq"],
    ["123456:FAKE-telegram-token-aaaaaaaaaaaaaaaa", "unknown", "telegram-bot"],
    ["xoxb-0123456789-FAKEFAKEFAKE", "slack", "slack-bot"],
    ["xapp-1-A0FAKEFAKEFAKE-0123456789", "slack", "slack-app"],
    ["ghp_FAKEFAKEFAKEFAKEFAKEFAKEFAKE", "unknown", "github-pat"],
    ["FAKE0without0any0prefix0000000", "mistral", "mistral"],
    ["FAKE0without0any0prefix0000000", "nobody-knows", undefined],
  ])("%s of %s is %s", (value, provider, id) => {
    expect(identify(catalogue, credential({ secret: new Secret(value), provider }))?.id).toBe(id);
  });

  test("a name in the environment or a place in the config tells as well", () => {
    expect(identify(catalogue, credential({ kind: "env", provider: "hf", label: "HF_TOKEN" }))?.id).toBe(
      "huggingface",
    );
    const brave = credential({
      kind: "other",
      provider: "x",
      label: "x",
      place: { path: "/c", locator: "plugins.entries.brave.config.webSearch.apiKey" },
    });
    expect(identify(catalogue, brave)?.id).toBe("brave-search");
    expect(
      identify(catalogue, credential({ provider: "x", label: "x", ref: "env:default:XAI_API_KEY" }))?.id,
    ).toBe("xai");
    expect(identify(catalogue, credential({ kind: "gateway-token" }))?.id).toBe("gateway-token");
    expect(identify(catalogue, credential({ kind: "store-secret", provider: "store", label: "X" }))?.id).toBe(
      "secret-store",
    );
  });

  test("a star stands for one part of a path, whatever it holds", () => {
    expect(fitsPath("channels.*.botToken", "channels.telegram.botToken")).toBe(true);
    expect(fitsPath("channels.*.botToken", "channels.a.b.botToken")).toBe(false);
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => typeof fitsPath(a, b) === "boolean"));
  });

  test.each(
    raw.credentials
      .filter(({ pattern }) => pattern !== undefined)
      .map(({ id, pattern }) => [id, pattern ?? ""]),
  )("the pattern of %s is accepted as linear", (_id, pattern) => {
    expect(linearPattern(pattern)).toBeInstanceOf(RegExp);
  });

  test.each([
    "^(a+)+$",
    "^(?:a*)*b",
    "^((a|b+)c)+$",
    "^(a{2,})*$",
    "a+",
    "^(?=a)",
    "^(a)\\1",
    "^[",
    "^(?<!x)a",
    "^(?:x(y+)z)*",
  ])("the pattern %s is refused", (pattern) => {
    expect(linearPattern(pattern)).toBeUndefined();
  });

  test.each([
    ["not json", "version"],
    ['{"version":1,"asOf":"x","groups":[],"credentials":[]}', "empty"],
    [edited((e) => (e["method"] = "magic")), "method is unknown"],
    [edited((e) => (e["group"] = "nowhere")), "group nowhere"],
    [edited((e) => (e["create"] = {})), "neither page nor how"],
    [edited((e) => (e["create"] = { page: "http://example.org" })), "no https address"],
    [edited((e) => (e["pattern"] = "^(a+)+$")), "linear"],
    [edited((e) => (e["probe"] = probe({ url: "http://api.example.org/" }))), "not https"],
    [
      edited((e) => (e["probe"] = probe({ url: "https://{secret}.example.org/", secretInUrl: true }))),
      "host is not fixed",
    ],
    [edited((e) => (e["probe"] = probe({ url: "https://api.example.org/{secret}" }))), "secretInUrl"],
    [edited((e) => (e["probe"] = probe({ headers: {} }))), "sends no secret"],
    [edited((e) => (e["probe"] = probe({ answers: [{ status: 200, verdict: "alive" }] }))), "means dead"],
    [
      edited(
        (e) =>
          (e["probe"] = probe({
            answers: [
              { status: 200, verdict: "alive" },
              { status: 503, verdict: "dead" },
            ],
          })),
      ),
      "never mean dead",
    ],
  ])("a broken file is refused with the fault named (%#)", (broken, fault) => {
    expect(() => loadCatalogue(broken)).toThrow(fault);
  });
});

function credential(more: Partial<Credential>): Credential {
  return {
    id: "x",
    kind: "provider-key",
    provider: "x",
    label: "x",
    live: true,
    place: { path: "/x" },
    ...more,
  };
}

function edited(change: (entry: Record<string, unknown>) => unknown): string {
  const copy = JSON.parse(text) as { credentials: Record<string, unknown>[] };
  change(copy.credentials[0]!);
  return JSON.stringify(copy);
}

function probe(more: Record<string, unknown>): unknown {
  return {
    method: "GET",
    url: "https://api.example.org/",
    headers: { Authorization: "Bearer {secret}" },
    answers: [
      { status: 200, verdict: "alive" },
      { status: 401, verdict: "dead" },
    ],
    ...more,
  };
}
