import type { Finding } from "../../model/evidence.ts";
import { shown } from "../../model/text.ts";
import { finding } from "../mark.ts";
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

function drift(diff: BaselineDiff, change: DriftChange): Finding {
  const what = change.key === undefined ? shown(change.path, 160) : change.key;
  const values = [change.before, change.after].every((value) => value === undefined)
    ? ""
    : `: ${change.before ?? "(nothing)"} → ${change.after ?? "(nothing)"}`;
  const base = {
    id: `baseline-${change.area}`,
    title: `${change.area === "config" ? "Config" : "File"} differs from the baseline`,
    severity: change.severity,
    attack: change.attack,
  };
  return finding(base, {
    key: [change.path, change.key ?? "", change.kind, change.before ?? "", change.after ?? ""].join("\0"),
    title: `${what} ${verbs[change.kind]} since the baseline`,
    confidence: "confirmed",
    summary: `${what} ${verbs[change.kind]}${values}; ${change.why}`,
    evidence: [
      {
        artifact: "baseline",
        path: shown(change.path, 400),
        locator: change.key ?? `commit ${shown(diff.baseline.commit, 12)}`,
        ...(change.excerpt === undefined ? {} : { excerpt: change.excerpt.join("\n") }),
      },
    ],
    next: [
      `compare with commit ${shown(diff.baseline.commit, 12)} of ${shown(diff.baseline.at, 40)}, and put it back unless it was you`,
    ],
  });
}
