import type { Host } from "../../host/host.ts";
import { durationText, shown } from "../../model/text.ts";
import type { RunEvent, RunSummary } from "../../playbooks/types.ts";

type StepEvent = Extract<RunEvent, { type: "step" }>;

/** Shows a run as it happens. */
export interface Presenter {
  readonly event: (event: RunEvent) => void;
  /** A remark of the running step. */
  readonly say: (text: string) => void;
}

/** The contract's stream: one object per line on stdout. Titles and remarks are for people and stay out. */
export function jsonPresenter(host: Host): Presenter {
  return {
    event: (event) => {
      const { title: _title, ...line } = event.type === "step" ? event : { ...event, title: undefined };
      host.terminal.out(`${JSON.stringify(line)}\n`);
    },
    say: (text) => host.terminal.err(`${shown(text, 1000)}\n`),
  };
}

const marks = {
  done: ["green", "✓"],
  partial: ["yellow", "◐"],
  skipped: ["dim", "–"],
  declined: ["yellow", "○"],
  failed: ["red", "✗"],
} as const;

/** For people: each stage as a heading, each step as a line, remarks below it, all on stderr; the outcome on stdout. */
export function humanPresenter(host: Host): Presenter {
  const { terminal } = host;
  let stage: string | undefined;
  return {
    event: (event) => {
      if (event.type === "case") return opened(host, event.path);
      if (event.type === "summary") return closing(host, event);
      if (event.stage !== stage) {
        stage = event.stage;
        terminal.err(`\n${terminal.paint("bold", stage)}\n`);
      }
      if (event.state === "started") terminal.progress(`  … ${event.title}`);
      else stepEnded(host, event);
    },
    say: (text) => {
      terminal.progress("");
      for (const line of text.split("\n")) terminal.err(`    ${shown(line, 400)}\n`);
    },
  };
}

function opened({ terminal }: Host, path: string | null): void {
  terminal.err(path === null ? "dry run: nothing is changed\n" : `case folder: ${shown(path, 400)}\n`);
}

function stepEnded({ terminal }: Host, event: StepEvent): void {
  if (event.state === "started") return;
  const [style, mark] = marks[event.state];
  const took = event.endedAt === undefined ? 0 : Date.parse(event.endedAt) - Date.parse(event.startedAt);
  const time = took >= 1000 ? terminal.paint("dim", `  ${durationText(took)}`) : "";
  terminal.progress("");
  terminal.err(`  ${terminal.paint(style, mark)} ${event.title}${time}\n`);
  if (event.reason !== undefined && event.reason !== "") {
    const text = `${event.state === "done" ? "" : `${event.state}: `}${shown(event.reason, 600)}`;
    terminal.err(`    ${event.state === "done" ? terminal.paint("dim", text) : text}\n`);
  }
}

function closing({ terminal }: Host, summary: RunSummary): void {
  const style = summary.exit === 0 ? "green" : summary.exit === 3 ? "yellow" : "red";
  const { findings, rotations } = summary;
  const lines = [
    "",
    terminal.paint(style, summary.outcome),
    ...(summary.containedInMs === null
      ? []
      : [`gateway proven down after ${durationText(summary.containedInMs)}`]),
    `findings: ${findings.critical} critical, ${findings.high} high, ${findings.medium} medium, ${findings.low} low`,
    `rotations: ${rotations.proven} proven, ${rotations.done} done but not proven, ${rotations.pending} open, ${rotations.failed} failed`,
    ...summary.archives.map((archive) => `sealed:   ${shown(archive, 400)}`),
    ...(summary.report === null ? [] : [`report:   ${shown(summary.report, 400)}`]),
    ...(summary.case === null ? [] : [`case:     ${summary.case}`]),
  ];
  terminal.out(`${lines.join("\n")}\n`);
}
