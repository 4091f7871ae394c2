import { Command, Option } from "commander";
import type { Finding } from "../model/evidence.ts";
import { exits } from "../model/errors.ts";
import { severities, type Severity } from "../model/outcome.ts";
import { shown } from "../model/text.ts";
import { sortFindings } from "../report/sections.ts";
import type { MakeCommand } from "./edge.ts";
import { withCase } from "./incident.ts";
import { withCommonOptions, type CommonOptions } from "./options.ts";

interface FindingsOptions extends CommonOptions {
  readonly severity?: Severity;
  readonly rule?: string;
  readonly failOn?: Severity;
}

export const findingsCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    new Command("findings")
      .summary("what is wrong, worst first")
      .argument("[case]", "the case (default: the newest open one)")
      .addOption(new Option("--severity <level>", "at least this severe").choices([...severities]))
      .option("--rule <id>", "only this rule's")
      .addOption(
        new Option("--fail-on <level>", "exit 4 if there is one this severe").choices([...severities]),
      ),
  ).action(async (id: string | undefined, options: FindingsOptions) => {
    await withCase(edge, options, id, (subject, host) => {
      const found = sortFindings(subject.findings.all()).filter(
        (one) => atLeast(one, options.severity) && (options.rule === undefined || one.rule === options.rule),
      );
      const text = options.json === true ? `${JSON.stringify(found)}\n` : forPeople(found);
      host.terminal.out(text);
      const bad = options.failOn !== undefined && found.some((one) => atLeast(one, options.failOn));
      done(bad ? exits.findings : exits.ok);
    });
  });

export function atLeast(finding: Finding, severity: Severity | undefined): boolean {
  return severity === undefined || severities.indexOf(finding.severity) <= severities.indexOf(severity);
}

/** One paragraph a finding: severity and title, what was seen, where, what to do. */
export function forPeople(found: readonly Finding[]): string {
  if (found.length === 0) return "no finding\n";
  const paragraphs = found.map((finding) =>
    [
      `${finding.severity.toUpperCase()}  ${shown(finding.title)}  (${finding.rule}, ${finding.confidence})`,
      `  ${shown(finding.summary, 600)}`,
      ...finding.evidence
        .slice(0, 5)
        .map(
          (one) =>
            `  · ${shown([one.path ?? one.artifact, one.locator, one.excerpt].filter(Boolean).join(" · "), 300)}`,
        ),
      ...finding.next.map((next) => `  → ${shown(next, 300)}`),
    ].join("\n"),
  );
  return `${paragraphs.join("\n\n")}\n`;
}
