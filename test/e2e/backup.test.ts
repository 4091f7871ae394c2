/** Backup, incident, restore on a real OpenClaw gateway: what was revoked after the backup must not come back with it. */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packedClawIr, runPacked, type Ran } from "./support/packed.ts";
import { isRunning } from "./support/processes.ts";
import { startRealGateway, type RealGateway } from "./support/real-gateway.ts";
import { comesToRest, filesBelow, filesWith } from "./support/search.ts";
import { ensureNode } from "./support/toolchain.ts";
import { connectGateway } from "./support/ws-device.ts";

const passphrase = "private key passphrase FAKE";

let dir: string;
let gateway: RealGateway;
let program: string;
let node: string;
let privateKey: string;

beforeAll(async () => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "claw-ir-backup-")));
  [program, node] = await Promise.all([packedClawIr(), ensureNode(24)]);
  gateway = await startRealGateway({ dir });
  writeFileSync(join(dir, "passphrase"), `${passphrase}\n`, { mode: 0o600 });
  mkdirSync(join(dir, "stick"));
  privateKey = join(dir, "stick", "private.asc");
});

afterAll(async () => {
  await gateway.dispose();
  rmSync(dir, { recursive: true, force: true });
});

const dataDir = (): string => join(dir, "claw-ir");
const withPassphrase = (): readonly string[] => ["--passphrase-from", join(dir, "passphrase")];

async function clawIr(command: readonly string[], answers: object = {}): Promise<Ran> {
  const file = join(dir, "answers.json");
  writeFileSync(file, JSON.stringify(answers));
  const common = ["--json", "--non-interactive", "--data-dir", dataDir(), "--answers", file];
  return runPacked(node, program, [...command, ...common], { ...gateway.env, TMPDIR: dir });
}

const why = (ran: Ran): string => `${ran.stderr}\n${ran.stdout}`;
const configOf = (stateDir: string): { readonly gateway: { readonly auth: { readonly token: string } } } =>
  JSON.parse(readFileSync(join(stateDir, "openclaw.json"), "utf8")) as {
    gateway: { auth: { token: string } };
  };

function rowsOf(database: string, sql: string): readonly unknown[] {
  const db = new Database(database, { readonly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

describe("a backup of a gateway that runs and writes", () => {
  let made: Ran;
  let archive: string;

  beforeAll(async () => {
    const key = await clawIr([
      ...["key", "generate", "--name", "Backup FAKE", "--private-out", privateKey],
      ...withPassphrase(),
    ]);
    if (key.code !== 0) throw new Error(why(key));
    const signing = await clawIr(["key", "generate", "--signing"]);
    if (signing.code !== 0) throw new Error(why(signing));
    await comesToRest(gateway.stateDir);
    made = await clawIr(["backup", "create"]);
    archive = String(made.lines[0]?.["archive"]);
  });

  it("is whole, signed, and left the gateway running", async () => {
    expect(made.code, why(made)).toBe(0);
    expect(made.lines[0]).toMatchObject({ kind: "backup", partial: [], verified: true });
    expect(made.lines[0]?.["signedBy"]).toMatch(/^[0-9A-F]{40}$/);
    expect(statSync(archive).mode & 0o777).toBe(0o600);
    expect(await isRunning(gateway.gatewayPid)).toBe(true);
    expect(await gateway.accepts(gateway.token)).toBe(200);
  });

  it("opens with plain gpg and tar, its databases sound and with what the running gateway holds", () => {
    const home = mkdtempSync(join(tmpdir(), "cg-"));
    try {
      const env = { ...process.env, GNUPGHOME: home, LC_ALL: "C" };
      const gpg = `gpg --batch --quiet --pinentry-mode loopback --passphrase-file ${join(dir, "passphrase")}`;
      const sh = (script: string): string =>
        execFileSync("bash", ["-o", "pipefail", "-ec", script], { env, encoding: "utf8" });
      sh(`${gpg} --import ${privateKey} 2>&1`);
      mkdirSync(join(home, "out"));
      sh(`${gpg} --decrypt ${archive} | tar -x --zstd -C ${join(home, "out")}`);
      const state = join(home, "out", gateway.stateDir);
      const database = join(state, "state", "openclaw.sqlite");
      expect(existsSync(`${database}-wal`)).toBe(false);
      expect(rowsOf(database, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
      const devices = rowsOf(database, "SELECT device_id AS id FROM device_pairing_paired");
      expect(devices).toContainEqual({ id: gateway.devices.stranger.key.id });
      expect(configOf(state).gateway.auth.token).toBe(gateway.token);
      execFileSync("gpgconf", ["--kill", "all"], { env });
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  it("is verified without the private key by hash and signature, and with it file by file", async () => {
    const without = await clawIr(["backup", "verify", archive]);
    expect([without.code, why(without)]).toEqual([0, expect.any(String)]);
    const within = await clawIr([
      ...["backup", "verify", archive, "--private-key", privateKey],
      ...withPassphrase(),
    ]);
    expect(within.code, why(within)).toBe(0);
  });

  it("shows no secret outside the seal", async () => {
    const written = await filesBelow(dataDir());
    expect(await filesWith(written, gateway.secrets)).toEqual([]);
    for (const secret of gateway.secrets) expect(made.stdout + made.stderr).not.toContain(secret);
  });

  describe("restored in place after an incident", () => {
    let incident: Ran;
    let restored: Ran;

    beforeAll(async () => {
      incident = await clawIr(["token-compromised"], {
        "incident.abuse": "unknown",
        "incident.since": "unknown",
        "incident.responder": "the end-to-end test",
        "devices.remove-all": true,
        "devices.switch-off-jobs": [gateway.cron.command],
        "allow-lists.remove": [],
        "devices.pair-again": [],
        "recover.start": false,
      });
      restored = await clawIr(
        ["restore", archive, "--in-place", "--private-key", privateKey, ...withPassphrase()],
        { "restore.in-place": "restore" },
      );
    });

    it("says what it revoked, what is off, and where the state of before is kept", () => {
      expect(incident.lines.at(-1), why(incident)).toMatchObject({ rotations: { failed: 0 } });
      expect(restored.code, why(restored)).toBe(0);
      const told = restored.lines[0] ?? {};
      const revoked = JSON.stringify(told["revocations"]);
      expect(revoked).toContain(`device ${gateway.devices.stranger.key.id.slice(0, 16)}`);
      expect(revoked).toContain("gateway token");
      expect(JSON.stringify(told["switchedOff"])).toContain("cron scheduler");
      expect(existsSync(String(told["keptAside"]))).toBe(true);
      for (const secret of gateway.secrets) expect(restored.stdout + restored.stderr).not.toContain(secret);
    });

    it("starts as a gateway that takes neither the old token nor the removed devices", async () => {
      const token = configOf(gateway.stateDir).gateway.auth.token;
      expect(token).not.toBe(gateway.token);
      const database = join(gateway.stateDir, "state", "openclaw.sqlite");
      expect(rowsOf(database, "SELECT device_id FROM device_pairing_paired")).toEqual([]);
      await gateway.start();
      expect(await gateway.accepts(token)).toBe(200);
      expect(await gateway.accepts(gateway.token)).toBe(401);
      const { stranger } = gateway.devices;
      const again = await connectGateway({
        url: gateway.url,
        credential: { deviceToken: stranger.token },
        device: stranger.key,
        scopes: stranger.scopes,
      });
      expect(again).toMatchObject({ ok: false, detail: "AUTH_DEVICE_TOKEN_MISMATCH" });
    });
  });
});
