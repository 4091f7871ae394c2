/** What a night leaves open, and what happened to the host meanwhile. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeProcess, fakeSocket } from "../support/fake-host.ts";
import { linesOf, matching, type Ran } from "./cli.ts";
import { live, type Live } from "./live.ts";

const uid = process.getuid?.() ?? 0;
const gateway = fakeProcess({
  pid: 900,
  uid,
  comm: "openclaw-gatewa",
  argv: ["openclaw-gateway"],
  environ: [],
});
const listening = fakeSocket({ localPort: 19411, uid, pids: [900] });
const secrets = { "seal.passphrase": "FAKE passphrase of a test" };
const answers = {
  "incident.credential": ["all"],
  "incident.abuse": "exposure",
  "incident.since": "3d",
  "incident.responder": "the night shift",
  "seal.to": "passphrase",
  "rotate.items": ["anthropic/anthropic:manual"],
  "recover.start": false,
};

function statesOf({ out }: Ran): Record<string, unknown> {
  const ended = linesOf(out).filter(({ type, state }) => type === "step" && state !== "started");
  return Object.fromEntries(ended.map(({ id, state }) => [String(id), state]));
}

describe("resume in the morning", () => {
  it("asks again for the key that was not there yet, and whether the gateway shall start", async () => {
    const at = await live({ secrets, answers });
    const night = await at.run("key-compromised", "--json");
    expect(statesOf(night)).toMatchObject({
      "rotate/credentials": "partial",
      "recover/start-gateway": "declined",
      "recover/prove-gateway-token": "skipped",
    });
    expect(night.exit).toBe(3);

    const key = "sk-ant-api03-NEW-FAKE-NEW-FAKE-NEW-FAKE-2222222222222222222222";
    Object.assign(at.secrets, { "secret.anthropic/anthropic:manual": key });
    Object.assign(at.answers, {
      "revoked.anthropic/anthropic:manual": true,
      "probe.anthropic/anthropic:manual": false,
      "recover.start": true,
      "recover.trust-program": true,
    });
    const asked = at.asked().length;
    const morning = await at.run("resume", "--json");
    expect(at.asked().slice(asked)).toEqual(
      expect.arrayContaining(["revoked.anthropic/anthropic:manual", "recover.start"]),
    );
    expect(at.asked().slice(asked)).not.toContain("incident.abuse");
    // There is no openclaw on this host; that it was tried is what matters here.
    expect(statesOf(morning)).toMatchObject({ "preserve/seal": "done", "recover/start-gateway": "failed" });
    const shown = JSON.parse((await at.run("case", "show", "--json")).out) as {
      receipts: { credential: string; steps: { step: string; outcome: string }[] }[];
    };
    const receipt = shown.receipts.find(({ credential }) => credential === "anthropic/anthropic:manual");
    expect(receipt?.steps).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ step: "deploy", outcome: "done" }),
        expect.objectContaining({ step: "revoke", outcome: "by-user" }),
      ]),
    );
    expect(morning.out).not.toContain(key);
    const stored = await readFile(join(at.stateDir, "state", "openclaw.sqlite"));
    expect(stored.includes(key)).toBe(true);
  });
});

describe("resume after a reboot that started the gateway again", () => {
  it("stops it once more before the state is sealed", async () => {
    const at: Live = await live({
      secrets,
      processes: [gateway],
      sockets: [listening],
      answers: {
        ...answers,
        "incident.credential": () => {
          at.fail(archives, "ENOSPC", "write");
          return ["all"];
        },
      },
    });
    const archives = join(at.dataDir, "cases", "20261121-1000-key-compromised", "archives");
    const first = await at.run("key-compromised", "--json");
    expect(first.exit).toBe(1);
    expect(statesOf(first)).toMatchObject({ "contain/stop-gateway": "done", "preserve/seal": "failed" });

    at.heal(archives);
    at.processes.push({ ...gateway, pid: 901, startTicks: 90_100 });
    at.sockets.push({ ...listening, pids: [901] });
    const second = await at.run("resume", "--json");
    expect(statesOf(second)).toMatchObject({ "contain/stop-gateway": "done", "preserve/seal": "done" });
    expect(at.signals.map(({ pid, signal }) => [pid, signal])).toEqual([
      [900, "SIGTERM"],
      [901, "SIGTERM"],
    ]);
  });

  it("leaves it alone once the state is sealed: who started it may have meant it", async () => {
    const at = await live({ secrets, answers, processes: [gateway], sockets: [listening] });
    await at.run("key-compromised", "--json");
    at.processes.push({ ...gateway, pid: 901, startTicks: 90_100 });
    at.sockets.push({ ...listening, pids: [901] });
    const second = await at.run("resume", "--json");
    expect(at.signals).toHaveLength(1);
    const steps = linesOf(second.out).filter(
      ({ id, state }) => id === "rotate/credentials" && state !== "started",
    );
    expect(steps[0]).toMatchObject({
      state: "failed",
      reason: matching(
        /^the gateway runs \(pid 901\): stop it first with claw-ir stop, then claw-ir resume 2026/,
      ),
    });
  });
});
