import mustache from "mustache";
import { counted, bytesText } from "../model/text.ts";
import { code, markdown as md } from "./escape.ts";
import { findings, rotations, steps, summary, time } from "./sections.ts";
import { timeline } from "./timeline.ts";
import type { ReportInput } from "./view.ts";

/**
 * Fills a Markdown template (`templates/incident.md`, `templates/postmortem.md`, or the user's own copy of them).
 * Mustache has no logic, so a template cannot run anything; every value is escaped here before it goes in.
 */
export function render(template: string, input: ReportInput): string {
  const text = mustache.render(template, view(input), undefined, { escape: (value: string) => value });
  return `${text.replaceAll(/\n{3,}/g, "\n\n").trim()}\n`;
}

function view(input: ReportInput): Record<string, unknown> {
  return {
    ...heads(input),
    summary: lines(summary(input).map((line) => `- ${line}`)),
    answers: input.answers.map(({ question, answer }) => ({ question: md(question), answer: md(answer) })),
    timeline: lines(timeline(input)),
    findings: lines(findings(input)),
    steps: lines(steps(input.steps)),
    rotations: lines(rotations(input.receipts)),
    hasSwitchedOff: input.switchedOff.length > 0,
    switchedOff: input.switchedOff.map((one) => ({
      what: md(one.what),
      how: md(one.how),
      inverse: md(one.inverse),
    })),
    archives: input.archives.map(archiveView),
    blindSpots: blindSpots(input),
    hasBlindSpots: input.blindSpots.length + input.notEvaluated.length > 0,
    cost:
      input.cost === undefined
        ? undefined
        : { lines: lines(input.cost.lines.map((line) => `- ${md(line)}`)) },
    next: nextSteps(input).map((text) => ({ text })),
    notes: input.notes.map(({ at, text }) => ({ at: time(at), text: md(text, 1000) })),
    hasNotes: input.notes.length > 0,
    worked: input.steps.filter((step) => step.state === "done").map((step) => ({ text: md(step.title) })),
    didNotWork: input.steps
      .filter((step) => ["failed", "partial", "declined"].includes(step.state))
      .map((step) => ({
        text: `${md(step.title)}: ${step.state}${step.reason === undefined ? "" : `, ${md(step.reason)}`}`,
      })),
  };
}

function heads(input: ReportInput): Record<string, unknown> {
  const first = input.findings
    .map((finding) => finding.firstSeen)
    .filter((at) => at !== undefined)
    .sort()[0];
  return {
    title: md(input.title),
    caseId: md(input.caseId),
    casePath: code(input.casePath),
    playbook: md(input.playbook),
    host: md(input.host),
    openclaw: md(input.openclaw),
    tool: md(input.tool),
    openedAt: time(input.openedAt),
    writtenAt: time(input.writtenAt),
    firstSeen: first === undefined ? "not known" : time(first),
    journalEntries: `${input.journal.entries} ${input.journal.entries === 1 ? "entry" : "entries"}`,
    journalHead: code(input.journal.head),
    findingCount: input.findings.length,
    artifactCount: input.artifacts.length,
  };
}

function archiveView(archive: ReportInput["archives"][number]): Record<string, unknown> {
  const keys = archive.recipients.map((recipient) => code(recipient));
  return {
    file: code(archive.archive, 400),
    size: bytesText(archive.bytes),
    files: counted(archive.files, "file"),
    sha256: code(archive.sha256),
    opensWith: [...keys, ...(archive.passphrase ? ["the passphrase you chose"] : [])].join(", "),
    partial: archive.partial.slice(0, 50).map((one) => ({ path: code(one.path), reason: md(one.reason) })),
  };
}

function blindSpots(input: ReportInput): string {
  return lines([
    ...input.blindSpots.map((spot) => `- ${md(spot.source)}: ${spot.outcome}, ${md(spot.reason)}`),
    ...unjudged(input),
  ]);
}

/** Many rules wait for the same thing: it is said once. */
function unjudged({ notEvaluated }: ReportInput): readonly string[] {
  return [...Map.groupBy(notEvaluated, ({ reason }) => reason)].map(([reason, of]) => {
    const names = of.map(({ rule }) => code(rule)).join(", ");
    return `- ${of.length === 1 ? "rule" : "rules"} ${names} could not be judged: ${md(reason)}`;
  });
}

/** What is open, most urgent first: failed steps, unproven rotations, then what only people can do. */
function nextSteps(input: ReportInput): readonly string[] {
  const failed = input.steps
    .filter((step) => step.state === "failed")
    .map(
      (step) =>
        `${md(step.title)} failed: ${md(step.reason ?? "no reason given")}. Mend it, then \`claw-ir resume ${input.caseId}\`.`,
    );
  const open = input.receipts
    .filter((receipt) => !receipt.proven)
    .map((receipt) => `Finish the rotation of ${md(receipt.label)}: ${openSteps(receipt)}.`);
  return [...failed, ...open, ...input.remember.map((text) => md(text, 600))];
}

function openSteps(receipt: ReportInput["receipts"][number]): string {
  const open = receipt.steps
    .filter((step) => !["done", "by-user"].includes(step.outcome))
    .map((step) => step.step);
  return open.length === 0 ? "the proof is missing" : `still open: ${open.join(", ")}`;
}

function lines(all: readonly string[]): string {
  return all.join("\n");
}
