import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { golden } from "./golden.ts";
import { fingerprintKey, realState, type RealState, type Release } from "./real-state.ts";

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

/** What a release did not keep at all: said, and never an empty list that looks clean. */
const notKept: Readonly<Record<"2026.2.26" | "2026.6.11", readonly string[]>> = {
  "2026.2.26": ["audit", "boots", "tasks", "approvals", "deliveries"],
  "2026.6.11": ["audit", "boots", "approvals", "deliveries"],
};

let state: RealState;
afterEach(() => state.cleanup());

describe.each(["2026.2.26", "2026.6.11"] as const)("the state of a real %s", (release) => {
  beforeEach(async () => {
    state = await realState({}, release);
  });

  it.each(kinds)("reads its %s as it did before", async (kind) => {
    const reader = await state.open({ fingerprintKey });
    const reading = await reader[kind]();
    await reader.close();
    await expect(golden(reading)).toMatchFileSnapshot(`../golden/openclaw-${release}/${kind}.json`);
    if (notKept[release].includes(kind)) {
      expect(reading).toMatchObject({ outcome: "missing", records: [] });
      expect(reading.reason).toMatch(/keeps no/);
    } else expect(reading.outcome).toBe("ok");
  });

  it.each(["transcripts", "trajectories"] as const)("reads its %s as it did before", async (kind) => {
    const reader = await state.open();
    const { events, problems } = reader[kind]();
    const all: readonly unknown[] = [...events];
    await reader.close();
    expect(problems).toEqual([]);
    await expect(golden(all)).toMatchFileSnapshot(`../golden/openclaw-${release}/${kind}.json`);
  });

  it("is found with its version and layout, and nothing to complain of", async () => {
    const layouts = { "2026.2.26": "files", "2026.6.11": "mixed", "2026.9.6": "sqlite-2026.9" } as const;
    const installation = await state.look();
    const expected: { readonly version: Release; readonly layout: string } = {
      version: release,
      layout: layouts[release],
    };
    expect(installation).toMatchObject({ found: true, ...expected, problems: [] });
  });
});
