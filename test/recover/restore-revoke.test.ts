/** What has to be revoked once more, from what cases recorded. */
import { expect, test } from "vitest";
import type { CaseRevocations } from "../../src/case/revocations.ts";
import type { ReceiptStep, RotationReceipt } from "../../src/model/evidence.ts";
import { revocationList, successorOf } from "../../src/recover/restore/revoke/plan.ts";

const made = "2026-11-10T00:00:00.000Z";
const before = "2026-11-09T00:00:00.000Z";
const later = "2026-11-11T00:00:00.000Z";

function receipt(
  old: string,
  next: string,
  more: Partial<RotationReceipt> = {},
  when = later,
): RotationReceipt {
  const steps: readonly ReceiptStep[] = [{ step: "deploy", outcome: "done", evidence: "written", at: when }];
  const base = { credential: "x", kind: "provider-key", provider: "anthropic", label: "Anthropic API key" };
  return { ...base, old, new: next, steps, residue: [], proven: false, ...more };
}

function one(more: Partial<CaseRevocations>, id = "c1"): CaseRevocations {
  return { case: id, stateDir: "/s", receipts: [], switchedOff: [], ...more };
}

const list = (cases: readonly CaseRevocations[], at: string | undefined = made) =>
  revocationList(cases, at, "/s");

test("devices, jobs and settings count from the time of the archive on", () => {
  const off = (at: string) => [
    { what: "cron job n", how: "disabled in cron_jobs (j1)", inverse: "openclaw cron enable j1", at },
    {
      what: "heartbeat",
      how: 'agents.defaults.heartbeat.every set to "0m"',
      inverse: "openclaw config unset x",
      at,
    },
    { what: "service", how: "to keep the gateway down", inverse: "systemctl --user unmask x", at },
  ];
  const at = (when: string): CaseRevocations =>
    one({ devices: { ids: ["d"], all: false, at: when }, switchedOff: off(when) });
  expect(list([at(before)])).toMatchObject({ devices: [], jobs: [], settings: [] });
  const found = list([at(later)]);
  expect(found.devices).toEqual([{ case: "c1", ids: ["d"], all: false }]);
  expect(found.jobs).toEqual([{ case: "c1", id: "j1", what: "cron job n" }]);
  expect(found.settings).toMatchObject([{ path: "agents.defaults.heartbeat.every", value: "0m" }]);
  // An archive that does not say when it was made could be of any time.
  expect(revocationList([at(before)], undefined, "/s").devices).toHaveLength(1);
});

test("a secret that was ended is dead in every older state, whatever the clocks said", () => {
  const found = list([one({ receipts: [receipt("fp:a", "fp:b", {}, before)] })]);
  expect(found.ended.get("fp:a")).toMatchObject({ next: "fp:b", label: "Anthropic API key" });
});

test("what was only planned, or failed, is not ended", () => {
  const planned = receipt("fp:a", "", { steps: [] });
  const failed = receipt("fp:c", "fp:d", {
    steps: [{ step: "deploy", outcome: "failed", evidence: "", at: later }],
  });
  expect(list([one({ receipts: [planned, failed] })]).ended.size).toBe(0);
});

test("the successor is found through several cases, and a circle ends", () => {
  const found = list([
    one({ receipts: [receipt("fp:a", "fp:b")] }),
    one({ receipts: [receipt("fp:b", "fp:c"), receipt("fp:x", "fp:y"), receipt("fp:y", "fp:x")] }, "c2"),
  ]);
  expect(successorOf(found, "fp:a")).toBe("fp:c");
  expect(["fp:x", "fp:y", ""]).toContain(successorOf(found, "fp:x"));
  expect(successorOf(found, "fp:none")).toBe("");
});

test("the gateway token of another state, and one replaced before, do not count", () => {
  const token = (when: string): RotationReceipt => receipt("fp:t", "fp:n", { kind: "gateway-token" }, when);
  expect(list([one({ receipts: [token(before)] })]).gatewayToken).toBeUndefined();
  expect(list([one({ receipts: [token(later)], stateDir: "/other" })]).gatewayToken).toBeUndefined();
  expect(list([one({ receipts: [token(later)] })]).gatewayToken).toMatchObject({ next: "fp:n" });
  const first = receipt("", "fp:n", { kind: "gateway-token" });
  expect(list([one({ receipts: [first] })])).toMatchObject({ gatewayToken: { next: "fp:n" } });
});

test("the identity that a later case took away is taken away again", () => {
  const identity = receipt("", "", {
    kind: "identity-key",
    steps: [{ step: "revoke", outcome: "done", evidence: "removed", at: later }],
  });
  expect(list([one({ receipts: [identity] })])).toMatchObject({ identity: { case: "c1" } });
  expect(list([one({ receipts: [identity] })]).ended.size).toBe(0);
});

test("entries of allow-lists count from the time of the archive on, each by its own time, for this state only", () => {
  const entry = (sender: string) =>
    ({ in: "channel-allow", channel: "telegram", account: "default", sender }) as const;
  const grants = [
    { entry: entry("1"), at: before },
    { entry: entry("2"), at: later },
  ];
  expect(list([one({ grants })]).grants).toEqual([{ case: "c1", entries: [entry("2")] }]);
  expect(list([one({ grants, stateDir: "/other" })]).grants).toEqual([]);
  expect(revocationList([one({ grants })], undefined, "/s").grants[0]?.entries).toHaveLength(2);
});
