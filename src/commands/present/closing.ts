import { exits } from "../../model/errors.ts";
import { durationText, shown } from "../../model/text.ts";
import type { RunEvent, RunSummary } from "../../playbooks/types.ts";
import type { Line, Style } from "./page.ts";

type StepEvent = Extract<RunEvent, { type: "step" }>;

/** The last lines of a run: how it ended, what was proven, what is not, and what to do now. */
export function closingLines(
  summary: RunSummary,
  steps: readonly StepEvent[],
  carryOn: (caseId: string) => string | undefined,
): readonly Line[] {
  if (summary.case === null) return [{ text: "" }, { text: summary.outcome, style: "bold" }];
  const next = nextLines(summary, steps, carryOn(summary.case));
  return [
    { text: "" },
    outcome(summary),
    ...troubles(steps),
    ...facts(summary, steps),
    ...(next.length === 0 ? [] : [{ text: "" }, { text: "What to do now", style: "bold" as const }]),
    ...next.map((line, index) => ({ ...line, lead: `  ${index + 1}. ` })),
  ];
}

function outcome({ exit }: RunSummary): Line {
  if (exit === exits.ok) return { text: "DONE", style: "green" };
  if (exit === exits.partial)
    return { text: "DONE IN PART: something is still open, failed or unproven", style: "yellow" };
  if (exit === exits.notFound) return { text: "NOTHING EXAMINED: no OpenClaw state was found", style: "red" };
  return { text: "FAILED", style: "red" };
}

const words: Readonly<Record<string, readonly [Style, string]>> = {
  failed: ["red", "✗ failed    "],
  partial: ["yellow", "◐ in part   "],
  declined: ["yellow", "○ declined  "],
};

function troubles(steps: readonly StepEvent[]): readonly Line[] {
  return steps.flatMap(({ state, title, reason }) => {
    const [style, word] = words[state] ?? [];
    if (style === undefined || word === undefined) return [];
    const why = reason === undefined ? "" : `: ${shown(reason, 300)}`;
    return [{ lead: `  ${word}`, leadStyle: style, text: title + why }];
  });
}

function facts(summary: RunSummary, steps: readonly StepEvent[]): readonly Line[] {
  const { findings, rotations, containedInMs } = summary;
  const rows: (readonly [string, string])[] = [];
  if (containedInMs !== null)
    rows.push(["gateway", `proven down ${durationText(containedInMs)} after the start`]);
  for (const archive of summary.archives) rows.push(["sealed", shown(archive, 400)]);
  // Where nothing was judged, no findings are no good news.
  if (steps.some(({ id, state }) => id === "analyse/marks" && state !== "skipped")) {
    const { critical, high, medium, low } = findings;
    rows.push(["findings", `${critical} critical, ${high} high, ${medium} medium, ${low} low`]);
  }
  const counts: readonly (readonly [number, string])[] = [
    [rotations.proven, "proven"],
    [rotations.done, "replaced but not proven"],
    [rotations.pending, "still open"],
    [rotations.failed, "failed"],
  ];
  const told = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  if (told.length > 0) rows.push(["rotations", told.join("; ")]);
  if (summary.report !== null) rows.push(["report", shown(summary.report, 400)]);
  if (summary.case !== null) rows.push(["case", summary.case]);
  return rows.map(([name, text]) => ({
    lead: `  ${name.padEnd(10)}  `,
    leadStyle: "dim",
    text,
    whole: true,
  }));
}

function nextLines(
  { exit, rotations, report, archives }: RunSummary,
  steps: readonly StepEvent[],
  carryOn: string | undefined,
): readonly Line[] {
  const open = rotations.pending + rotations.failed;
  const stop = steps.find(({ id }) => id === "contain/stop-gateway");
  const lines: Line[] = [];
  if (exit === exits.notFound)
    lines.push({ text: "Name the state with --state-dir, --home or --profile, and run it again." });
  if (stop?.state === "failed" || stop?.state === "partial")
    lines.push({ text: "The gateway is NOT proven down: stop it by hand now.", style: "red" });
  if (carryOn !== undefined && steps.some(({ state }) => state === "failed"))
    lines.push({ text: `Try again what failed: ${carryOn}`, whole: true });
  if (report !== null)
    lines.push({
      text: `Read the report: its next steps name ${open === 0 ? "" : `the ${open === 1 ? "open rotation" : `${open} open rotations`} and `}what only you can do.`,
    });
  if (archives.length > 0)
    lines.push({ text: "Copy the sealed archive off this host, and keep what opens it elsewhere." });
  return lines;
}
