/** How a baseline, and what differs from it, looks to people. */
import {
  type Thing,
  thingFacts,
  type BaselineDiff,
  type DriftChange,
  type Holding,
} from "../../analyse/index.ts";
import type { HostTerminal } from "../../host/host.ts";
import type { Finding } from "../../model/evidence.ts";
import { severities, type Severity } from "../../model/outcome.ts";
import { counted, shown, visible } from "../../model/text.ts";
import { page, type Line, type Style } from "../present/page.ts";

type Write = (line: Line) => string;

const styles: Readonly<Record<Severity, Style>> = {
  critical: "red",
  high: "red",
  medium: "yellow",
  low: "dim",
  info: "dim",
};
const signs: Readonly<Record<DriftChange["kind"], string>> = {
  added: "+",
  removed: "-",
  modified: "~",
  mode: "~",
};
const leadWidth = 10;

export interface Screen {
  readonly terminal: HostTerminal;
  /** To stderr, because a question follows. */
  readonly toErr?: boolean;
  readonly redact: (text: string) => string;
}

function writer({ terminal, toErr }: Screen): Write {
  const isTty = toErr === true ? terminal.stderrIsTty : terminal.stdoutIsTty;
  return (line) => page(terminal, isTty, line);
}

/** Worst first; per change what, how bad and why, what did it, and for texts the lines. */
export function diffText(screen: Screen, diff: BaselineDiff): string {
  const write = writer(screen);
  const { changes, baseline, uncovered, problems } = diff;
  const since = `${baseline.commit.slice(0, 12)} of ${baseline.at.slice(0, 16).replace("T", " ")}`;
  const clean =
    changes.length === 0 ? `nothing changed since ${since}` : `${changesText(changes)} since ${since}`;
  return [
    write({ text: clean, style: "bold" }),
    ...changes.map((change) => `\n${changeText(screen, write, change)}`),
    ...(problems.length + uncovered.length === 0 ? [] : ["\n"]),
    ...problems.map((text) => write({ lead: "not compared: ", leadStyle: "yellow", text: shown(text, 600) })),
    ...uncovered.map((text) =>
      write({ lead: "not covered: ", leadStyle: "dim", text: shown(text, 600), style: "dim" }),
    ),
  ].join("");
}

function changesText(changes: readonly DriftChange[]): string {
  const parts = severities.flatMap((severity) => {
    const n = changes.filter((change) => change.severity === severity).length;
    return n === 0 ? [] : [`${n} ${severity}`];
  });
  return `${changes.length} ${changes.length === 1 ? "change" : "changes"} (${parts.join(", ")})`;
}

function changeText({ redact }: Screen, write: Write, change: DriftChange): string {
  const {
    severity,
    kind,
    area,
    key,
    path,
    before,
    after,
    excerpt = [],
    why,
    checks,
    cause,
    vouched,
  } = change;
  const indent = " ".repeat(leadWidth);
  const thing = change.thing === undefined || change.thing === "config" ? area : change.thing;
  const what = `${signs[kind]} ${thing} ${key ?? path}${valuesText(kind, before, after)}`;
  const more = (text: string, style?: Style): string =>
    write({ lead: indent, text: shown(redact(text), 700), style });
  return [
    write({
      lead: severity.toUpperCase().padEnd(leadWidth),
      leadStyle: styles[severity],
      hang: indent,
      text: visible(redact(what)),
    }),
    ...(key === undefined ? [] : [more(path, "dim")]),
    more(`${why}${checks === undefined ? "" : ` (OpenClaw's own audit: ${checks.join(", ")})`}`),
    ...(cause === undefined ? [] : [more(cause.says, cause.kind === "nothing" ? "yellow" : undefined)]),
    ...(vouched === undefined ? [] : [more(vouched, "green")]),
    ...excerpt.map((line) => write({ lead: `${indent}│ `, text: shown(redact(line), 200), style: "dim" })),
  ].join("");
}

function valuesText(
  kind: DriftChange["kind"],
  before: string | undefined,
  after: string | undefined,
): string {
  if (before === undefined && after === undefined) return "";
  if (kind === "added") return `: ${after ?? ""}`;
  if (kind === "removed") return `: ${before ?? ""}`;
  return `: ${before ?? "(nothing)"} → ${after ?? "(nothing)"}`;
}

/** What would be trusted: unusual things first, then how much of each kind. */
export function trustText(screen: Screen, now: Holding, unusual: readonly Finding[]): string {
  const write = writer(screen);
  return [
    write({
      text:
        unusual.length === 0
          ? "no rule finds anything unusual in what is there now"
          : "unusual, and trusted from now on if you say yes:",
      style: "bold",
    }),
    ...unusual.flatMap(({ severity, title, summary }) => [
      write({
        lead: severity.toUpperCase().padEnd(leadWidth),
        leadStyle: styles[severity],
        hang: " ".repeat(leadWidth),
        text: shown(screen.redact(`${title}: ${summary}`), 500),
      }),
    ]),
    "\n",
    write({ text: "the baseline would hold:", style: "bold" }),
    ...countsOf(now).map((held) => write({ lead: "  ", text: holdsText(held) })),
    ...blindTexts(now).map((text) =>
      write({ lead: "not read: ", leadStyle: "yellow", text: shown(screen.redact(text), 600) }),
    ),
    "\n",
  ].join("");
}

export interface ThingCount {
  readonly area: string;
  readonly thing: string;
  readonly count: number;
}

/** How many of each kind, keys for the config. */
export function thingCounts(now: Holding): readonly ThingCount[] {
  return countsOf(now).map(({ area, thing, count }) => ({
    area,
    thing: thing === "config" ? "config keys" : thing,
    count,
  }));
}

interface Held {
  readonly area: string;
  readonly thing: Thing;
  readonly count: number;
}

function countsOf({ records }: Holding): readonly Held[] {
  const counts = new Map<Thing, Held>();
  for (const { thing, fields } of records.values()) {
    const { area } = thingFacts(thing);
    const more = thing === "config" ? fields.size : 1;
    counts.set(thing, { area, thing, count: (counts.get(thing)?.count ?? 0) + more });
  }
  return [...counts.values()].sort((a, b) => (a.area < b.area ? -1 : a.area > b.area ? 1 : 0));
}

/** "    6 credentials", the numbers below one another. */
function holdsText({ area, thing, count }: Held): string {
  const { noun, many } = thingFacts(thing);
  const one = thing === "config" ? "key of the config" : noun.replace(/^an? /, "");
  const indent = " ".repeat(Math.max(0, 5 - String(count).length));
  return `${area.padEnd(leadWidth + 2)} ${indent}${counted(count, one, many)}`;
}

export function blindTexts({ coverage }: Holding): readonly string[] {
  return [...coverage].flatMap(([kind, { outcome, reason }]) =>
    outcome === "ok" ? [] : [`${kind}: ${reason ?? outcome}`],
  );
}
