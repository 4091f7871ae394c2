import { afterEach, describe, expect, test } from "vitest";
import type { ReceiptStep } from "../../src/model/evidence.ts";
import type { Device } from "../../src/model/device-records.ts";
import type { CronJob } from "../../src/model/job-records.ts";
import type { Session } from "../../src/model/session-records.ts";
import { Secret } from "../../src/model/secret.ts";
import { findInstallation, resolveTarget } from "../../src/openclaw/index.ts";
import { placeSecret } from "../../src/openclaw/write/index.ts";
import {
  countRotations,
  findResidue,
  findResidues,
  receiptOf,
  remoteCopies,
  stateOf,
  whatDeviceMade,
} from "../../src/rotate/index.ts";
import { fakeHost } from "../support/fake-host.ts";
import type { FakeHost } from "../support/fake-host.ts";
import { mark, stateHost } from "../openclaw-write/state.ts";

const place = { path: "/db" };
let host: FakeHost | undefined;
afterEach(async () => {
  await host?.cleanup();
  host = undefined;
});

describe("what a device made", () => {
  const device: Device = {
    id: "a".repeat(64),
    state: "paired",
    roles: ["operator"],
    scopes: ["operator.read", "operator.write"],
    nodeCommands: [],
    tokens: [],
    createdAt: "2026-11-20T10:00:00.000Z",
    place,
  };
  const job = (id: string, more: Partial<CronJob>): CronJob => ({
    id,
    enabled: true,
    managed: false,
    schedule: "",
    payloadKind: "command",
    payload: "",
    runs: 0,
    place,
    ...more,
  });
  const session = (id: string, more: Partial<Session>): Session => ({
    agent: "main",
    key: id,
    id,
    via: "operator",
    events: 1,
    toolCalls: 0,
    place,
    ...more,
  });
  const traces = {
    cronJobs: [
      job("named", { createdBy: `device:${device.id}`, createdAt: "2026-11-19T10:00:00.000Z" }),
      job("other", { createdBy: "device:other", createdAt: "2026-11-20T11:00:00.000Z" }),
      job("later", { createdAt: "2026-11-20T11:00:00.000Z" }),
      job("earlier", { createdAt: "2026-11-20T09:00:00.000Z" }),
      job("managed", { createdAt: "2026-11-20T11:00:00.000Z", managed: true }),
      job("undated", {}),
    ],
    grants: [
      { kind: "exec-allowlist" as const, subject: "/bin/sh", createdAt: "2026-11-20T12:00:00.000Z", place },
    ],
    configWrites: [
      {
        at: "2026-11-20T10:30:00.000Z",
        event: "config.write",
        changedPaths: ["gateway.bind"],
        suspicious: [],
        place,
      },
    ],
    audit: [
      { at: "2026-11-20T10:45:00.000Z", kind: "tool_action", action: "exec", actor: device.id, place },
      { at: "2026-11-20T10:46:00.000Z", kind: "tool_action", action: "exec", place },
    ],
    sessions: [
      session("s1", { createdAt: "2026-11-20T10:10:00.000Z" }),
      session("chat", { via: "channel", createdAt: "2026-11-20T10:11:00.000Z" }),
    ],
  };

  test("what names it is certain, what fell in its time is said to be no more than that", () => {
    expect(whatDeviceMade(device, traces).map(({ id, certainty }) => [id, certainty])).toEqual([
      ["named", "recorded"],
      ["2026-11-20T10:45:00.000Z", "recorded"],
      ["s1", "in its time"],
      ["2026-11-20T10:30:00.000Z", "in its time"],
      ["later", "in its time"],
      ["exec-allowlist /bin/sh", "in its time"],
    ]);
  });

  test("a permission that OpenClaw wrote down with who allowed it is that device's, or not", () => {
    const grant = (subject: string, madeBy: string) =>
      ({ kind: "standing-grant", subject, madeBy, createdAt: "2026-11-20T12:00:00.000Z", place }) as const;
    const grants = [grant("mine", `device ${device.id}`), grant("of a chat", "channel telegram:777")];
    const made = whatDeviceMade(device, { ...traces, grants }).filter(({ kind }) => kind === "grant");
    expect(made.map(({ label, certainty }) => [label, certainty])).toEqual([
      ["standing-grant mine", "recorded"],
    ]);
  });

  test("nothing after it was removed, and nothing by a device that may only read", () => {
    const until = whatDeviceMade(device, traces, "2026-11-20T10:20:00.000Z");
    expect(until.filter(({ certainty }) => certainty === "in its time").map(({ id }) => id)).toEqual(["s1"]);
    const reader = { ...device, scopes: ["operator.read"] };
    expect(whatDeviceMade(reader, traces).every(({ certainty }) => certainty === "recorded")).toBe(true);
  });
});

