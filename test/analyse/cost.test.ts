import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changesOf, computeCost, groupings, parsePriceTable } from "../../src/analyse/index.ts";
import type { CostInput, Grouping, Spending } from "../../src/analyse/index.ts";
import { read } from "../../src/model/outcome.ts";
import type { TranscriptEvent, Usage } from "../../src/model/session-records.ts";
import { calmSet, event, job, session, write } from "./records.ts";

const hour = 3_600_000;
const start = Date.parse("2026-11-01T00:00:00.000Z");

function usage(given: Partial<Usage> = {}): Usage {
  return { input: 1000, output: 100, cacheRead: 0, cacheWrite: 0, cost: 0.01, ...given };
}
function answer(at: number, given: Partial<TranscriptEvent> = {}): TranscriptEvent {
  return event({
    role: "assistant",
    at: new Date(at).toISOString(),
    provider: "mockai",
    model: "mock-large",
    usage: usage(),
    ...given,
  });
}
function spend(events: readonly TranscriptEvent[], given: Partial<CostInput> = {}): Spending {
  return computeCost({ events, sessions: [session()], jobs: [], config: {}, changes: [], ...given });
}
function keys(spending: Spending, by: Grouping): readonly (readonly [string, number])[] {
  return spending.report(by).buckets.map((bucket) => [bucket.key, bucket.cost]);
}

