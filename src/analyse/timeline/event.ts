import { createHash } from "node:crypto";
import type { TimelineEvent } from "../../model/evidence.ts";
import type { Json } from "../../model/json.ts";
import type { Severity } from "../../model/outcome.ts";
import type { Place } from "../../model/records.ts";
import { shown } from "../../model/text.ts";

/** Which host the events are of, and how secrets are hidden in their text. */
export interface TimelineContext {
  readonly host: string;
  readonly redact: (text: string) => string;
}

export interface EventDraft {
  /** An event without a plausible time is left out of the timeline: it has no place in it. */
  readonly at: string | undefined;
  /** What the time means: "approved", "last used", "file modified". */
  readonly tsDesc: string;
  /** The collector that kept the record. */
  readonly artifact: string;
  /** Such as "openclaw:device:approved". */
  readonly dataType: string;
  readonly message: string;
  readonly place: Place;
  readonly user?: string | undefined;
  readonly session?: string | undefined;
  readonly run?: string | undefined;
  readonly attack?: readonly string[];
  readonly tags?: readonly string[];
  readonly severity?: Severity;
  readonly data?: Readonly<Record<string, Json | undefined>>;
}

/**
 * The id is a hash of host, source, place, time, meaning and type: the same record gives the same id in every run, and the
 * ids of several hosts do not collide when their timelines are merged.
 */
export function makeEvent(context: TimelineContext, draft: EventDraft): TimelineEvent | undefined {
  const ts = draft.at === undefined ? undefined : isoOf(draft.at);
  if (ts === undefined) return undefined;
  const locator = draft.place.locator;
  const identity = [
    context.host,
    draft.artifact,
    draft.place.path,
    locator ?? "",
    ts,
    draft.tsDesc,
    draft.dataType,
  ];
  const id = createHash("sha256").update(identity.join("\0")).digest("hex").slice(0, 24);
  const clean = (text: string): string => shown(context.redact(text), 160);
  return {
    id,
    ts,
    tsDesc: draft.tsDesc,
    source: sourceOf(draft.dataType),
    dataType: draft.dataType,
    message: shown(draft.message, 400),
    host: context.host,
    ...(draft.user === undefined ? {} : { user: clean(draft.user) }),
    ...(draft.session === undefined ? {} : { session: clean(draft.session) }),
    ...(draft.run === undefined ? {} : { run: clean(draft.run) }),
    artifact: draft.artifact,
    ...(locator === undefined ? {} : { locator: shown(locator) }),
    ...(draft.attack === undefined ? {} : { attack: draft.attack }),
    ...(draft.tags === undefined ? {} : { tags: draft.tags }),
    ...(draft.severity === undefined ? {} : { severity: draft.severity }),
    data: { path: shown(draft.place.path, 400), ...compact(draft.data ?? {}, clean) },
  };
}

function sourceOf(dataType: string): string {
  const end = dataType.indexOf(":", dataType.indexOf(":") + 1);
  return end < 0 ? dataType : dataType.slice(0, end);
}

function isoOf(text: string): string | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

function compact(
  data: Readonly<Record<string, Json | undefined>>,
  clean: (text: string) => string,
): Readonly<Record<string, Json>> {
  const kept: [string, Json][] = [];
  for (const [name, value] of Object.entries(data)) {
    if (value !== undefined) kept.push([name, typeof value === "string" ? clean(value) : value]);
  }
  return Object.fromEntries(kept);
}

/** A text of the examined host inside a message: redacted first, then made visible and cut. */
export function say(context: TimelineContext, text: string, max = 160): string {
  return shown(context.redact(text), max);
}

/** By time, then id: the order of the case, the exports and the report. */
export function compareEvents(a: TimelineEvent, b: TimelineEvent): number {
  if (a.ts !== b.ts) return a.ts < b.ts ? -1 : 1;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}

/** One timeline of several: sorted, and each id once. */
export function mergeEvents(...groups: readonly Iterable<TimelineEvent>[]): readonly TimelineEvent[] {
  const byId = new Map<string, TimelineEvent>();
  for (const group of groups) for (const event of group) byId.set(event.id, event);
  return [...byId.values()].sort(compareEvents);
}
