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
    // The first step's trouble is what the outcome says already.
    ...troubles(summary.exit === exits.notFound ? steps.slice(1) : steps),
    ...facts(summary, steps),
    ...(next.length === 0 ? [] : [{ text: "" }, { text: "What to do now", style: "bold" as const }]),
    ...next.map((line, index) => ({ ...line, lead: `  ${index + 1}. ` })),
  ];
}

function outcome({ exit, outcome: told }: RunSummary): Line {
  if (exit === exits.ok) return { text: "DONE", style: "green" };
  if (exit === exits.partial)
    return { text: "DONE IN PART: something is still open, failed or unproven", style: "yellow" };
  if (exit === exits.notFound) return { text: `NOTHING EXAMINED: ${shown(told, 400)}`, style: "red" };
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
  summary: RunSummary,
  steps: readonly StepEvent[],
  carryOn: string | undefined,
): readonly Line[] {
  const open = summary.rotations.pending + summary.rotations.failed;
  return [
    ...stillRunning(summary.exit, steps),
    ...(carryOn === undefined ? [] : commands(carryOn, steps, open)),
    ...(summary.report === null
      ? []
      : [{ text: `Read the report: its next steps name ${openText(open)}what only you can do.` }]),
    ...(summary.archives.length === 0
      ? []
      : [{ text: "Copy the sealed archive off this host, and keep what opens it elsewhere." }]),
  ];
}

function stillRunning(exit: number, steps: readonly StepEvent[]): readonly Line[] {
  if (exit === exits.notFound)
    return [{ text: "Run it again on the right state: nothing is proven about its gateway." }];
  const stop = steps.find(({ id }) => id === "contain/stop-gateway");
  if (stop?.state !== "failed" && stop?.state !== "partial") return [];
  return [{ text: "The gateway is NOT proven down: stop it by hand now.", style: "red" }];
}

function commands(carryOn: string, steps: readonly StepEvent[], open: number): readonly Line[] {
  const start = steps.find(({ id }) => id === "recover/start-gateway");
  const when =
    open === 0 ? "To start the gateway" : "When you have the missing keys, and to start the gateway";
  return [
    ...(steps.some(({ state }) => state === "failed") ? [`Try again what failed: ${carryOn}`] : []),
    ...(start?.state === "declined" ? [`${when}: ${carryOn}`] : []),
  ].map((text) => ({ text, whole: true }));
}

function openText(open: number): string {
  if (open === 0) return "";
  return `the ${open === 1 ? "open rotation" : `${open} open rotations`} and `;
}
