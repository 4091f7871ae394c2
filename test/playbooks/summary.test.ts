import { describe, expect, it } from "vitest";
import type { RotationReceipt } from "../../src/model/evidence.ts";
import type { StepState } from "../../src/model/outcome.ts";
import type { Stage as StageName } from "../../src/model/stages.ts";
import { summarise } from "../../src/playbooks/summary.ts";
import { stage, type StepEvent } from "./stage.ts";

const event = (id: string, state: StepState, at: StageName = "collect"): StepEvent => ({
  type: "step",
  seq: 1,
  id,
  stage: at,
  mutates: "case",
  state,
  startedAt: "2026-11-21T10:00:00.000Z",
  title: id,
});

const receipt = (credential: string, more: Partial<RotationReceipt>): RotationReceipt => ({
  credential,
  kind: "api-key",
  provider: "anthropic",
  label: "a key",
  old: "",
  new: "",
  steps: [],
  residue: [],
  proven: false,
  ...more,
});

describe("the summary's exit code", () => {
  it.each<[string, readonly StepEvent[], string | undefined, number, string]>([
    ["everything done", [event("a", "done"), event("b", "skipped")], undefined, 0, "done"],
    ["nothing to do", [], undefined, 0, "done"],
    ["declined is the user's wish", [event("a", "declined")], undefined, 0, "done"],
    ["in part", [event("a", "partial"), event("b", "done")], undefined, 3, "done in part: a"],
    ["a failed step", [event("a", "failed"), event("b", "partial")], undefined, 3, "done in part: a, b"],
    ["containment failed", [event("stop", "failed", "contain")], undefined, 1, "failed: stop"],
    ["containment not proven", [event("stop", "partial", "contain")], undefined, 3, "done in part: stop"],
    ["the walk was ended", [event("seal", "failed", "preserve")], "seal", 1, "stopped: seal failed"],
  ])("%s", async (_what, steps, blockedBy, exit, outcome) => {
    const { subject } = await stage();
    expect(summarise(subject, steps, blockedBy)).toMatchObject({ exit, outcome });
  });

  it("is 3 while a rotation is open, though every step was done", async () => {
    const { subject } = await stage();
    subject.receipts.put(receipt("anthropic/a", {}));
    expect(summarise(subject, [event("a", "done")], undefined)).toMatchObject({
      exit: 3,
      outcome: "done; rotations are still open",
      rotations: { pending: 1, proven: 0 },
    });
  });

  it("counts proven, done, open and failed rotations, findings, archives and the time to containment", async () => {
    const { subject } = await stage();
    const at = "2026-11-21T10:00:00.000Z";
    const by = (step: "deploy" | "revoke", outcome: "done" | "failed") => ({
      step,
      outcome,
      evidence: "",
      at,
    });
    subject.receipts.put(receipt("a", { proven: true }));
    subject.receipts.put(receipt("b", { steps: [by("deploy", "done"), by("revoke", "done")] }));
    subject.receipts.put(receipt("c", { steps: [by("deploy", "failed")] }));
    subject.receipts.put(receipt("d", {}));
    for (const severity of ["critical", "low", "low", "info"] as const) {
      subject.findings.add({
        id: `f-${String(subject.findings.all().length)}`,
        rule: "r",
        title: "t",
        severity,
        confidence: "likely",
        attack: [],
        summary: "s",
        evidence: [],
        next: [],
      });
    }
    subject.facts.set("containedInMs", 1234);
    subject.facts.set("report", "/r.md");
    expect(summarise(subject, [], undefined)).toMatchObject({
      rotations: { proven: 1, done: 1, pending: 1, failed: 1 },
      findings: { critical: 1, high: 0, medium: 0, low: 2 },
      containedInMs: 1234,
      report: "/r.md",
      exit: 3,
    });
  });
});
