/** The packed program on a running, real OpenClaw gateway: one incident after the other, each checked from outside. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packedClawIr, runPacked, type Ran } from "./support/packed.ts";
import { isRunning, openClawPids, until } from "./support/processes.ts";
import { startRealGateway, type RealGateway } from "./support/real-gateway.ts";
import { filesBelow, filesWith } from "./support/search.ts";
import { ensureNode } from "./support/toolchain.ts";
import { connectGateway, newDevice } from "./support/ws-device.ts";

const passphrase = "evidence passphrase FAKE";
const newAnthropicKey = "sk-ant-api03-NEW-FAKE-1111111111111111111111111111111111";

let dir: string;
let gateway: RealGateway;
let program: string;
let node: string;

beforeAll(async () => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "claw-ir-incident-")));
  [gateway, program, node] = await Promise.all([startRealGateway({ dir }), packedClawIr(), ensureNode(24)]);
  writeFileSync(join(dir, "passphrase"), `${passphrase}\n`, { mode: 0o600 });
  writeFileSync(join(dir, "anthropic-key"), `${newAnthropicKey}\n`, { mode: 0o600 });
});

afterAll(async () => {
  await gateway.dispose();
  rmSync(dir, { recursive: true, force: true });
});

const dataDir = (): string => join(dir, "claw-ir");

async function clawIr(command: readonly string[], answers: object = {}): Promise<Ran> {
  const file = join(dir, "answers.json");
  writeFileSync(file, JSON.stringify(answers));
  const common = [
    "--json",
    "--data-dir",
    dataDir(),
    "--answers",
    file,
    "--passphrase-from",
    join(dir, "passphrase"),
  ];
  return runPacked(node, program, [...command, ...common], { ...gateway.env, TMPDIR: dir });
}

const steps = (ran: Ran): Record<string, string> =>
  Object.fromEntries(
    ran.lines
      .filter((line) => line["type"] === "step")
      .map((line) => [String(line["id"]), String(line["state"])]),
  );

const summaryOf = (ran: Ran): Record<string, unknown> => ran.lines.at(-1) ?? {};

const currentToken = (): string => {
  const config = JSON.parse(readFileSync(join(gateway.stateDir, "openclaw.json"), "utf8")) as {
    gateway: { auth: { token: string } };
  };
  return config.gateway.auth.token;
};

const why = (ran: Ran): string => `${ran.stderr}\n${ran.stdout}`;

describe("key-compromised", () => {
  let ran: Ran;
  let before: number;
  let oldToken: string;
  let oldStranger: string;

  beforeAll(async () => {
    before = gateway.gatewayPid;
    oldToken = gateway.token;
    oldStranger = gateway.devices.stranger.token;
    ran = await clawIr(
      ["key-compromised", "--secret-from", `anthropic/anthropic:default=${join(dir, "anthropic-key")}`],
      {
        "incident.credential": ["anthropic/anthropic:default"],
        "incident.abuse": "exposure",
        "incident.since": "2d",
        "incident.responder": "the end-to-end test",
        "rotate.items": ["gateway-token", "anthropic/anthropic:default"],
        "revoked.anthropic/anthropic:default": true,
        "probe.anthropic/anthropic:default": false,
        "recover.start": true,
        "recover.trust-program": true,
      },
    );
  });

  it("ends with every stage done", () => {
    const states = steps(ran);
    for (const id of [
      "volatile/discover",
      "volatile/capture",
      "contain/stop-gateway",
      "preserve/seal",
      "collect/all",
      "analyse/marks",
      "rotate/gateway-token",
      "recover/start-gateway",
      "recover/prove-gateway-token",
      "report/write",
    ]) {
      expect([id, states[id]], why(ran)).toEqual([id, "done"]);
    }
    // The provider was not asked, so what was planned is not proven: done in part, and it says so.
    expect(ran.code).toBe(3);
    expect(summaryOf(ran)).toMatchObject({ type: "summary", exit: 3, rotations: { proven: 1 } });
  });

  it("stopped the gateway that ran, and started another one", async () => {
    expect(await isRunning(before)).toBe(false);
    expect(summaryOf(ran)["containedInMs"]).toBeGreaterThan(0);
    const pids = await openClawPids(gateway.home);
    expect(pids).toHaveLength(1);
    expect(pids).not.toContain(before);
  });

  it("left the old token dead and the new one alive", async () => {
    expect(currentToken()).not.toBe(oldToken);
    expect(await gateway.accepts(oldToken)).toBe(401);
    expect(await gateway.accepts(currentToken())).toBe(200);
  });

  it("put the provider's new key where OpenClaw takes it from", () => {
    const db = new Database(join(gateway.stateDir, "state/openclaw.sqlite"), { readonly: true });
    const row = db
      .prepare("SELECT value_json FROM config_machine_state WHERE state_key = 'authProfiles.store'")
      .get() as {
      value_json: string;
    };
    db.close();
    expect(row.value_json).toContain(newAnthropicKey);
  });

  it("sealed what plain gpg and tar open, databases with their logs and all", () => {
    const [archive] = summaryOf(ran)["archives"] as string[];
    const list = execFileSync(
      "sh",
      [
        "-c",
        'gpg --homedir "$1" --batch --quiet --pinentry-mode loopback --passphrase-file "$2" --decrypt "$3" | tar -t --zstd',
        "sh",
        gnupgHome(),
        join(dir, "passphrase"),
        archive ?? "",
      ],
      { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
    );
    const state = gateway.stateDir.slice(1);
    for (const name of [
      "openclaw.json",
      "state/openclaw.sqlite",
      "state/openclaw.sqlite-wal",
      ".env",
      "workspace/skills/evil-skill/SKILL.md",
    ]) {
      expect(list).toContain(`${state}/${name}\n`);
    }
    expect(list.trim().split("\n").at(-1)).toBe("MANIFEST.jsonl");
  });

  it("sealed before any OpenClaw program was started: the journal's order proves it", () => {
    const db = new Database(join(caseFolder(ran), "case.sqlite"), { readonly: true });
    const entries = db
      .prepare("SELECT * FROM journal ORDER BY seq")
      .all()
      .map((row) => JSON.stringify(row));
    db.close();
    const at = (needle: RegExp): number => entries.findIndex((entry) => needle.test(entry));
    const sealed = at(/preserve\/seal.*\\?"state\\?":\\?"done/);
    const started = at(/recover\/start-gateway.*(spawn|openclaw)/);
    expect(sealed).toBeGreaterThan(0);
    expect(started).toBeGreaterThan(sealed);
    expect(
      entries
        .slice(0, sealed)
        .some((entry) => /\bgateway run\b|openclaw (config|devices|gateway)/.test(entry)),
    ).toBe(false);
  });

  it("wrote no secret anywhere outside the seal", async () => {
    const secrets = [...gateway.secrets, passphrase, newAnthropicKey, currentToken(), oldStranger];
    const files = (await filesBelow(dataDir())).filter((file) => !file.endsWith(".gpg"));
    expect(files.length).toBeGreaterThan(20);
    expect(await filesWith(files, secrets)).toEqual([]);
    for (const secret of secrets) {
      expect(ran.stdout).not.toContain(secret);
      expect(ran.stderr).not.toContain(secret);
    }
  });

  it("leaves a case that verifies, and one that does not once a byte of it is changed", async () => {
    const good = await clawIr(["case", "verify", String(summaryOf(ran)["case"])]);
    expect([good.code, good.lines[0]?.["verdict"]], why(good)).toEqual([0, "intact"]);
    const [evidence = ""] = (await filesBelow(join(caseFolder(ran), "evidence"))).toSorted();
    const bytes = readFileSync(evidence);
    writeFileSync(evidence, Buffer.concat([bytes, Buffer.from("\n")]));
    const bad = await clawIr(["case", "verify", String(summaryOf(ran)["case"])]);
    writeFileSync(evidence, bytes);
    expect([bad.code, bad.lines[0]?.["verdict"]], why(bad)).toEqual([5, "tampered"]);
  });

  it("wrote a report that names what was planted", () => {
    const report = readFileSync(String(summaryOf(ran)["report"]), "utf8");
    expect(report).toContain("The gateway is proven down");
    expect(report).toContain("evil-skill");
    expect(report).toContain("stranger");
    expect(report).toContain("hourly-command");
  });
});

describe("token-compromised", () => {
  it("clears every device and proves their tokens refused, over HTTP and WebSocket", async () => {
    const { laptop, stranger } = gateway.devices;
    expect(await gateway.accepts(stranger.token)).toBe(200);
    const oldToken = currentToken();
    const ran = await clawIr(["token-compromised"], {
      "incident.abuse": "unknown",
      "incident.since": "unknown",
      "incident.responder": "the end-to-end test",
      "devices.remove-all": true,
      "devices.switch-off-jobs": [gateway.cron.command],
      "allow-lists.remove": "all",
      "devices.pair-again": [laptop.key.id],
      "recover.start": true,
      "recover.trust-program": true,
    });
    const states = steps(ran);
    for (const id of [
      "rotate/gateway-token",
      "rotate/devices",
      "recover/start-gateway",
      "recover/prove-gateway-token",
      "recover/prove-devices",
    ]) {
      expect([id, states[id]], why(ran)).toEqual([id, "done"]);
    }
    expect(summaryOf(ran)).toMatchObject({ exit: 0, rotations: { proven: 2, pending: 0, failed: 0 } });
    expect(await gateway.accepts(oldToken)).toBe(401);
    for (const device of [laptop, stranger]) {
      expect(await gateway.accepts(device.token)).toBe(401);
      // With the device's own key, which claw-ir does not have: the proof from the other side.
      const again = await connectGateway({
        url: gateway.url,
        credential: { deviceToken: device.token },
        device: device.key,
        scopes: device.scopes,
      });
      expect(again).toMatchObject({ ok: false, detail: "AUTH_DEVICE_TOKEN_MISMATCH" });
    }
    expect(readFileSync(String(summaryOf(ran)["report"]), "utf8")).toContain("Pair op-laptop");
  });
});

describe("device-compromised", () => {
  it("removes the lost device alone, and leaves the others paired", async () => {
    const lost = newDevice();
    const kept = newDevice();
    const scopes = ["operator.read", "operator.write"];
    const tokens: string[] = [];
    for (const [device, displayName] of [
      [lost, "lost-phone"],
      [kept, "desk"],
    ] as const) {
      const paired = await connectGateway({
        url: gateway.url,
        credential: { token: currentToken() },
        device,
        displayName,
        scopes,
      });
      if (!paired.ok) throw new Error(`pairing failed: ${paired.code} ${paired.detail}`);
      tokens.push(paired.deviceToken);
      await paired.connection.close();
    }
    const [lostToken = "", keptToken = ""] = tokens;
    const ran = await clawIr(["device-compromised"], {
      "incident.device": "paired",
      "incident.devices": [lost.id],
      "incident.abuse": "exposure",
      "incident.since": "1h",
      "incident.responder": "the end-to-end test",
      "devices.remove": [lost.id],
      "devices.switch-off-jobs": [],
      "allow-lists.remove": [],
      "devices.pair-again": [],
      "recover.start": true,
      "recover.trust-program": true,
    });
    expect(summaryOf(ran), why(ran)).toMatchObject({ exit: 0, rotations: { proven: 2 } });
    expect(await gateway.accepts(lostToken)).toBe(401);
    expect(await gateway.accepts(keptToken)).toBe(200);
    const again = await connectGateway({
      url: gateway.url,
      credential: { deviceToken: lostToken },
      device: lost,
      scopes,
    });
    expect(again).toMatchObject({ ok: false, detail: "AUTH_DEVICE_TOKEN_MISMATCH" });
    expect(readFileSync(String(summaryOf(ran)["report"]), "utf8")).toContain("telegram");
  });
});

describe("cost-spike", () => {
  it("names what was spent, and what was switched off stays off after the start", async () => {
    const spent = await clawIr(["cost", "--by", "session"]);
    expect([spent.code, Number(spent.lines[0]?.["total"]) > 0], why(spent)).toEqual([0, true]);
    const ran = await clawIr(["cost-spike"], {
      "incident.abuse": "unknown",
      "incident.since": "1d",
      "incident.responder": "the end-to-end test",
      "contain.stop": true,
      "switch-off.what": [`job:${gateway.cron.agentTurn}`, "heartbeat"],
      "cost.provider-total": "unknown",
      "recover.start": true,
      "recover.trust-program": true,
    });
    const states = steps(ran);
    for (const id of [
      "volatile/spend",
      "contain/stop-gateway",
      "analyse/cost",
      "recover/switch-off",
      "recover/start-gateway",
    ]) {
      expect([id, states[id]], why(ran)).toEqual([id, "done"]);
    }
    // Its own limits are short for a gateway that is still busy with its start.
    let listed = await gateway.openclaw("cron", "list", "--all", "--json");
    for (let tries = 0; listed.code !== 0 && tries < 10; tries += 1)
      listed = await gateway.openclaw("cron", "list", "--all", "--json");
    expect(listed.code, listed.stderr).toBe(0);
    const { jobs } = JSON.parse(listed.stdout) as { jobs: { id: string; enabled: boolean }[] };
    expect(jobs.find(({ id }) => id === gateway.cron.agentTurn)).toMatchObject({ enabled: false });
    expect(readFileSync(String(summaryOf(ran)["report"]), "utf8")).toContain("To switch it on again");
  });
});

describe("stop, beside OpenClaw's own command", () => {
  it("is proven down sooner than openclaw gateway stop --force lets the process end", async () => {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < 3; round++) {
      await restart();
      const ran = await clawIr(["stop"]);
      expect(steps(ran)["contain/stop-gateway"], why(ran)).toBe("done");
      ours.push(Number(summaryOf(ran)["containedInMs"]));
      await restart();
      theirs.push(await timeOfOpenClawStop());
    }
    const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[1] ?? Number.NaN;
    console.log(
      `from Enter to proven down: claw-ir stop ${ours.map(Math.round).join(", ")} ms (with the volatile capture); ` +
        `openclaw gateway stop --force until the process is gone ${theirs.map(Math.round).join(", ")} ms; ` +
        `ratio of medians ${(median(ours) / median(theirs)).toFixed(2)}`,
    );
    expect(theirs.every((ms) => ms > 0)).toBe(true);
  });
});

async function restart(): Promise<void> {
  await gateway.stop();
  await gateway.start();
  // The first seconds after "ready" still belong to the start: both are to stop a gateway that has come to rest.
  await new Promise((resolve) => setTimeout(resolve, 8000));
}

/** OpenClaw's command refuses a home that is not the account's: in a mount namespace of its own it is. */
async function timeOfOpenClawStop(): Promise<number> {
  const passwd = join(dir, "passwd");
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const uid = String(process.getuid?.() ?? 0);
  writeFileSync(
    passwd,
    lines
      .map((line) => (line.split(":")[2] === uid ? line.split(":").with(5, gateway.home).join(":") : line))
      .join("\n"),
  );
  const started = performance.now();
  const script = 'mount --bind "$1" /etc/passwd && exec openclaw gateway stop --force --json';
  // Where the gateway takes its time it says that it failed, and the gateway ends all the same.
  const stop = spawnSync("unshare", ["-m", "sh", "-c", script, "sh", passwd], {
    env: gateway.env,
    encoding: "utf8",
  });
  await until(`openclaw gateway stop has ended it (${stop.stdout}${stop.stderr})`, 600_000, async () => {
    return !(await isRunning(gateway.gatewayPid));
  });
  return performance.now() - started;
}

function caseFolder(ran: Ran): string {
  return dirname(dirname(String(summaryOf(ran)["report"])));
}

function gnupgHome(): string {
  return realpathSync(mkdtempSync(join(dir, "gnupg-")));
}
