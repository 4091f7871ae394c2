import { createHash } from "node:crypto";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Credential } from "../../src/model/records.ts";
import type { TranscriptEvent } from "../../src/model/session-records.ts";
import { golden } from "./golden.ts";
import { fingerprintKey, realState, type RealState } from "./real-state.ts";

let state: RealState;
beforeEach(async () => {
  state = await realState();
});
afterEach(() => state.cleanup());

async function snapshot(dir: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const stat = await lstat(path, { bigint: true });
    const hash = entry.isFile()
      ? createHash("sha256")
          .update(await readFile(path))
          .digest("hex")
      : "";
    found.set(path, `${stat.mode} ${stat.size} ${stat.mtimeNs} ${hash}`);
  }
  return found;
}

describe("the state of a real 2026.9.6", () => {
  const kinds = [
    "sessions",
    "devices",
    "cronJobs",
    "cronRuns",
    "skills",
    "credentials",
    "configWrites",
    "audit",
    "boots",
    "grants",
    "tasks",
    "approvals",
    "extensions",
    "memory",
    "operations",
    "deliveries",
  ] as const;

  it.each(kinds)("reads its %s as it did before", async (kind) => {
    const reader = await state.open({ fingerprintKey });
    const reading = await reader[kind]();
    await expect(golden(reading)).toMatchFileSnapshot(`../golden/openclaw/${kind}.json`);
    expect(reading.outcome).toBe("ok");
    await reader.close();
  });

  it("reads its transcripts as it did before", async () => {
    const reader = await state.open();
    const { events, problems } = reader.transcripts();
    const all: readonly TranscriptEvent[] = [...events];
    expect(problems).toEqual([]);
    await expect(golden(all)).toMatchFileSnapshot("../golden/openclaw/transcripts.json");
    await reader.close();
  });

  it("reads its trajectories as it did before", async () => {
    const reader = await state.open();
    const { events, problems } = reader.trajectories();
    const all = [...events];
    expect(problems).toEqual([]);
    await expect(golden(all)).toMatchFileSnapshot("../golden/openclaw/trajectories.json");
    await reader.close();
  });

  it("unpacks the event that OpenClaw had packed, and joins calls, results and usage", async () => {
    const reader = await state.open();
    const events = [...reader.transcripts().events];
    const packed = events.find((event) => event.toolCallId === "call_mock_5");
    expect(packed?.text?.split("\n").slice(0, 2)).toEqual(["1", "2"]);
    expect(packed?.text?.length).toBeGreaterThan(10_000);
    const call = events.find((event) => event.toolCalls?.[0]?.id === "call_mock_5");
    expect(call?.toolCalls?.[0]?.arguments).toEqual({ command: "seq 1 6000" });
    expect(call?.usage).toEqual({
      input: 1000,
      output: 34,
      cacheRead: 200,
      cacheWrite: 0,
      cost: 0.0035700000000000003,
    });
    await reader.close();
  });

  it("finds every secret that was put into it", async () => {
    const reader = await state.open();
    const { records } = await reader.credentials();
    const values = new Map(records.map((one) => [one.secret?.reveal() ?? "", one]));
    for (const planted of [
      "gt-old-FAKE-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "sk-mock-FAKE-0000000000000000",
      "123456:FAKE-telegram-token-aaaaaaaaaaaaaaaa",
      "fake-dotenv-secret-0000",
      "sk-ant-api03-FAKEFAKEFAKEFAKEFAKE-000000000000000000000000000000",
      "sk-or-v1-FAKE000000000000000000000000000000000000",
      "FAKE-store-secret-value-1234567890",
      "9EeyACUPA3zqJtxnb8mU9JOPFnhTK6W_2RcZMbIkz6k",
      "OnIGRimwFfn45UZsi3wk8j-TJeT0umzXN4fDORyAnnQ",
      "7e9C8Qzs7H7xsZEj9BUvGIRkslzbo-XCNdT-IUV7lAA",
      "hqGAN8uxPOa9RX0ji2Q_koCsPRT5rAty",
    ])
      expect([...values.keys()], planted).toContain(planted);
    expect([...values.keys()].some((value) => value.startsWith("-----BEGIN PRIVATE KEY-----"))).toBe(true);
    // And takes no ordinary setting for one.
    expect([...values.keys()]).not.toContain("debug");
    await reader.close();
  });

  it("tells a secret in use from a copy of it", async () => {
    const reader = await state.open();
    const { records } = await reader.credentials();
    const tokens = records.filter((one: Credential) => one.id === "gateway-token");
    expect(tokens.map((one) => [one.live, one.place.path.split("/").at(-1)])).toEqual([
      [true, "openclaw.json"],
      [false, "openclaw.json.bak"],
      [false, "openclaw.json.bak.1"],
      [false, "openclaw.json.bak.2"],
      [false, "openclaw.json.bak.3"],
      [false, "openclaw.json.bak.4"],
    ]);
    await reader.close();
  });

  it("leaves every byte and time as it was, -wal and -shm too", async () => {
    const before = await snapshot(state.stateDir);
    expect([...before.keys()].some((path) => path.endsWith("openclaw.sqlite-wal"))).toBe(true);
    const reader = await state.open({ fingerprintKey });
    for (const kind of kinds) await reader[kind]();
    expect([...reader.transcripts().events].length).toBe(38);
    await reader.close();
    expect(await snapshot(state.stateDir)).toEqual(before);
  });

  it("reads what is only in the -wal", async () => {
    const wal = join(state.stateDir, "state", "openclaw.sqlite-wal");
    const whole = await state.open({ only: ["state"] });
    const boot = whole.boots().records[0];
    await whole.close();
    expect(boot?.outcome).toBe("clean_stop");
    // The last row was written at the stop: without the -wal it would be a crash.
    state.fail(wal, "EACCES");
    const denied = await state.open({ only: ["state"] });
    expect(denied.boots()).toMatchObject({ outcome: "denied", records: [] });
    await denied.close();
  });

  it("removes its copies", async () => {
    const reader = await state.open();
    expect(await readdir(state.scratch)).toHaveLength(1);
    await reader.close();
    await reader.close();
    expect(await readdir(state.scratch)).toEqual([]);
  });

  it("copies only what is asked for, and says so of the rest", async () => {
    const reader = await state.open({ only: ["state"] });
    expect(reader.devices().outcome).toBe("ok");
    // What lies in files is still read.
    expect(reader.sessions()).toMatchObject({ outcome: "partial", records: [{ archived: "deleted" }] });
    const { events, problems } = reader.transcripts();
    expect([...events].every((event) => event.place.path.endsWith(".zst"))).toBe(true);
    expect(problems.join()).toContain("agent databases were not opened");
    await reader.close();
  });
});

describe("the installation of a real 2026.9.6", () => {
  it("is found with version, layout, agents, databases and port", async () => {
    const installation = await state.look();
    expect(installation).toMatchObject({
      found: true,
      version: "2026.9.6",
      layout: "sqlite-2026.9",
      gatewayPort: 19_411,
      gatewayBind: "loopback",
      problems: [],
      outside: [],
      agents: [{ id: "main", workspace: join(state.stateDir, "workspace") }],
    });
    expect(installation.databases.map((one) => [one.kind, one.path.split("/").at(-1)])).toEqual([
      ["other", "openclaw-quarantine.sqlite"],
      ["state", "openclaw.sqlite"],
      ["agent", "openclaw-agent.sqlite"],
    ]);
  });
});
