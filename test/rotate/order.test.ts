import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openState } from "../../src/openclaw/index.ts";
import type { Credential } from "../../src/model/records.ts";
import { Secret } from "../../src/model/secret.ts";
import { isGenerated, loadCatalogue, placesLeft, planRotation } from "../../src/rotate/index.ts";
import type { RotationPlan } from "../../src/rotate/index.ts";
import { mark, stateHost } from "../openclaw-write/state.ts";

const catalogue = loadCatalogue(
  readFileSync(new URL("../../templates/credentials.json", import.meta.url), "utf8"),
);

function credential(id: string, more: Partial<Credential> = {}): Credential {
  const secret = more.secret ?? new Secret(`FAKE-value-of-${id}`);
  const [provider = "x", label = "x"] = id.split("/");
  return {
    id,
    kind: "provider-key",
    provider,
    label,
    secret,
    mark: mark(secret),
    live: true,
    place: { path: "/home/claw/.openclaw/openclaw.json", locator: id },
    ...more,
  };
}

const gateway = credential("gateway-token", {
  kind: "gateway-token",
  provider: "openclaw",
  label: "gateway-token",
});
const device = credential("device/1.operator", { kind: "device-token", place: { path: "/db" } });
const admin = credential("anthropic/admin", { secret: new Secret("sk-ant-admin01-FAKEFAKEFAKEFAKEFAKE") });
const key = credential("anthropic/key", { secret: new Secret("sk-ant-api03-FAKEFAKEFAKEFAKEFAKE") });
const bot = credential("telegram/default.botToken", { kind: "channel-token" });
const brave = credential("brave/key", { place: { path: "/elsewhere" } });
const all = [brave, bot, key, admin, device, gateway];

function ids(plan: RotationPlan): readonly string[] {
  return plan.items.map(({ id }) => id);
}

describe("what is rotated", () => {
  test("everything, the gateway before devices, admin keys before keys, keys before chat before search", () => {
    expect(ids(planRotation(catalogue, all, "all", "credential"))).toEqual([
      "gateway-token",
      "devices",
      "anthropic/admin",
      "anthropic/key",
      "telegram/default.botToken",
      "brave/key",
    ]);
  });

  test("each item names what has to come before it", () => {
    const plan = planRotation(catalogue, all, "all", "host");
    const before = new Map(plan.items.map(({ id, dependsOn }) => [id, dependsOn]));
    expect(before.get("gateway-token")).toEqual([]);
    expect(before.get("devices")).toEqual(["gateway-token"]);
    expect(before.get("anthropic/key")).toEqual(["devices", "gateway-token", "anthropic/admin"]);
    expect(before.get("brave/key")).toEqual(["devices", "gateway-token"]);
  });

  test("one key alone, all in the same file, or all on the host", () => {
    expect(ids(planRotation(catalogue, all, [key.id], "credential"))).toEqual([key.id]);
    expect(ids(planRotation(catalogue, all, [key.id], "place"))).toEqual([
      "gateway-token",
      "anthropic/admin",
      "anthropic/key",
      "telegram/default.botToken",
    ]);
    expect(ids(planRotation(catalogue, all, [key.id], "host"))).toHaveLength(6);
    const why = planRotation(catalogue, all, [key.id], "host").items.map((item) => item.why);
    expect(new Set(why)).toEqual(new Set(["chosen", "same host"]));
  });

  test("devices go with the gateway token: they outlive it", () => {
    const plan = planRotation(catalogue, all, ["gateway-token"], "credential");
    expect(plan.items.map(({ id, why }) => [id, why])).toEqual([
      ["gateway-token", "chosen"],
      ["devices", "goes with the gateway token"],
    ]);
  });

  test("one value in three places is one rotation, and copies are left", () => {
    const env = credential("anthropic/ANTHROPIC_API_KEY", {
      kind: "env",
      secret: key.secret!,
      place: { path: "/home/claw/.env" },
    });
    const unit = { ...env, place: { path: "/etc/systemd/system/openclaw.service", locator: "line 7" } };
    const copy = { ...key, live: false, place: { path: "/home/claw/.openclaw/openclaw.json.bak" } };
    const plan = planRotation(catalogue, [env, unit, key, copy], [env.id], "credential");
    expect(ids(plan)).toEqual(["anthropic/key"]);
    expect(plan.items[0]?.same).toHaveLength(3);
    expect(plan.left.map(({ reason }) => reason)).toEqual([expect.stringContaining("a copy")]);
    const left = placesLeft(plan.items[0]!, [key.place, env.place]);
    expect(left).toEqual([unit.place]);
  });

  test("the client's token for another gateway is made there, not here", () => {
    const remote = credential("gateway-remote-token", {
      kind: "gateway-token",
      label: "gateway-remote-token",
    });
    const plan = planRotation(catalogue, [remote, gateway], "all", "host");
    const item = plan.items.find(({ id }) => id === "gateway-remote-token");
    expect(item?.steps[0]).toMatchObject({ step: "create", by: "user" });
    expect(plan.items.find(({ id }) => id === "gateway-token")?.steps[0]).toMatchObject({ by: "claw-ir" });
  });

  test("two values under one name keep two ids", () => {
    const other = credential("openai/OPENAI_API_KEY", {
      secret: new Secret("sk-FAKE-one-one-one"),
      kind: "env",
    });
    const another = credential("openai/OPENAI_API_KEY", {
      secret: new Secret("sk-FAKE-two-two-two"),
      kind: "env",
    });
    expect(ids(planRotation(catalogue, [other, another], "all", "host"))).toEqual([
      "openai/OPENAI_API_KEY",
      "openai/OPENAI_API_KEY#2",
    ]);
  });
});

