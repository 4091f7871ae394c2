import Database from "better-sqlite3";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRunning, openClawPids } from "./support/processes.ts";
import { startRealGateway } from "./support/real-gateway.ts";
import type { RealGateway } from "./support/real-gateway.ts";
import { ensureNode } from "./support/toolchain.ts";
import { connectGateway } from "./support/ws-device.ts";

let dir: string;
let gateway: RealGateway;

beforeAll(async () => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "claw-ir-e2e-")));
  gateway = await startRealGateway({ dir });
});

afterAll(async () => {
  await gateway.dispose();
  rmSync(dir, { recursive: true, force: true });
});

/** The rows a query gives, read beside the running gateway. */
function rows(database: string, query: string): unknown[] {
  const opened = new Database(join(gateway.stateDir, database), { readonly: true, fileMustExist: true });
  try {
    return opened.prepare(query).all();
  } finally {
    opened.close();
  }
}

describe("the real gateway", () => {
  it("accepts its token and no other", async () => {
    expect(await gateway.accepts(gateway.token)).toBe(200);
    expect(await gateway.accepts("FAKE-wrong")).toBe(401);
  });

  it("has the devices, with the stranger as admin from outside", () => {
    const query = "SELECT device_id, display_name, approved_via, remote_ip FROM device_pairing_paired";
    const { laptop, node, stranger } = gateway.devices;
    const paired = rows("state/openclaw.sqlite", query);
    expect(paired).toHaveLength(3);
    const silent = { approved_via: "silent", remote_ip: null };
    expect(paired).toContainEqual({ device_id: laptop.key.id, display_name: "op-laptop", ...silent });
    expect(paired).toContainEqual({ device_id: node.key.id, display_name: "node-a", ...silent });
    expect(paired).toContainEqual({
      device_id: stranger.key.id,
      display_name: "stranger",
      approved_via: "owner",
      remote_ip: "203.0.113.9",
    });
    const pending = rows("state/openclaw.sqlite", "SELECT device_id FROM device_pairing_pending");
    expect(pending).toEqual([{ device_id: gateway.devices.pending.key.id }]);
  });

  it("lets a device in with its key and token, and not with the token alone", async () => {
    const { key, token, scopes } = gateway.devices.stranger;
    const credential = { deviceToken: token };
    const known = await connectGateway({ url: gateway.url, credential, device: key, scopes });
    expect(known).toMatchObject({ ok: true, method: "device-token", scopes });
    if (known.ok) await known.connection.close();
    const unsigned = await connectGateway({ url: gateway.url, credential, scopes });
    expect(unsigned).toMatchObject({ ok: false, detail: "DEVICE_IDENTITY_REQUIRED", closeCode: 1008 });
    expect(await gateway.accepts(token)).toBe(200);
  });

  it("has had turns, a command, a deleted session and a job that ran", () => {
    const agent = "agents/main/agent/openclaw-agent.sqlite";
    const sessions = rows(agent, "SELECT session_key FROM session_nodes");
    expect(sessions).toContainEqual({ session_key: gateway.sessions.main });
    expect(sessions).toContainEqual({ session_key: gateway.sessions.second });
    expect(sessions).not.toContainEqual({ session_key: gateway.sessions.deleted });
    expect(
      rows(agent, "SELECT session_key FROM session_transcript_archives WHERE reason = 'deleted'"),
    ).toEqual([{ session_key: gateway.sessions.deleted }]);
    expect(rows(agent, "SELECT 1 FROM transcript_events WHERE event_zstd IS NOT NULL")).not.toHaveLength(0);
    expect(readFileSync(join(gateway.home, "tool-ran.txt"), "utf8")).toBe("pwned\n");
    expect(
      rows(
        "state/openclaw.sqlite",
        `SELECT status FROM cron_run_receipts WHERE job_id = '${gateway.cron.command}'`,
      ),
    ).toHaveLength(1);
  });

  it("talks to the mock provider with the planted key, and to nobody else", () => {
    expect(new Set(gateway.provider.authorizations)).toEqual(
      new Set(["Bearer sk-mock-FAKE-00000000000000000000"]),
    );
  });

  it("stops for good, and starts again with the same state", async () => {
    const before = gateway.gatewayPid;
    expect(await openClawPids(gateway.home)).toEqual([before]);
    await gateway.stop();
    expect(await isRunning(before)).toBe(false);
    expect(await gateway.accepts(gateway.token)).toBe(0);
    await gateway.start();
    expect(gateway.gatewayPid).not.toBe(before);
    expect(await gateway.accepts(gateway.devices.laptop.token)).toBe(200);
  });
});

describe("the toolchain", () => {
  it("gives a Node of the asked major version", async () => {
    const node = await ensureNode(24);
    expect(execFileSync(node, ["--version"], { encoding: "utf8" })).toMatch(/^v24\./);
  });
});
