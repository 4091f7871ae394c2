/** A mark is a rule that matters at first sight: one file each in `marks/`, judged by `judge.ts`. */
import { createHash } from "node:crypto";
import type { Finding, FindingEvidence } from "../model/evidence.ts";
import type { Confidence, Outcome, Reading, Severity } from "../model/outcome.ts";
import type { ReadingKind, ReadingSet } from "../model/readings.ts";
import type { Place } from "../model/records.ts";
import { shown } from "../model/text.ts";
import type { ConfigReading } from "../openclaw/types.ts";
import type { TracedCall } from "./survey.ts";

/** What a person or a baseline has vouched for; a kind that is absent was never vouched for. */
export interface Known {
  /** Device ids. */
  readonly devices?: ReadonlySet<string>;
  /** Fingerprints of authorized keys. */
  readonly keys?: ReadonlySet<string>;
  /** Ids of devices and jobs, and paths of skills, that a person vouched for and that have not changed since. */
  readonly vouched?: ReadonlySet<string>;
}

/** When the incident may have happened, ISO 8601 UTC. */
export interface Window {
  readonly since?: string;
  readonly until?: string;
}

export interface MarkInput {
  readonly readings: ReadingSet;
  /** How each source of the reading "persistence" ended, by its id; without it the reading counts as one. */
  readonly mechanisms?: ReadonlyMap<string, { readonly outcome: Outcome; readonly reason?: string }>;
  readonly calls: Reading<TracedCall>;
  readonly config: ConfigReading;
  readonly gatewayPort: number;
  readonly window: Window;
  /** When it is judged, ISO 8601 UTC. */
  readonly now: string;
  readonly known: Known;
  /** Replaces secrets by fingerprints. */
  readonly redact: (text: string) => string;
}

export type Need = ReadingKind | "calls" | "configFile";

export interface Mark {
  /** Stable; also the findings' `rule`. */
  readonly id: string;
  readonly title: string;
  /** The usual one; a finding may be less or more severe. */
  readonly severity: Severity;
  readonly attack: readonly string[];
  readonly needs: readonly Need[];
  /** Of the reading "persistence" it judges only what these sources gave; default: what all of them gave. */
  readonly mechanisms?: readonly string[];
  /** Why it cannot be judged although everything could be read, such as "the start of the incident is not known". */
  readonly unless?: (input: MarkInput) => string | undefined;
  readonly evaluate: (input: MarkInput) => readonly Finding[];
}

/** What makes one finding of a mark; the rest comes from the mark. */
export interface Found {
  /** What the finding is about: the same thing gives the same finding id in every run. */
  readonly key: string;
  readonly title?: string;
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  readonly firstSeen?: string | undefined;
  readonly lastSeen?: string | undefined;
  readonly summary: string;
  /** As `Finding.why`. */
  readonly why?: string | undefined;
  readonly evidence: readonly FindingEvidence[];
  readonly next: readonly string[];
}

export function finding(mark: Pick<Mark, "id" | "title" | "severity" | "attack">, found: Found): Finding {
  const { firstSeen, lastSeen, why } = found;
  const digest = createHash("sha256").update(`${mark.id}\0${found.key}`).digest("hex").slice(0, 12);
  return {
    id: `${mark.id}-${digest}`,
    rule: mark.id,
    title: found.title ?? mark.title,
    severity: found.severity ?? mark.severity,
    confidence: found.confidence ?? "suspicious",
    attack: mark.attack,
    ...(firstSeen === undefined ? {} : { firstSeen }),
    ...(lastSeen === undefined ? {} : { lastSeen }),
    summary: found.summary,
    ...(why === undefined ? {} : { why }),
    evidence: found.evidence,
    next: found.next,
  };
}

/** Evidence at a place. `text` is redacted, then made visible and cut. */
export function evidenceAt(
  artifact: string,
  place: Place,
  text?: { readonly input: Pick<MarkInput, "redact">; readonly excerpt: string },
): FindingEvidence {
  return {
    artifact,
    ...spotOf(place),
    ...(text === undefined ? {} : { excerpt: shown(text.input.redact(text.excerpt), 300) }),
  };
}

/** A place as evidence spells it: the same place gives the same words. */
export function spotOf({ path, locator }: Place): { readonly path: string; readonly locator?: string } {
  return { path: shown(path, 400), ...(locator === undefined ? {} : { locator: shown(locator) }) };
}

/** A name of the examined host inside a sentence: redacted, visible, in quotes. */
export function quoted(input: Pick<MarkInput, "redact">, text: string, max = 80): string {
  return `"${shown(input.redact(text), max)}"`;
}

/** A person has said that it is known, and it is still what it was then. */
export function isVouched({ known }: Pick<MarkInput, "known">, id: string): boolean {
  return known.vouched?.has(id) === true;
}

/** Whether a time lies in the window; a time that is not known does not. */
export function inWindow(window: Window, time: string | undefined): boolean {
  if (time === undefined || window.since === undefined) return false;
  const ms = Date.parse(time);
  return ms >= Date.parse(window.since) && (window.until === undefined || ms <= Date.parse(window.until));
}

export const startUnknown = "the start of the incident is not known";

export function needsStart(input: MarkInput): string | undefined {
  return input.window.since === undefined ? startUnknown : undefined;
}

/** The earliest and latest of some times. */
export function span(times: readonly (string | undefined)[]): {
  readonly firstSeen?: string;
  readonly lastSeen?: string;
} {
  const known = times.filter((time) => time !== undefined).sort();
  const firstSeen = known[0];
  const lastSeen = known.at(-1);
  return firstSeen === undefined || lastSeen === undefined ? {} : { firstSeen, lastSeen };
}
