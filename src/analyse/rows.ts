/**
 * Findings beside the records they are about, so that a table can show the unusual first. A finding is about a record if
 * its evidence lies at one of the record's places; both are spelled by `spotOf`.
 */
import type { Finding, FindingEvidence } from "../model/evidence.ts";
import { severities, type Confidence, type Severity } from "../model/outcome.ts";
import type { Place } from "../model/records.ts";
import { spotOf } from "./mark.ts";

/** Why a record is unusual. */
export interface RowMark {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** In a few words. */
  readonly why: string;
  /** The finding's id: the same as in a case. */
  readonly finding: string;
}

export interface Marked<T> {
  readonly record: T;
  /** Worst first; empty for the ordinary. */
  readonly marks: readonly RowMark[];
}

/**
 * Every record with its marks: the unusual first, worst first, and otherwise in the order given. What is merely worth
 * knowing ("info") makes nothing unusual.
 */
export function markRows<T>(
  records: readonly T[],
  findings: readonly Finding[],
  placesOf: (record: T) => readonly Place[],
): readonly Marked<T>[] {
  const bySpot = spotsOf(findings);
  return records
    .map((record) => ({ record, marks: marksAt(bySpot, placesOf(record)) }))
    .sort((a, b) => rankOf(a.marks) - rankOf(b.marks));
}

type Spots = ReadonlyMap<string, ReadonlySet<Finding>>;

function spotsOf(findings: readonly Finding[]): Spots {
  const bySpot = new Map<string, Set<Finding>>();
  for (const finding of findings) {
    if (finding.severity === "info") continue;
    for (const one of finding.evidence) {
      for (const spot of spotsOfEvidence(one)) {
        const there = bySpot.get(spot);
        if (there === undefined) bySpot.set(spot, new Set([finding]));
        else there.add(finding);
      }
    }
  }
  return bySpot;
}

/**
 * A tool call is evidence about its session, too: its locator is "session/seq". And a line of a skill's file about the file.
 */
function spotsOfEvidence({ artifact, path, locator }: FindingEvidence): readonly string[] {
  if (path === undefined) return [];
  const own = keyOf(path, locator);
  if (artifact === "skills" && locator !== undefined) return [own, keyOf(path, undefined)];
  const cut = artifact === "tool-calls" ? (locator?.lastIndexOf("/") ?? -1) : -1;
  return cut < 1 ? [own] : [own, keyOf(path, locator?.slice(0, cut))];
}

function keyOf(path: string, locator: string | undefined): string {
  return locator === undefined ? path : `${path}\0${locator}`;
}

function marksAt(bySpot: Spots, places: readonly Place[]): readonly RowMark[] {
  const found = new Set<Finding>();
  for (const place of places) {
    const { path, locator } = spotOf(place);
    for (const finding of bySpot.get(keyOf(path, locator)) ?? []) found.add(finding);
  }
  return [...found]
    .map(({ id, rule, severity, confidence, title, why }) => ({
      ...{ rule, severity, confidence },
      why: why ?? title,
      finding: id,
    }))
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

function rankOf(marks: readonly RowMark[]): number {
  const [worst] = marks;
  return worst === undefined ? severities.length : severities.indexOf(worst.severity);
}
