import type { Finding } from "../../model/evidence.ts";
import type { EventDraft, TimelineContext } from "./event.ts";
import { say } from "./event.ts";

/** A finding at the time it was first seen: what makes the timeline readable is where the verdicts fall in it. */
export function findingEvents(context: TimelineContext, finding: Finding): readonly EventDraft[] {
  const [first] = finding.evidence;
  return [
    {
      at: finding.firstSeen,
      tsDesc: "first seen",
      artifact: first?.artifact ?? "analysis",
      dataType: `claw-ir:finding:${finding.rule}`,
      message: `${say(context, finding.title)}: ${say(context, finding.summary, 240)}`,
      // Its id and not a row: two findings of one rule can be about the same place.
      place: { path: first?.path ?? "", locator: finding.id },
      attack: finding.attack,
      severity: finding.severity,
      data: { finding: finding.id, rule: finding.rule },
    },
  ];
}
