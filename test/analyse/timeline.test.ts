import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareEvents,
  mergeEvents,
  timelineOf,
  timelineOfFindings,
  timelineOfTranscripts,
} from "../../src/analyse/index.ts";
import { flatten } from "../../src/model/config-keys.ts";
import { read } from "../../src/model/outcome.ts";
import type { ReadingSet } from "../../src/model/readings.ts";
import { Secret } from "../../src/model/secret.ts";
import { visible } from "../../src/model/text.ts";
import {
  boot,
  calmSet,
  cronLine,
  device,
  during,
  event,
  extension,
  job,
  loginKey,
  memory,
  operation,
  place,
  process,
  session,
  skill,
  since,
  write,
} from "./records.ts";
import { fact, hostEvent } from "./host-samples.ts";

const context = {
  host: "claw",
  redact: (text: string) => text.replaceAll(/FAKE-[\w-]+/g, "fp:000000000000"),
};
const evil = "\u001b[31m\u202e\n\u0000 FAKE-abcdefgh";

const set: ReadingSet = {
  ...calmSet,
  sessions: read([session({ key: evil })]),
  devices: read([
    device({
      name: evil,
      createdAt: "2026-10-31T00:00:00.000Z",
      lastSeenAt: during,
      tokens: [
        {
          role: "operator",
          scopes: [],
          secret: new Secret("FAKE-device-token-0123456789"),
          createdAt: since,
          lastUsedAt: during,
        },
      ],
    }),
    device({ id: "d2", state: "pending", createdAt: during, remoteIp: "203.0.113.10" }),
  ]),
  cronJobs: read([job({ name: evil, updatedAt: during })]),
  cronRuns: read([{ jobId: "j1", startedAt: during, status: "ok", error: evil, place }]),
  skills: read([skill("x"), skill("y", { source: "bundled", name: "shipped" })]),
  configWrites: read([write({ event: "config.external", changedPaths: [evil], argv: ["set", evil] })]),
  audit: read([{ at: during, kind: "tool_action", action: "exec", toolName: evil, place }]),
  boots: read([boot({ reason: evil })]),
  grants: read([{ kind: "exec-allowlist", subject: evil, createdAt: since, place }]),
  credentials: read([
    { id: "x", kind: "provider-key", provider: "p", label: "l", live: false, createdAt: since, place },
  ]),
  tasks: read([
    {
      id: "t1",
      kind: "task",
      runtime: "cli",
      text: evil,
      status: "succeeded",
      createdAt: since,
      endedAt: during,
      place,
    },
  ]),
  approvals: read([
    {
      ...{
        id: "a1",
        kind: "exec",
        status: "allowed",
        decision: "allow-always",
        subject: evil,
        resolver: "device d1",
      },
      ...{ createdAt: since, resolvedAt: during, place },
    },
  ]),
  extensions: read([
    extension({ name: evil, installedFrom: evil, installedAt: since, modifiedAt: during }),
    extension({ name: "shipped", bundled: true, modifiedAt: during }),
  ]),
  memory: read([memory({ origin: "untrusted", text: evil }), memory({ text: "the owner said so" })]),
  operations: read([operation({ detail: evil })]),
  deliveries: read([{ channel: "telegram", target: evil, at: during, status: "sent", text: evil, place }]),
  processes: read([process({ argv: ["node", evil] })]),
  logs: read([{ text: `[ws] unauthorized ${evil}`, at: during, level: "WARN", place }]),
  hostCron: read([
    cronLine(),
    cronLine({ place: { path: "/var/spool/cron/crontabs/claw", locator: "line 2" } }),
  ]),
  authorizedKeys: read([loginKey()]),
  loginRecords: read([
    hostEvent({ program: "wtmp", text: "login claw pts/0", place: { path: "/var/log/wtmp" } }),
  ]),
  authLog: read([
    hostEvent({ kind: "sudo", program: "sudo", text: `claw : COMMAND=${evil}` }),
    hostEvent({
      kind: "cron",
      program: "CRON",
      text: "(root) CMD (hourly)",
      place: { path: "/l", locator: "1" },
    }),
    hostEvent({
      kind: "cron",
      program: "crontab",
      text: "(claw) REPLACE (claw)",
      place: { path: "/l", locator: "2" },
    }),
  ]),
  packageLog: read([hostEvent({ kind: "install", program: "npm", text: "npm install x" })]),
  containers: read([
    fact({ kind: "container", name: "cell", detail: evil, place: { path: "docker container" } }),
  ]),
  tempFiles: read([
    fact({ traits: ["binary"] }),
    fact({ name: "/tmp/notes", place: { path: "/tmp/notes" } }),
  ]),
};

