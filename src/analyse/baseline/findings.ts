import type { Finding, FindingEvidence } from "../../model/evidence.ts";
import { shown } from "../../model/text.ts";
import { finding } from "../mark.ts";
import { factsOf, isThing } from "./own/things.ts";
import type { BaselineDiff, DriftChange } from "./types.ts";

const verbs: Readonly<Record<DriftChange["kind"], string>> = {
  added: "was added",
  removed: "was removed",
  modified: "was changed",
  mode: "changed its mode",
};

/** One finding per change from "low" up; OpenClaw's own notes are none. */
export function driftFindings(diff: BaselineDiff): readonly Finding[] {
  return diff.changes.filter((change) => change.severity !== "info").map((change) => drift(diff, change));
}

function titleOf({ area, thing }: DriftChange): string {
  if (area === "config" && (thing === undefined || thing === "config")) return "Config";
  return thing === undefined || !isThing(thing) ? "File" : upper(factsOf(thing).noun);
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The change, and what made it: the report shows both places. */
function evidenceOf(diff: BaselineDiff, change: DriftChange): readonly FindingEvidence[] {
  const { cause } = change;
  const own: FindingEvidence = {
    artifact: "baseline",
    path: shown(change.path, 400),
    locator: change.key ?? `commit ${shown(diff.baseline.commit, 12)}`,
    ...(change.excerpt === undefined ? {} : { excerpt: change.excerpt.join("\n") }),
  };
  if (cause?.path === undefined) return [own];
  const { path, locator, says } = cause;
  const artifact = cause.kind === "tool-call" ? "tool-calls" : "config-writes";
  return [own, { artifact, path, ...(locator === undefined ? {} : { locator }), excerpt: says }];
}

function drift(diff: BaselineDiff, change: DriftChange): Finding {
  const what = change.key === undefined ? shown(change.path, 160) : change.key;
  const values = [change.before, change.after].every((value) => value === undefined)
    ? ""
    : `: ${change.before ?? "(nothing)"} → ${change.after ?? "(nothing)"}`;
  const base = {
    id: `baseline-${change.area}`,
    title: `${titleOf(change)} differs from the baseline`,
    severity: change.severity,
    attack: change.attack,
  };
  return finding(base, {
    key: [change.path, change.key ?? "", change.kind, change.before ?? "", change.after ?? ""].join("\0"),
    title: `${what} ${verbs[change.kind]} since the baseline`,
    confidence: "confirmed",
    summary: `${what} ${verbs[change.kind]}${values}; ${change.why}${change.cause === undefined ? "" : `; ${change.cause.says}`}`,
    evidence: evidenceOf(diff, change),
    next: [
      `compare with commit ${shown(diff.baseline.commit, 12)} of ${shown(diff.baseline.at, 40)}, and put it back unless it was you`,
    ],
  });
}
