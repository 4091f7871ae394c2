import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  changesOf,
  computeCost,
  judge,
  marks,
  mergeEvents,
  surveyTranscripts,
  timelineOf,
  timelineOfTranscripts,
} from "../../src/analyse/index.ts";
import type { Judgement, Spending } from "../../src/analyse/index.ts";
import type { TimelineEvent } from "../../src/model/evidence.ts";
import { setting, type Setting } from "../collectors/setting.ts";

describe("the real state of OpenClaw 2026.9.6", () => {
  let here: Setting;
  let judgement: Judgement;
  let timeline: readonly TimelineEvent[];
  let spending: Spending;
  const secrets: string[] = [];

  beforeAll(async () => {
    here = await setting({
      state: true,
      files: { "~/.ssh/authorized_keys": 'command="/tmp/x" ssh-ed25519 AAAA broken\n' },
    });
    const { sources } = here;
    const { state } = sources;
    if (state === undefined) throw new Error("no state");
    for (const { secret } of (await state.credentials()).records) {
      if (secret === undefined) continue;
      sources.redactor.learn(secret);
      if (secret.length >= 8) secrets.push(secret.reveal());
    }
    const redact = (text: string): string => sources.redactor.text(text);
    const set = await sources.readings.all(sources);
    judgement = judge(marks, {
      readings: set,
      calls: surveyTranscripts(state.transcripts(), redact),
      config: sources.installation.config,
      gatewayPort: sources.installation.gatewayPort,
      now: "2026-11-25T00:00:00.000Z",
      window: { since: "2026-11-20T00:00:00.000Z" },
      known: {},
      redact,
    });
    const context = { host: "claw", redact };
    timeline = mergeEvents(
      timelineOf(context, set),
      timelineOfTranscripts(context, state.transcripts().events),
    );
    spending = computeCost({
      events: state.transcripts().events,
      sessions: set.sessions.records,
      jobs: set.cronJobs.records,
      config: sources.installation.config.value,
      changes: changesOf(set, redact),
    });
  });
  afterAll(() => here.end());

  it("marks what was planted in it", () => {
    const summaries = judgement.findings.map((one) => `${one.rule} ${one.severity}: ${one.summary}`);
    const has = (rule: string, text: string): void => {
      expect(summaries.some((one) => one.startsWith(rule) && one.includes(text)) || summaries).toBe(true);
    };
    has("device-admin high", '"stranger"');
    has("device-admin high", "203.0.113.9");
    has("device-silent", '"op-laptop"');
    has("device-pending", '"stranger-pending"');
    has("device-unknown", '"stranger"');
    has("job-command", '"gt-command"');
    has("skill-fetch-and-run", '"evil-skill"');
    has("config-exposed medium", "trusted to say who is calling");
    has("sessions-in-window", "session");
    expect(judgement.verdicts).toHaveLength(marks.length);
  });

  it("lists what a disk cannot show as not evaluated", () => {
    const rules = judgement.notEvaluated.map((one) => one.rule);
    expect(rules).toContain("process-unusual");
    expect(rules).toContain("gateway-listens-wide");
  });

  it("leaves the config alone that OpenClaw itself wrote last", () => {
    const bands = judgement.verdicts.find((one) => one.rule === "config-out-of-band");
    expect(bands).toEqual({ rule: "config-out-of-band", outcome: "not-matched" });
  });

  it("tells the story in order and without a secret", () => {
    expect(secrets.length).toBeGreaterThan(5);
    expect(timeline.length).toBeGreaterThan(40);
    expect(timeline.every((one, i) => i === 0 || (timeline[i - 1]?.ts ?? "") <= one.ts)).toBe(true);
    const text = JSON.stringify([timeline, judgement, spending.report("session")]);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    const told = timeline.map((one) => one.message);
    for (const part of [
      "gateway started",
      "device stranger was approved (owner) from 203.0.113.9",
      "job gt-command was made",
      "tool exec:",
    ]) {
      expect(told.some((message) => message.includes(part)) || part).toBe(true);
    }
  });

  it("computes what the mock model cost", () => {
    const { total, unpriced, buckets, estimated } = spending.report("model");
    expect(buckets.map((bucket) => bucket.key)).toContain("mockai/mock-large");
    expect(total).toBeGreaterThan(0);
    expect(estimated).toBe(0);
    expect(unpriced).toEqual({ messages: 0, tokens: 0 });
  });
});
