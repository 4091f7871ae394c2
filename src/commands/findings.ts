import { Command, Option } from "commander";
import type { HostTerminal } from "../host/host.ts";
import type { Finding } from "../model/evidence.ts";
import { exits } from "../model/errors.ts";
import { severities, type Severity } from "../model/outcome.ts";
import { shown } from "../model/text.ts";
import { sortFindings } from "../report/sections.ts";
import type { MakeCommand } from "./edge.ts";
import { withCase } from "./incident.ts";
import { withCommonOptions, type CommonOptions } from "./options.ts";
import { page, type Line } from "./present/page.ts";

/** Of one finding; there may be hundreds. */
const shownPlaces = 5;

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
      const text = options.json === true ? `${JSON.stringify(found)}\n` : forPeople(host.terminal, found);
      host.terminal.out(text);
      const bad = options.failOn !== undefined && found.some((one) => atLeast(one, options.failOn));
      done(bad ? exits.findings : exits.ok);
    });
  });

export function atLeast(finding: Finding, severity: Severity | undefined): boolean {
  return severity === undefined || severities.indexOf(finding.severity) <= severities.indexOf(severity);
}

/** One paragraph a finding: severity and title, what was seen, where, what to do. */
export function forPeople(terminal: HostTerminal, found: readonly Finding[]): string {
  if (found.length === 0) return "no finding\n";
  const paragraphs = found.map((finding) =>
    linesOf(finding)
      .map((line) => page(terminal, terminal.stdoutIsTty, line))
      .join(""),
  );
  return paragraphs.join("\n");
}

const styles = { critical: "red", high: "red", medium: "yellow", low: "cyan", info: "dim" } as const;

function linesOf({ severity, title, rule, confidence, summary, evidence, next }: Finding): readonly Line[] {
  const places = evidence.map(({ path, artifact, locator, excerpt }) =>
    [path ?? artifact, locator, excerpt].filter(Boolean).join(" · "),
  );
  const more = places.length - shownPlaces;
  return [
    {
      lead: `${severity.toUpperCase()}  `,
      leadStyle: styles[severity],
      text: `${shown(title)}  (${rule}, ${confidence})`,
      style: "bold",
    },
    { lead: "  ", text: shown(summary, 600) },
    ...places.slice(0, shownPlaces).map((place) => ({ lead: "  · ", text: shown(place, 300) })),
    ...(more > 0 ? [{ lead: "  · ", text: `and ${more} more: --json has all` }] : []),
    ...next.map((one) => ({ lead: "  → ", text: shown(one, 300) })),
  ];
}