describe("steps", () => {
  test("usually the new one is proven before the old one is revoked", () => {
    const [item] = planRotation(catalogue, [key], "all", "host").items;
    expect(item?.steps.map(({ step }) => step)).toEqual([
      "create",
      "deploy",
      "verify-new",
      "revoke",
      "verify-old",
    ]);
  });
  test("claw-ir makes what only OpenClaw has to know, and asks for everything else", () => {
    const webhook = credential("cron/webhookToken", { kind: "other", label: "cron.webhookToken" });
    const plan = planRotation(catalogue, [webhook, gateway, key], "all", "host");
    const made = plan.items.filter((item) => isGenerated(item)).map(({ id }) => id);
    expect(made.toSorted()).toEqual(["cron/webhookToken", "gateway-token"]);
  });
  test("a key that is being abused dies first", () => {
    const [item] = planRotation(catalogue, [key], "all", "host", { abuse: true }).items;
    expect(item?.steps[0]).toMatchObject({
      step: "revoke",
      by: "user",
      text: expect.stringContaining("https://") as string,
    });
  });
  test("where the new one kills the old one there is nothing to revoke", () => {
    const [item] = planRotation(catalogue, [bot], "all", "host").items;
    expect(item?.steps.map(({ step }) => step)).not.toContain("revoke");
  });
  test("every step says who does it and what, in every entry of the catalogue", () => {
    for (const entry of catalogue.entries) {
      const one = credential(`${entry.providers[0] ?? "x"}/x`, {
        label: entry.env[0] ?? "x",
        kind: entry.kinds[0] === undefined ? "env" : (entry.kinds[0] as Credential["kind"]),
        place: { path: "/x", locator: entry.config[0]?.replaceAll("*", "x") ?? "x" },
      });
      for (const abuse of [true, false])
        for (const item of planRotation(catalogue, [one], "all", "host", { abuse }).items)
          for (const step of item.steps) expect(step.text.length).toBeGreaterThan(10);
    }
  });
});

const kinds: readonly Credential["kind"][] = [
  "gateway-token",
  "provider-key",
  "channel-token",
  "hook-token",
  "device-token",
  "store-secret",
  "env",
  "oauth",
  "identity-key",
  "socket-token",
  "other",
];
const anyCredential = fc
  .record({
    entry: fc.constantFrom(...catalogue.entries),
    kind: fc.constantFrom(...kinds),
    value: fc.integer({ min: 0, max: 15 }),
    name: fc.integer({ min: 0, max: 5 }),
    live: fc.boolean(),
    path: fc.constantFrom("/a", "/b", "/c"),
  })
  .map(({ entry, kind, value, name, live, path }) =>
    credential(`${entry.providers[0] ?? "x"}/${name}`, {
      kind,
      label: entry.env[0] ?? entry.config[0] ?? "x",
      secret: new Secret(
        entry.id.endsWith("admin-key") ? `sk-ant-admin01-FAKEFAKEFAKEFAKE${value}` : `FAKE-value-${value}`,
      ),
      live,
      place: { path },
    }),
  );

describe("the order", () => {
  test("a dependency never comes after what depends on it, nothing live is lost, nothing comes twice", () => {
    fc.assert(
      fc.property(
        fc.array(anyCredential, { maxLength: 25 }),
        fc.constantFrom("credential" as const, "place" as const, "host" as const),
        fc.boolean(),
        (credentials, reach, everything) => {
          const chosen = everything ? ("all" as const) : credentials.slice(0, 2).map(({ id }) => id);
          const plan = planRotation(catalogue, credentials, chosen, reach);
          const seen = new Set<string>();
          for (const item of plan.items) {
            for (const before of item.dependsOn) expect(seen).toContain(before);
            expect(seen).not.toContain(item.id);
            seen.add(item.id);
          }
          const planned = plan.items.flatMap(({ same }) => same);
          expect(planned.length + plan.left.length).toBe(credentials.length);
          if (everything) expect(planned.length).toBe(credentials.filter(({ live }) => live).length);
          expect(JSON.stringify(plan)).not.toContain("FAKE");
        },
      ),
      { numRuns: 300 },
    );
  });

  test("does not depend on the order in which credentials were found", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(ids(planRotation(catalogue, shuffled, "all", "host"))).toEqual(
          ids(planRotation(catalogue, all, "all", "host")),
        );
      }),
    );
  });
});

test("the real state folder: every live credential is in the plan, in order", async () => {
  const state = await stateHost();
  try {
    await state.host.fs.mkdir(state.path("~/case"));
    const reader = await openState(state.host, state.installation, state.path("~/case"), {
      fingerprintKey: new Uint8Array(32),
    });
    const credentials = (await reader.credentials()).records;
    await reader.close();
    const plan = planRotation(catalogue, credentials, "all", "host");
    expect(plan.items.map(({ id, entry }) => [id, entry?.id])).toEqual([
      ["gateway-token", "gateway-token"],
      ["devices", "device-tokens"],
      ["openclaw/device identity primary", "device-identity"],
      ["openclaw/exec approvals socket", "approval-socket"],
      ["store/SERVICE_TOKEN", "secret-store"],
      ["fake/FAKE_ENV_KEY", undefined],
      ["anthropic/anthropic:manual", "anthropic-api-key"],
      ["openrouter/openrouter:manual", "openrouter"],
      ["mockai/config", undefined],
      ["telegram/default.botToken", "telegram-bot"],
    ]);
    expect(plan.left.every(({ credential: { live } }) => !live)).toBe(true);
  } finally {
    await state.cleanup();
  }
});
