import type { Case } from "../case/types.ts";
import type { BlindSpot } from "../model/evidence.ts";
import { at, list, str } from "../model/json.ts";
import { outcomes } from "../model/outcome.ts";

const key = "blindSpots";

/** Remembers something that could not be seen and is no collector's outcome. The same one twice is kept once. */
export function addBlindSpot(subject: Case, spot: BlindSpot): void {
  const before = blindSpots(subject);
  if (before.some((one) => one.source === spot.source && one.reason === spot.reason)) return;
  subject.facts.set(
    key,
    [...before, spot].map(({ source, outcome, reason }) => ({ source, outcome, reason })),
  );
}

export function blindSpots(subject: Case): readonly BlindSpot[] {
  return list(subject.facts.get(key)).flatMap((item) => {
    const source = str(at(item, "source"));
    const reason = str(at(item, "reason"));
    const outcome = outcomes.find((one) => one === at(item, "outcome"));
    if (source === undefined || reason === undefined || outcome === undefined || outcome === "ok") return [];
    return [{ source, outcome, reason }];
  });
}