describe("cost", () => {
  it("sums what OpenClaw recorded, by any key", () => {
    const spending = spend([
      answer(start),
      answer(start + hour, { model: "other", usage: usage({ cost: 0.5 }) }),
    ]);
    expect(spending.report("model")).toMatchObject({
      currency: "USD",
      total: 0.51,
      unpriced: { messages: 0, tokens: 0 },
    });
    expect(keys(spending, "model")).toEqual([
      ["mockai/other", 0.5],
      ["mockai/mock-large", 0.01],
    ]);
    expect(keys(spending, "hour")).toEqual([
      ["2026-11-01T00:00:00.000Z", 0.01],
      ["2026-11-01T01:00:00.000Z", 0.5],
    ]);
    expect(keys(spending, "day")).toEqual([["2026-11-01", 0.51]]);
  });

  it("takes a cost of 0 or none as unpriced, never as free", () => {
    const { total, unpriced } = spend([
      answer(start, { usage: { input: 10, output: 5, cacheRead: 3, cacheWrite: 2, cost: 0 } }),
      answer(start, { usage: { input: 1, output: 0, cacheRead: 0, cacheWrite: 0 } }),
      answer(start, { usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cost: 0 } }),
    ]).report("model");
    expect(total).toBe(0);
    expect(unpriced).toEqual({ messages: 2, tokens: 21 });
  });

  it("prices the unpriced from the config, then from the table, and says so", () => {
    const config = {
      models: {
        providers: {
          mockai: {
            models: [{ id: "mock-large", cost: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 } }],
          },
        },
      },
    };
    const unpriced = usage({ input: 1000, output: 34, cacheRead: 200, cost: 0 });
    const own = spend([answer(start, { usage: unpriced })], { config }).report("model");
    // The figures of a real recorded message of this model.
    expect(own).toMatchObject({ total: 0.00357, estimated: 0.00357, priceSources: ["the examined config"] });
    const table = parsePriceTable({
      source: "test",
      asOf: "2026-01-01",
      providers: {
        mockai: {
          "mock-large": {
            input: 1,
            output: 1,
            tieredPricing: [
              { range: [0, 100], input: 1 },
              { range: [100], input: 2, output: 2 },
            ],
          },
          free: { input: 0, output: 0 },
        },
      },
    });
    const tiered = spend(
      [answer(start, { usage: unpriced })],
      table === undefined ? {} : { prices: table },
    ).report("day");
    expect(tiered).toMatchObject({ total: 0.002068, priceSources: ["test, as of 2026-01-01"] });
    expect(table?.price("mockai", "free")).toBeUndefined();
    expect(parsePriceTable("nonsense")).toBeUndefined();
  });

  it("ships a price table with its source and day", () => {
    const table = parsePriceTable(JSON.parse(readFileSync("templates/prices.json", "utf8")));
    expect(table?.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(table?.price("anthropic", "claude-opus-5")).toMatchObject({ input: 5, output: 25 });
  });

  it("tells jobs, channels, heartbeats, people and sub-agents apart", () => {
    const sessions = [
      session(),
      session({ id: "cron", key: "agent:main:cron:j9:run:1", via: "cron" }),
      session({ id: "tg", key: "agent:main:telegram:group:42", via: "channel", channel: "telegram" }),
      session({
        id: "sub",
        key: "agent:main:subagent:1",
        via: "spawn",
        parentKey: "agent:main:cron:j9:run:1",
      }),
      session({ id: "loop", key: "a", via: "spawn", parentKey: "b" }),
      session({ id: "loop2", key: "b", via: "spawn", parentKey: "a" }),
    ];
    const poll = event({ role: "user", text: "[OpenClaw heartbeat poll] anything?" });
    const spending = spend(
      [
        answer(start),
        poll,
        answer(start, { usage: usage({ cost: 0.02 }) }),
        event({ role: "user", text: "hello" }),
        answer(start),
        answer(start, { sessionId: "cron", usage: usage({ cost: 1 }) }),
        answer(start, { sessionId: "sub", usage: usage({ cost: 3 }) }),
        answer(start, { sessionId: "tg", usage: usage({ cost: 0.5 }) }),
        answer(start, { sessionId: "loop", usage: usage({ cost: 0.1 }) }),
        answer(start, { sessionId: "nobody knows", usage: usage({ cost: 0.2 }) }),
      ],
      { sessions, jobs: [job({ id: "j9", name: "nightly" })] },
    );
    expect(keys(spending, "trigger")).toEqual([
      ["cron:nightly", 4],
      ["channel:telegram", 0.5],
      ["unknown", 0.2],
      ["spawn", 0.1],
      ["heartbeat", 0.02],
      ["operator", 0.02],
    ]);
    expect(spending.breakers().map(({ kind, id, name, cost }) => ({ kind, id, name, cost }))).toEqual([
      { kind: "job", id: "j9", name: "nightly", cost: 4 },
      { kind: "channel", id: "telegram", name: "telegram", cost: 0.5 },
      { kind: "heartbeat", id: "heartbeat", name: "heartbeat", cost: 0.02 },
    ]);
    expect(spending.breakers(0.5)).toHaveLength(1);
  });

  it("keeps to the range asked for", () => {
    const events = [answer(start), answer(start + 5 * hour), answer(start + 9 * hour)];
    const since = new Date(start + hour).toISOString();
    const until = new Date(start + 6 * hour).toISOString();
    expect(spend(events, { since, until }).report("hour").total).toBe(0.01);
  });

  it("does not believe absurd figures that somebody planted", () => {
    const { total, unpriced } = spend([
      answer(start, { usage: { input: -5, output: 1e300, cacheRead: Number.NaN, cacheWrite: 0, cost: -3 } }),
      answer(start, { usage: { input: 2.4, output: 0, cacheRead: 0, cacheWrite: 0, cost: 1e12 } }),
      answer(start, { at: "not a time", usage: usage() }),
    ]).report("hour");
    expect(total).toBe(0.01);
    expect(unpriced).toEqual({ messages: 1, tokens: 2 });
  });

  const anyEvent = fc
    .record({
      at: fc.integer({ min: start, max: start + 60 * 24 * hour }),
      sessionId: fc.constantFrom("s1", "s2", "s3"),
      model: fc.constantFrom("a", "b"),
      cost: fc.option(fc.double({ min: 0, max: 50, noNaN: true }), { nil: undefined }),
      input: fc.nat(100_000),
      output: fc.nat(10_000),
    })
    .map(({ at, sessionId, model, cost, input, output }) =>
      answer(at, {
        sessionId,
        model,
        usage: { input, output, cacheRead: 0, cacheWrite: 0, ...(cost === undefined ? {} : { cost }) },
      }),
    );

  it("adds up: the buckets of every grouping give the total, in any order of events", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const spending = spend(events);
        const nano = (n: number): number => Math.round(n * 1e9);
        const total = nano(spending.report("hour").total);
        for (const by of groupings) {
          const { buckets, unpriced } = spending.report(by);
          expect(buckets.reduce((sum, bucket) => sum + nano(bucket.cost), 0)).toBe(total);
          const counted = events.filter(
            ({ usage: u }) => u !== undefined && (u.input + u.output > 0 || (u.cost ?? 0) > 0),
          );
          expect(buckets.reduce((sum, bucket) => sum + bucket.messages, 0)).toBe(counted.length);
          expect(unpriced.messages).toBe(counted.filter(({ usage: u }) => (u?.cost ?? 0) === 0).length);
        }
        expect(spend([...events].reverse()).report("model")).toEqual(spending.report("model"));
      }),
    );
  });
});

