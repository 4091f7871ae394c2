/** The playbooks on states of releases that kept devices, jobs and keys in files, in tables, or in both. */
import { readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { exits } from "../../src/model/errors.ts";
import { containing, disk, type Disk, linesOf, type Ran } from "./cli.ts";
import { passphrase, sealState } from "./sealed-state.ts";

const night = {
  "incident.credential": ["all"],
  "incident.device": "unknown",
  "incident.abuse": "exposure",
  "incident.since": "3d",
  "incident.responder": "the night shift",
  "seal.to": "passphrase",
  "rotate.items": "all",
  "target.change": true,
  "devices.remove-all": true,
  "devices.switch-off-jobs": "all",
  "allow-lists.remove": "all",
  "devices.pair-again": [],
};

async function play(at: Disk, id: string, more: object, ...argv: readonly string[]): Promise<Ran> {
  const file = await at.put("answers.json", JSON.stringify({ ...night, ...more }));
  const secret = await at.put("passphrase", `${passphrase}\n`);
  return at.on(id, "--json", "--answers", file, "--passphrase-from", secret, ...argv);
}

function stepsOf({ out }: Ran): ReadonlyMap<unknown, Record<string, unknown>> {
  const ended = linesOf(out).filter(({ type, state }) => type === "step" && state !== "started");
  return new Map(ended.map((step) => [step["id"], step]));
}

async function textIn(at: Disk, name: string): Promise<string> {
  return readFile(join(at.stateDir, name), "utf8");
}

async function jsonIn(at: Disk, name: string): Promise<Record<string, Record<string, unknown>>> {
  return JSON.parse(await textIn(at, name)) as Record<string, Record<string, unknown>>;
}

async function tokensIn(at: Disk): Promise<readonly string[]> {
  const found = [...(await textIn(at, "devices/paired.json")).matchAll(/"token": "([^"]{20,})"/g)];
  return found.map(([, token = ""]) => token);
}

const releases = ["2026.2.26", "2026.6.11"] as const;

describe.each(releases)("on a state of %s", (release) => {
  it("token-compromised takes every device out of its files, switches the jobs off, and no older archive brings them back", async () => {
    const at = await disk(release);
    const left = await withLeftover(at);
    const archive = await sealed(at);
    const tokens = await tokensIn(at);
    const auth = (await jsonIn(at, "openclaw.json"))["gateway"]?.["auth"];
    expect(tokens.length).toBeGreaterThan(2);
    const ran = await play(at, "token-compromised", {});
    // Nothing could be proven without a running gateway.
    expect({ exit: ran.exit, err: ran.err }).toEqual({ exit: exits.partial, err: "" });
    const steps = stepsOf(ran);
    for (const id of [
      "rotate/gateway-token",
      "rotate/devices",
      "rotate/made-by-devices",
      "rotate/allow-lists",
    ])
      expect(steps.get(id)).toMatchObject({ state: "done" });
    expect(await jsonIn(at, "devices/paired.json")).toEqual({});
    expect(await jsonIn(at, "devices/pending.json")).toEqual({});
    await checkNobodyAllowed(at.stateDir);
    expect((await jsonIn(at, "openclaw.json"))["gateway"]?.["auth"]).not.toEqual(auth);
    for (const token of tokens) expect(ran.out).not.toContain(token);
    expect(await jobsOn(at.stateDir)).toEqual([]);
    // What was left behind is neither offered nor removed, and its token is no live one.
    expect(JSON.stringify(steps.get("rotate/devices"))).not.toContain(gone);
    expect(await textIn(at, "devices/paired.json.migrated")).toBe(left);
    const secrets = JSON.parse((await at.on("secrets", "--json")).out) as readonly unknown[];
    expect(secrets).toContainEqual(
      expect.objectContaining({ id: "device/ffffffffffff.operator", live: false }),
    );
    await checkRestored(at, archive);
  });

  it("device-compromised removes the one that was named and leaves every other byte", async () => {
    const at = await disk(release);
    const before = await textIn(at, "devices/paired.json");
    const mode = (await stat(join(at.stateDir, "devices/paired.json"))).mode;
    const [lost = "", kept = ""] = Object.keys(await jsonIn(at, "devices/paired.json"));
    const ran = await play(at, "device-compromised", {
      "incident.device": "paired",
      "incident.devices": [lost],
      "devices.remove-all": false,
      "devices.remove": [lost],
      "devices.switch-off-jobs": [],
    });
    expect(stepsOf(ran).get("rotate/devices")).toMatchObject({
      state: "done",
      receipt: { changed: [{ path: containing("devices/paired.json"), locator: lost }] },
    });
    const after = await textIn(at, "devices/paired.json");
    expect(Object.keys(await jsonIn(at, "devices/paired.json"))).not.toContain(lost);
    // The entry was the first: what stands behind it is as it was.
    expect(after).toBe(`{${before.slice(before.indexOf(`\n  "${kept}"`))}`);
    expect((await stat(join(at.stateDir, "devices/paired.json"))).mode).toBe(mode);
  });

  it("key-compromised puts the new key where the old one stood, and renews what OpenClaw makes itself", async () => {
    const at = await disk(release);
    const key = await at.put("key", "sk-ant-api03-NEW-FAKE-NEW-FAKE-NEW-FAKE-2222222222222222222222\n");
    const socket = (await jsonIn(at, "exec-approvals.json"))["socket"]?.["token"];
    const id = "anthropic/anthropic:default";
    const ran = await play(
      at,
      "key-compromised",
      { [`revoked.${id}`]: true, [`probe.${id}`]: false },
      "--secret-from",
      `${id}=${key}`,
    );
    expect(ran.err).toBe("");
    const receipts = stepsOf(ran).get("rotate/credentials")?.["receipt"];
    const place =
      release === "2026.2.26"
        ? 'agent/auth-profiles.json profiles["anthropic:default"].key'
        : "openclaw-agent.sqlite auth_profile_store";
    for (const [credential, step, evidence] of [
      [id, "deploy", place],
      ["openclaw/exec approvals socket", "deploy", "exec-approvals.json socket.token"],
      ["openclaw/device identity primary", "revoke", "removed device id"],
    ])
      expect(receipts).toContainEqual(
        expect.objectContaining({
          credential,
          steps: expect.arrayContaining([
            expect.objectContaining({ step, outcome: "done", evidence: containing(evidence ?? "") }),
          ]) as unknown,
        }),
      );
    expect((await jsonIn(at, "exec-approvals.json"))["socket"]?.["token"]).not.toBe(socket);
    await expect(stat(join(at.stateDir, "identity/device.json"))).rejects.toThrow("ENOENT");
    expect(await jsonIn(at, "devices/paired.json")).toEqual({});
  });
});

it("a step that cannot act on a file says so and is not done", async () => {
  const at = await disk("2026.2.26");
  const broken = `${await textIn(at, "devices/pending.json")} and more`;
  await writeFile(join(at.stateDir, "devices/pending.json"), broken);
  const ran = await play(at, "token-compromised", {});
  expect(stepsOf(ran).get("rotate/devices")).toMatchObject({
    state: "failed",
    reason: containing("devices/pending.json holds no JSON object (look at it and make this change by hand"),
  });
  // What could be removed is gone nevertheless.
  expect(await jsonIn(at, "devices/paired.json")).toEqual({});
  expect(await textIn(at, "devices/pending.json")).toBe(broken);
});

/** As a backup made before the incident. */
async function sealed(at: Disk): Promise<string> {
  const { archive } = await sealState(at, {}, "/home/op");
  return archive;
}

/** An upgrade left these devices behind, under ids of their own. */
async function withLeftover(at: Disk): Promise<string> {
  const [entry] = Object.values(await jsonIn(at, "devices/paired.json"));
  const left = JSON.stringify({ [gone]: { ...entry, deviceId: gone } });
  await writeFile(join(at.stateDir, "devices/paired.json.migrated"), left);
  return left;
}
const gone = "f".repeat(64);

async function checkRestored(at: Disk, archive: string): Promise<void> {
  const target = join(dirname(at.root), "restored");
  const secret = await at.put("passphrase", `${passphrase}\n`);
  const ran = await at.on("restore", archive, "--target", target, "--passphrase-from", secret, "--json");
  expect({ exit: ran.exit, err: ran.err }).toEqual({ exit: 0, err: "" });
  const state = join(target, "home/op/.openclaw");
  expect(JSON.parse(await readFile(join(state, "devices/paired.json"), "utf8"))).toEqual({});
  await checkNobodyAllowed(state);
  const told = JSON.parse(ran.out) as { revocations: readonly Record<string, unknown>[] };
  const jobs = told.revocations.filter(({ what }) => String(what).startsWith("cron job"));
  expect(jobs.map((job) => job["state"])).toEqual(["off", "off"]);
  expect(told.revocations.filter((one) => one["state"] === "failed")).toEqual([]);
  expect(await jobsOn(state)).toEqual([]);
}

async function checkNobodyAllowed(stateDir: string): Promise<void> {
  const read = async (name: string): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(join(stateDir, name), "utf8")) as Record<string, unknown>;
  expect(await read("credentials/telegram-default-allowFrom.json")).toEqual({ version: 1, allowFrom: [] });
  expect(await read("credentials/telegram-pairing.json")).toEqual({ version: 1, requests: [] });
  expect((await read("exec-approvals.json"))["agents"]).toEqual({ "*": { allowlist: [] } });
  // Since 2026.5 the first sender that is let in becomes the owner, in the config.
  const commands = (await read("openclaw.json"))["commands"] as Record<string, unknown> | undefined;
  expect(commands?.["ownerAllowFrom"] ?? []).toEqual([]);
}

async function jobsOn(stateDir: string): Promise<readonly unknown[]> {
  const text = await readFile(join(stateDir, "cron/jobs.json"), "utf8").catch(() => undefined);
  if (text !== undefined)
    return (JSON.parse(text) as { jobs: { enabled: boolean }[] }).jobs.filter(({ enabled }) => enabled);
  const db = new Database(join(stateDir, "state/openclaw.sqlite"), { readonly: true });
  try {
    return db.prepare("SELECT job_id FROM cron_jobs WHERE enabled = 1").all();
  } finally {
    db.close();
  }
}