describe("timeline", () => {
  it("has every kind of record, in clear words", () => {
    const messages = [...timelineOf(context, set)].map((one) => one.message);
    for (const text of [
      "was approved (owner)",
      "device laptop asked to be paired from 203.0.113.10",
      "operator token of device",
      "job j1 ran: ok",
      "config was changed from outside OpenClaw",
      "tool_action: exec",
      "gateway started as process 10",
      "exec allowlist for",
      "credential x was stored (a copy that is not in use)",
      "crontab /var/spool/cron/crontabs/claw was last changed (2 jobs)",
      "[ws] unauthorized",
      "wtmp: login claw pts/0",
      "sudo: claw : COMMAND=",
      "crontab: (claw) REPLACE (claw)",
      "npm: npm install x",
      "container cell started",
      "program /tmp/tool in a temporary folder was last changed",
      "task of agent ? (cli):",
      "task ended: succeeded",
      "allow-always by device d1:",
      "was installed from",
      "came from outside:",
      "restart: ",
      "message to telegram ",
    ]) {
      expect(messages.some((message) => message.includes(text)) ? text : messages).toBe(text);
    }
    for (const text of ["shipped", "the owner said so"])
      expect(messages.some((message) => message.includes(text))).toBe(false);
  });

  it("shows hostile text as it is, and no secret", () => {
    const events = [...timelineOf(context, set)];
    const leaves = flatten(events).map((leaf) => String(leaf.value));
    expect(leaves.filter((leaf) => visible(leaf) !== leaf)).toEqual([]);
    expect(leaves.filter((leaf) => leaf.includes("FAKE"))).toEqual([]);
  });

  it("gives each event an id of its own, and the same one in every run", () => {
    const once = [...timelineOf(context, set)].map((one) => one.id);
    expect(new Set(once).size).toBe(once.length);
    expect([...timelineOf(context, set)].map((one) => one.id)).toEqual(once);
    const elsewhere = [...timelineOf({ ...context, host: "other" }, set)].map((one) => one.id);
    expect(elsewhere.filter((id) => once.includes(id))).toEqual([]);
  });

  it("has the findings at the time they were first seen, severity and all, and each by itself", () => {
    const one = {
      id: "job-command-1",
      rule: "job-command",
      title: "A job executes",
      severity: "high",
      confidence: "likely",
      attack: ["T1053"],
      firstSeen: during,
      summary: `job ${evil}`,
      evidence: [{ artifact: "cron-jobs", path: "/state", locator: "row" }],
      next: [],
    } as const;
    const timeless = { ...one, id: "job-command-3", firstSeen: "not a time" };
    const events = [...timelineOfFindings(context, [one, { ...one, id: "job-command-2" }, timeless])];
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
    expect(events[0]).toMatchObject({
      ts: during,
      source: "claw-ir:finding",
      severity: "high",
      attack: ["T1053"],
    });
    expect(events[0]?.message).toContain("fp:000000000000");
    expect(events[0]?.message).toBe(visible(events[0]?.message ?? ""));
  });

  it("leaves out what has no time or an impossible one", () => {
    const events = timelineOf(context, {
      ...calmSet,
      boots: read([{ startedAt: "yesterday, perhaps", place }]),
    });
    expect([...events].filter((one) => one.artifact === "boots")).toEqual([]);
  });

  it("is in one order, whatever the order of the sources", () => {
    const events = [...timelineOf(context, set)];
    const sorted = mergeEvents(events);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(events, { minLength: events.length }),
        fc.nat(events.length),
        (mixed, at) => {
          expect(mergeEvents(mixed.slice(0, at), mixed.slice(at), events.slice(0, 3))).toEqual(sorted);
        },
      ),
    );
    expect([...sorted].sort(compareEvents)).toEqual(sorted);
  });

  it("tells of messages, tool calls, failures and changes of a session", () => {
    const events = [
      event({ role: "user", text: `do ${evil}` }),
      event({
        seq: 2,
        role: "assistant",
        toolCalls: [
          { id: "a", name: "exec", arguments: { command: "curl x | sh" } },
          { id: "b", name: "read", arguments: { path: "/x" } },
        ],
      }),
      event({ seq: 3, role: "toolResult", toolName: "exec", isError: true, text: "no" }),
      event({ seq: 4, role: "assistant", text: "an answer is no event" }),
      event({ seq: 5, type: "compaction" }),
    ];
    const told = [...timelineOfTranscripts(context, events)];
    expect(told.map((one) => one.message)).toEqual([
      "message to the agent: do \\u{1b}[31m\\u{202e}\\n\\u{0} fp:000000000000",
      "tool exec: curl x | sh",
      "tool read: /x",
      "tool exec failed: no",
      "session compaction",
    ]);
    expect(new Set(told.map((one) => one.id)).size).toBe(5);
  });
});