describe("spikes", () => {
  const calm = Array.from({ length: 14 * 24 }, (_, i) =>
    answer(start + i * hour, { usage: usage({ cost: 0.05 }) }),
  );
  const peak = start + 14 * 24 * hour;

  it("finds the first hour, the contributors and the change before it", () => {
    const sessions = [session(), session({ id: "cron", key: "agent:main:cron:j1:run:1", via: "cron" })];
    const loud = [0, 1].flatMap((i) =>
      Array.from({ length: 10 }, () =>
        answer(peak + i * hour + 60_000, { sessionId: "cron", usage: usage({ cost: 2 }) }),
      ),
    );
    const changes = changesOf(
      {
        ...calmSet,
        cronJobs: read([job({ createdAt: new Date(peak - hour).toISOString() })]),
        configWrites: read([write({ at: new Date(peak - 20 * hour).toISOString() })]),
      },
      (text) => text,
    );
    const { spikes } = spend([...calm, ...loud], { sessions, jobs: [job()], changes }).report("hour");
    expect(spikes).toHaveLength(1);
    expect(spikes[0]).toMatchObject({
      at: new Date(peak).toISOString(),
      hours: 2,
      cost: 40,
      measure: "cost",
      baseline: 0.05,
      factor: 400,
      nearestChange: { kind: "cron-job", what: "job daily summary was made" },
    });
    expect(spikes[0]?.topContributors[0]).toMatchObject({
      kind: "trigger",
      key: "cron:daily summary",
      share: 1,
    });
  });

  it("finds none where spending is even, small, or dear from the beginning", () => {
    expect(spend(calm).report("hour").spikes).toEqual([]);
    expect(spend([...calm, answer(peak, { usage: usage({ cost: 0.8 }) })]).report("hour").spikes).toEqual([]);
    const dear = Array.from({ length: 100 }, (_, i) =>
      answer(start + i * hour, { usage: usage({ cost: 5 + (i % 3) }) }),
    );
    expect(spend(dear).report("hour").spikes).toEqual([]);
  });

  it("judges by all of history, also where only the last day is asked for", () => {
    const loud = Array.from({ length: 10 }, () => answer(peak, { usage: usage({ cost: 2 }) }));
    const last = new Date(peak - 2 * hour).toISOString();
    const asked = spend([...calm, ...loud], { since: last }).report("hour");
    expect(asked.total).toBe(20.1);
    expect(asked.spikes).toMatchObject([{ baseline: 0.05, cost: 20 }]);
    expect(spend([...calm, ...loud], { until: last }).report("hour").spikes).toEqual([]);
    expect(
      spend([...calm, ...loud], { since: new Date(peak + hour).toISOString() }).report("hour").spikes,
    ).toEqual([]);
  });

  it("counts tokens where nothing has a price", () => {
    const free = (at: number, input: number): TranscriptEvent =>
      answer(at, { usage: { input, output: 0, cacheRead: 0, cacheWrite: 0 } });
    const events = [
      ...Array.from({ length: 48 }, (_, i) => free(start + i * hour, 2000)),
      free(start + 48 * hour, 9_000_000),
    ];
    expect(spend(events).report("hour").spikes).toMatchObject([
      { measure: "tokens", tokens: 9_000_000, baseline: 2000 },
    ]);
  });
});
