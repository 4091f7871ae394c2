import type { TimelineEvent } from "../model/evidence.ts";
import { markdown as md } from "./escape.ts";
import { time } from "./sections.ts";
import type { ReportInput } from "./view.ts";

const rowsMax = 80;

/** Events that say the same, one right after the other. */
interface Row {
  readonly first: TimelineEvent;
  last: TimelineEvent;
  times: number;
}

/**
 * The events that matter: marked ones first of all, and the newest of the rest up to the limit, in order of time. What
 * repeats itself is one row, so that a polling job does not push everything else out.
 */
export function timeline(input: ReportInput): readonly string[] {
  const all = condensed(input.timeline);
  const marked = all.filter(({ first }) => first.severity !== undefined);
  const rest = all.filter(({ first }) => first.severity === undefined);
  const room = Math.max(0, rowsMax - marked.length);
  const chosen = [...marked.slice(-rowsMax), ...(room === 0 ? [] : rest.slice(-room))].sort(
    ({ first: a }, { first: b }) => a.ts.localeCompare(b.ts) || a.id.localeCompare(b.id),
  );
  const left = input.timelineTotal - chosen.reduce((sum, { times }) => sum + times, 0);
  return [
    "| time (UTC) | source | what happened |",
    "|---|---|---|",
    ...chosen.map(text),
    ...(left > 0 ? ["", `${left} more events: \`claw-ir timeline ${input.caseId}\``] : []),
  ];
}

function condensed(events: readonly TimelineEvent[]): readonly Row[] {
  const rows: Row[] = [];
  for (const event of events) {
    const row = rows.at(-1);
    if (row === undefined || !isSame(row.first, event)) rows.push({ first: event, last: event, times: 1 });
    else {
      row.last = event;
      row.times += 1;
    }
  }
  return rows;
}

function isSame(a: TimelineEvent, b: TimelineEvent): boolean {
  return a.source === b.source && a.message === b.message && a.severity === b.severity;
}

function text({ first, last, times }: Row): string {
  const mark = first.severity === undefined ? "" : `**${first.severity}** `;
  const more = times === 1 ? "" : ` (${times} times until ${time(last.ts)})`;
  return `| ${time(first.ts)} | ${md(first.source, 40)} | ${mark}${md(first.message, 240)}${more} |`;
}
