import type { Finding, RotationReceipt } from "../model/evidence.ts";
import { severities } from "../model/outcome.ts";
import { counted, bytesText, durationText } from "../model/text.ts";
import { code, markdown as md } from "./escape.ts";
import type { ReportInput, ReportStep } from "./view.ts";

/** How the incident stands, in sentences a tired person can read first. */
export function summary(input: ReportInput): readonly string[] {
  return [
    `${input.title} on ${md(input.host)}, opened ${time(input.openedAt)}.`,
    contained(input),
    sealed(input),
    found(input.findings),
    rotated(input.receipts),
    input.blindSpots.length === 0
      ? "Every source that was looked for could be read."
      : `${counted(input.blindSpots.length, "source")} could not be read in full: see blind spots.`,
  ];
}

function contained(input: ReportInput): string {
  const stop = input.steps.find((step) => step.id === "contain/stop-gateway");
  if (stop === undefined) return "The gateway was not to be stopped in this playbook.";
  if (stop.state === "done" && input.containedInMs !== undefined)
    return `The gateway is proven down, ${durationText(input.containedInMs)} after the command was started.`;
  if (stop.state === "done") return "The gateway is proven down.";
  return `The gateway is **not** proven down (${stop.state}: ${md(stop.reason ?? "no reason given")}).`;
}

function sealed(input: ReportInput): string {
  const last = input.archives.at(-1);
  if (last === undefined) return "**No sealed archive of the state exists.**";
  const rest = last.partial.length === 0 ? "" : `; ${counted(last.partial.length, "file")} only in part`;
  return `The state is sealed: ${counted(last.files, "file")}, ${bytesText(last.bytes)}${rest}.`;
}

function found(findings: readonly Finding[]): string {
  if (findings.length === 0) return "No mark matched; that is no proof of innocence.";
  const parts = severities
    .map((severity) => ({ severity, n: findings.filter((one) => one.severity === severity).length }))
    .filter(({ n }) => n > 0)
    .map(({ severity, n }) => `${n} ${severity}`);
  return `${counted(findings.length, "finding")}: ${parts.join(", ")}.`;
}

function rotated(receipts: readonly RotationReceipt[]): string {
  if (receipts.length === 0) return "No credential was rotated.";
  const proven = receipts.filter((receipt) => receipt.proven).length;
  return proven === receipts.length
    ? `${counted(proven, "credential")} rotated, each one proven dead.`
    : `${proven} of ${counted(receipts.length, "credential")} rotated and proven; the others are still to be done.`;
}

/** Findings, worst first, each with its evidence and what to do. */
export function findings(input: ReportInput): readonly string[] {
  if (input.findings.length === 0) return ["No mark matched."];
  return sortFindings(input.findings).flatMap((finding) => [
    `### ${finding.severity.toUpperCase()}: ${md(finding.title)}`,
    "",
    `${md(finding.summary, 800)} (rule ${code(finding.rule)}, ${finding.confidence}${attack(finding.attack)})`,
    "",
    ...finding.evidence.slice(0, 10).map((one) => `- ${evidence(one)}`),
    ...(finding.evidence.length > 10 ? [`- and ${finding.evidence.length - 10} more`] : []),
    ...finding.next.map((next) => `- **Next:** ${md(next)}`),
    "",
  ]);
}

export function sortFindings(all: readonly Finding[]): readonly Finding[] {
  return [...all].sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      a.rule.localeCompare(b.rule) ||
      a.id.localeCompare(b.id),
  );
}

function evidence(one: Finding["evidence"][number]): string {
  const place = [one.path, one.locator].filter((part) => part !== undefined).join(" ");
  const excerpt = one.excerpt === undefined ? "" : `: ${code(one.excerpt, 300)}`;
  return `${code(place === "" ? one.artifact : place)}${excerpt}`;
}

function attack(ids: readonly string[]): string {
  return ids.length === 0 ? "" : `, ATT&CK ${ids.join(", ")}`;
}

export function steps(all: readonly ReportStep[]): readonly string[] {
  return [
    "| stage | step | how it ended |",
    "|---|---|---|",
    ...all.map((step) => {
      const reason = step.reason === undefined ? "" : `: ${md(step.reason, 300)}`;
      return `| ${step.stage} | ${md(step.title)} | ${step.state}${reason} |`;
    }),
  ];
}

export function rotations(receipts: readonly RotationReceipt[]): readonly string[] {
  if (receipts.length === 0) return ["Nothing was rotated."];
  return [
    "| credential | old | new | steps | proven |",
    "|---|---|---|---|---|",
    ...receipts.map((receipt) => {
      const what = receipt.steps
        .map((step) => `${step.step} ${step.outcome}: ${md(step.evidence, 160)}`)
        .join("<br>");
      const proven = receipt.proven ? "yes" : "**no**";
      return `| ${md(receipt.label)} (${md(receipt.kind)}) | ${code(receipt.old)} | ${code(receipt.new)} | ${what} | ${proven} |`;
    }),
    ...receipts
      .filter((receipt) => receipt.residue.length > 0)
      .flatMap((receipt) => [
        "",
        `The old value of ${md(receipt.label)} still stands in:`,
        ...receipt.residue.map((place) => `- ${code([place.path, place.locator].filter(Boolean).join(" "))}`),
      ]),
  ];
}

export function time(iso: string): string {
  return md(iso)
    .replace("T", " ")
    .replace(/\.\d+Z$|Z$/, "");
}
