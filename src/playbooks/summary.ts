import type { Case } from "../case/types.ts";
import { exits } from "../model/errors.ts";
import { num, str } from "../model/json.ts";
import { countRotations } from "../rotate/index.ts";
import type { RunEvent, RunSummary } from "./types.ts";

type StepEvent = Extract<RunEvent, { type: "step" }>;

/** The last line of a run: how it ended, what was proven, what is open. */
export function summarise(
  subject: Case,
  steps: readonly StepEvent[],
  blockedBy: string | undefined,
): RunSummary {
  const rotations = countRotations(subject.receipts.all());
  const exit = exitOf(steps, blockedBy, rotations.pending + rotations.failed > 0);
  return {
    type: "summary",
    case: subject.info.id,
    exit,
    outcome: outcomeText(exit, steps, blockedBy),
    containedInMs: num(subject.facts.get("containedInMs")) ?? null,
    archives: subject.archives.all().map((archive) => archive.archive),
    findings: countFindings(subject),
    rotations,
    report: str(subject.facts.get("report")) ?? null,
  };
}

function exitOf(steps: readonly StepEvent[], blockedBy: string | undefined, open: boolean): number {
  if (blockedBy !== undefined) return exits.failed;
  if (steps.some((step) => step.state === "failed" && step.stage === "contain")) return exits.failed;
  if (open || steps.some((step) => step.state === "failed" || step.state === "partial")) return exits.partial;
  return exits.ok;
}

function outcomeText(exit: number, steps: readonly StepEvent[], blockedBy: string | undefined): string {
  if (blockedBy !== undefined) return `stopped: ${blockedBy} failed`;
  const bad = steps
    .filter((step) => step.state === "failed" || step.state === "partial")
    .map((step) => step.id);
  if (bad.length > 0) return `${exit === exits.failed ? "failed" : "done in part"}: ${bad.join(", ")}`;
  return exit === exits.ok ? "done" : "done; rotations are still open";
}

function countFindings(subject: Case): RunSummary["findings"] {
  const count = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { severity } of subject.findings.all()) if (severity !== "info") count[severity] += 1;
  return count;
}