describe("receipts", () => {
  const item = {
    id: "anthropic/manual",
    credential: {
      id: "anthropic/manual",
      kind: "provider-key" as const,
      provider: "anthropic",
      label: "manual",
      live: true,
      place,
      secret: new Secret("FAKE-secret"),
    },
  };
  const step = (name: ReceiptStep["step"], outcome: ReceiptStep["outcome"]): ReceiptStep => ({
    step: name,
    outcome,
    evidence: "seen",
    at: "2026-11-20T10:00:00.000Z",
  });

  test.each([
    [[step("verify-new", "done"), step("verify-old", "done")], true, "proven"],
    [
      [
        step("deploy", "done"),
        step("revoke", "by-user"),
        step("verify-new", "done"),
        step("verify-old", "unknown"),
      ],
      false,
      "done",
    ],
    [
      [
        step("deploy", "done"),
        step("revoke", "by-user"),
        step("verify-new", "by-user"),
        step("verify-old", "by-user"),
      ],
      false,
      "done",
    ],
    [[step("deploy", "done")], false, "pending"],
    [[step("deploy", "done"), step("revoke", "skipped")], false, "pending"],
    [[step("verify-new", "done"), step("verify-old", "failed")], false, "failed"],
    [[], false, "pending"],
  ])(
    "%#: proven only if claw-ir saw the new one accepted and the old one refused",
    (steps, proven, state) => {
      const receipt = receiptOf(item, { steps });
      expect([receipt.proven, stateOf(receipt)]).toEqual([proven, state]);
      expect(JSON.stringify(receipt)).not.toContain("FAKE");
    },
  );

  test("a later step replaces the earlier one of its name and keeps the rest", () => {
    const first = receiptOf(item, {
      old: "fp:1",
      next: "fp:2",
      steps: [step("deploy", "done"), step("verify-old", "unknown")],
    });
    const second = receiptOf(
      item,
      { steps: [step("verify-new", "done"), step("verify-old", "done")] },
      first,
    );
    expect(second.steps.map((one) => [one.step, one.outcome])).toEqual([
      ["deploy", "done"],
      ["verify-new", "done"],
      ["verify-old", "done"],
    ]);
    expect([second.old, second.new, second.proven]).toEqual(["fp:1", "fp:2", true]);
  });

  test("what was planned and never begun is pending", () => {
    const proven = receiptOf(item, { steps: [step("verify-new", "done"), step("verify-old", "done")] });
    expect(countRotations([proven], [item, { id: "other" }])).toEqual({
      proven: 1,
      done: 0,
      pending: 1,
      failed: 0,
    });
  });

  test("every kind of credential has its copies named, or has none", () => {
    for (const kind of [
      "gateway-token",
      "provider-key",
      "channel-token",
      "hook-token",
      "device-token",
      "store-secret",
      "env",
      "oauth",
      "identity-key",
      "other",
    ] as const)
      expect(remoteCopies(kind).length).toBeGreaterThan(0);
    expect(remoteCopies("gateway-token").join()).toContain("gateway.remote.token");
  });
});

