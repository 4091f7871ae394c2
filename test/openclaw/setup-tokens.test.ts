import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { timelineOf } from "../../src/analyse/index.ts";
import type { Device } from "../../src/model/device-records.ts";
import { isDict, parseJson } from "../../src/model/json.ts";
import type { Reading } from "../../src/model/outcome.ts";
import { setupEntry } from "../../src/openclaw/layouts/setup-token.ts";
import { input } from "../analyse/records.ts";
import { mutated } from "../support/mutated.ts";
import { fingerprintKey, realState, type RealState, type Release } from "./real-state.ts";

let state: RealState;
afterEach(() => state.cleanup());

const at = Date.UTC(2026, 10, 20, 12);
const iso = "2026-11-20T12:00:00.000Z";
/** As 2026.5.28 writes it: unused, used by a device, and one of the first versions, which says the token only in its key. */
const entries = {
  "FAKE-setup-a": {
    token: "FAKE-setup-a",
    ts: at,
    profile: { roles: ["node", "operator"], scopes: ["operator.read", "operator.write"] },
    redeemedProfile: { roles: [], scopes: [] },
    issuedAtMs: at,
  },
  "FAKE-setup-b": {
    token: "FAKE-setup-b",
    ts: at,
    profile: { roles: ["operator"], scopes: ["operator.admin"] },
    deviceId: "d".repeat(64),
    publicKey: "FAKEkey",
    issuedAtMs: at,
    lastUsedAtMs: at,
  },
  "FAKE-setup-c": { roles: ["node"], scopes: [], issuedAtMs: at },
};

async function withFile(release: Release, name: string): Promise<void> {
  state = await realState({}, release);
  await mkdir(join(state.stateDir, "devices"), { recursive: true });
  await writeFile(join(state.stateDir, "devices", name), JSON.stringify(entries));
}

async function setups(): Promise<Reading<Device>> {
  const reader = await state.open({ only: ["state"] });
  const reading = reader.devices();
  await reader.close();
  return { ...reading, records: reading.records.filter((one) => one.state === "setup") };
}

function tokensIn({ records }: Reading<Device>): readonly (string | undefined)[] {
  return records.map(({ tokens }) => tokens[0]?.secret.reveal());
}

describe("setup tokens", () => {
  it.each(["2026.2.26", "2026.6.11"] as const)(
    "of a file are told with what they allow, in %s",
    async (release) => {
      await withFile(release, "bootstrap.json");
      const reading = await setups();
      expect(reading.outcome).toBe("ok");
      expect(tokensIn(reading)).toEqual(["FAKE-setup-a", "FAKE-setup-b", "FAKE-setup-c"]);
      const path = "/home/op/.openclaw/devices/bootstrap.json";
      expect(reading.records).toMatchObject([
        {
          ...{ id: `setup ${iso}`, roles: ["node", "operator"], createdAt: iso },
          ...{ scopes: ["operator.read", "operator.write"], place: { path, locator: "entry 1" } },
        },
        { id: "d".repeat(64), scopes: ["operator.admin"], lastSeenAt: iso, publicKey: "FAKEkey" },
        { roles: ["node"], scopes: [], place: { path, locator: "entry 3" } },
      ]);
      // The key of an entry is the token: nothing but the secret may hold it.
      expect(JSON.stringify(reading)).not.toContain("FAKE-setup");
    },
  );

  it("of the table stand for the file's that a migration left behind", async () => {
    await withFile("2026.9.6", "bootstrap.json.migrated");
    const db = new Database(join(state.stateDir, "state", "openclaw.sqlite"));
    db.prepare(
      `INSERT INTO device_bootstrap_tokens (token_key, token, setup_id, ts, profile_json, issued_at_ms)
       VALUES ('k', 'FAKE-setup-new', 's1', ?, '{"roles":["operator"],"scopes":["operator.admin"],"purpose":"control-ui-owner"}', ?)`,
    ).run(at, at);
    db.prepare(
      `INSERT INTO device_bootstrap_tokens (token_key, token, ts, profile_json, issued_at_ms) VALUES ('l', 'FAKE-setup-a', ?, ?, ?)`,
    ).run(at, JSON.stringify(entries["FAKE-setup-a"].profile), at);
    db.close();
    const reading = await setups();
    expect(reading.outcome).toBe("ok");
    expect(tokensIn(reading)).toEqual(["FAKE-setup-new", "FAKE-setup-a", "FAKE-setup-b", "FAKE-setup-c"]);
    expect(reading.records.map(({ leftover }) => leftover === true)).toEqual([false, false, true, true]);
    expect(reading.records[0]).toMatchObject({
      ...{ id: "setup s1", requestId: "s1", scopes: ["operator.admin"] },
      place: { path: "/home/claw/.openclaw/state/openclaw.sqlite", locator: "device_bootstrap_tokens/s1" },
    });
  });

  it("are credentials too, once each, and events of the timeline", async () => {
    await withFile("2026.6.11", "bootstrap.json");
    const reader = await state.open({ only: ["state"], fingerprintKey });
    const found = (await reader.credentials()).records.filter(({ label }) => label.startsWith("bootstrap "));
    await reader.close();
    expect(found.map(({ kind, live, secret }) => [kind, live, secret?.reveal()])).toEqual(
      Object.keys(entries).map((token) => ["device-token", true, token]),
    );
    const set = { ...input().readings, devices: await setups() };
    const events = [...timelineOf({ host: "h", redact: (text) => text }, set)];
    expect(events.filter(({ dataType }) => dataType.startsWith("openclaw:setup-token"))).toMatchObject([
      { tsDesc: "issued", ts: iso, message: /lets a device in as node\+operator operator\.read/ },
      { tsDesc: "issued" },
      { tsDesc: "last used", message: `setup token was used by device ${"d".repeat(64)}` },
      { tsDesc: "issued" },
    ]);
  });

  it("of a file that makes no sense are a gap, and no entry is too odd", async () => {
    await withFile("2026.6.11", "bootstrap.json");
    await writeFile(join(state.stateDir, "devices", "bootstrap.json"), '{"a":1,"b":');
    expect(await setups()).toMatchObject({ outcome: "partial", records: [] });
    fc.assert(
      fc.property(fc.string(), mutated(JSON.stringify(entries["FAKE-setup-b"])), (key, text) => {
        const value = parseJson(text);
        const device = isDict(value) ? setupEntry(key, value, { path: "p" }) : undefined;
        if (device !== undefined) expect(device.tokens).toHaveLength(1);
      }),
    );
  });
});