describe("residue", () => {
  const value = "sk-ant-api03-FAKEFAKEFAKEFAKEFAKE-000000000000000000000000000000";

  test("is found in backups, shell files, units, notes, logs and in the raw pages of the database", async () => {
    const state = await stateHost();
    host = state;
    await state.put("~/.openclaw/openclaw.json.bak", `{\n "a": "${value}"\n}`);
    await state.put("~/.openclaw/openclaw.json.last-good", `{"b":"${value}"}`);
    await state.put("~/.bash_history", `ls\nexport K=${value}\nexport K=${value}\n`);
    await state.put("~/.config/systemd/user/openclaw-gateway.service", `[Service]\nEnvironment=K=${value}\n`);
    await state.put("~/.openclaw/workspace/TOOLS.md", `the key is ${value}`);
    await state.put("~/.openclaw/workspace/link.md", { link: "/etc/passwd" });
    const extra = { path: "/db", locator: "secret_store_entries/X" };
    const { places } = await findResidue(state.host, state.installation, new Secret(value), [extra]);
    const short = places.map(({ path, locator }) => `${path.replace(state.home, "~")} ${locator ?? ""}`);
    expect(short).toEqual(
      expect.arrayContaining([
        "~/.openclaw/openclaw.json.bak line 2",
        "~/.openclaw/openclaw.json.last-good line 1",
        "~/.bash_history line 2",
        "~/.bash_history line 3",
        "~/.config/systemd/user/openclaw-gateway.service line 2",
        "~/.openclaw/workspace/TOOLS.md line 1",
        "/db secret_store_entries/X",
      ]),
    );
    expect(short.some((text) => /openclaw\.sqlite page \d+$/.test(text))).toBe(true);
  });

  test("after the rotation the database holds nothing of it any more", async () => {
    const state = await stateHost();
    host = state;
    const secret = new Secret(value);
    const credential = {
      id: "x",
      kind: "provider-key" as const,
      provider: "anthropic",
      label: "x",
      live: true,
      place,
      secret,
    };
    await placeSecret(
      state.host,
      state.installation,
      credential,
      new Secret("sk-ant-api03-FAKE-new-one-11111111"),
      mark,
    );
    expect((await findResidue(state.host, state.installation, secret)).places).toEqual([]);
  });

  test("a value that lies across two pieces of a large file is found, with its line", async () => {
    host = await fakeHost({ files: { "~/.openclaw/openclaw.json": "{}" } });
    const piece = 1 << 20;
    for (const shift of [1, 10, value.length - 1]) {
      const before = `${"x".repeat(99)}\n`.repeat(Math.ceil(piece / 100)).slice(0, piece - shift);
      await host.put("~/.openclaw/logs/gateway.log", `${before}${value}\nend`);
      const installation = await findInstallation(
        host.host,
        await resolveTarget(host.host, { home: host.home }),
      );
      const { places } = await findResidue(host.host, installation, new Secret(value));
      expect(places.map(({ locator }) => locator)).toEqual([`line ${before.split("\n").length}`]);
    }
  });

  test("many values at once; short ones, FIFOs and unreadable files are said to be unsearched", async () => {
    host = await fakeHost({
      files: {
        "~/.openclaw/openclaw.json": "{}",
        "~/.openclaw/logs/a.log": `${value} FAKE-two-two`,
        "~/.openclaw/logs/b.log": value,
      },
    });
    host.fail(host.path("~/.openclaw/logs/b.log"), "EACCES", "read");
    const installation = await findInstallation(
      host.host,
      await resolveTarget(host.host, { home: host.home }),
    );
    const search = await findResidues(
      host.host,
      installation,
      new Map([
        ["one", new Secret(value)],
        ["two", new Secret("FAKE-two-two")],
        ["tiny", new Secret("abc")],
      ]),
    );
    expect(search.byId.get("one")?.places).toHaveLength(1);
    expect(search.byId.get("two")?.places).toHaveLength(1);
    expect(search.byId.get("tiny")?.places).toEqual([]);
    const missed = search.notSearched.map(({ path }) => path);
    expect(missed).toContain("tiny");
    expect(missed.some((path) => path.endsWith("b.log"))).toBe(true);
    expect(JSON.stringify([...search.byId]) + JSON.stringify(search.notSearched)).not.toContain("FAKE");
  });
});
