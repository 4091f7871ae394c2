import type { Host } from "../../host/host.ts";
import { stages, type Stage } from "../../model/stages.ts";
import { durationText, shown } from "../../model/text.ts";
import { earlierReason } from "../../playbooks/progress.ts";
import type { RunEvent, RunSummary, Step } from "../../playbooks/types.ts";
import { attended } from "./attend.ts";
import { closingLines } from "./closing.ts";
import { page, type Line, type Style } from "./page.ts";
import type { Presenter } from "./presenter.ts";
import { progressOn, type Progress } from "./progress.ts";

type StepEvent = Extract<RunEvent, { type: "step" }>;
type Announced = Pick<Step, "stage" | "title">;

export interface HumanOptions {
  readonly verbose: boolean;
  /** The command that goes on with a case, where one can. */
  readonly carryOn: (caseId: string) => string | undefined;
}

const about: Readonly<Record<Stage, string>> = {
  volatile: "record what a stop would destroy",
  contain: "stop the gateway and prove that it is down",
  preserve: "seal the evidence before anything is changed",
  collect: "read every trace, from copies",
  analyse: "what happened",
  rotate: "new secrets in place, old ones dead",
  recover: "bring it back, and prove it",
  report: "write down what happened and what is left to do",
};

const marks = {
  done: ["green", "✓", "done"],
  partial: ["yellow", "◐", "IN PART"],
  skipped: ["dim", "–", "skipped"],
  declined: ["yellow", "○", "declined"],
  failed: ["red", "✗", "FAILED"],
} as const satisfies Record<string, readonly [Style, string, string]>;

/**
 * For people, on stderr: each stage as a heading, each step as one line; a step that says or asks something becomes a block
 * with its title above. The outcome goes to stdout.
 */
export function humanPresenter(host: Host, options: HumanOptions): Presenter {
  const screen = new Screen(host, options);
  return {
    expect: (steps) => screen.expect(steps),
    event: (event) => {
      if (event.type === "case") screen.write(opened(event.path));
      else if (event.type === "summary") screen.close(event);
      else if (event.state === "started") screen.started(event);
      else screen.ended(event);
    },
    say: (text) => screen.say(text),
    attend: (inner) =>
      attended(inner, {
        asking: () => screen.asking(),
        answered: () => screen.answered(),
        progress: (text) => screen.detail(text),
      }),
    broken: (carryOn) => screen.broken(carryOn),
  };
}

/** What stands on the screen, and what is being done. */
class Screen {
  readonly #host: Host;
  readonly #options: HumanOptions;
  readonly #progress: Progress;
  readonly #ended: StepEvent[] = [];
  #coming: readonly Announced[] = [];
  #stage: Stage | undefined;
  #running: Announced | undefined;
  /** The title of the step stands there already. */
  #isOpen = false;
  #earlier = 0;

  constructor(host: Host, options: HumanOptions) {
    this.#host = host;
    this.#options = options;
    this.#progress = progressOn(host);
  }

  write(line: Line): void {
    const { terminal } = this.#host;
    terminal.err(page(terminal, terminal.stderrIsTty, line));
  }

  expect(steps: readonly Announced[]): void {
    this.#coming = steps;
  }

  started(event: StepEvent): void {
    this.#heading(event.stage);
    this.#running = event;
    this.#progress.start(event.title);
  }

  ended(event: StepEvent): void {
    this.#progress.stop();
    this.#ended.push(event);
    this.#running = undefined;
    if (event.reason === earlierReason) this.#earlier += 1;
    else {
      this.#heading(event.stage);
      for (const line of endLines(event, this.#isOpen, this.#options.verbose)) this.write(line);
    }
    this.#isOpen = false;
  }

  say(text: string): void {
    // Before the first step there is nothing that a remark could belong to.
    if (this.#running !== undefined) this.#open();
    this.write(remark(text));
  }

  asking(): void {
    this.#progress.pause();
    this.#open();
  }

  answered(): void {
    this.#progress.goOn();
  }

  detail(text: string): void {
    this.#progress.detail(shown(text, 120));
  }

  close(summary: RunSummary): void {
    this.#progress.stop();
    const { terminal } = this.#host;
    const lines = closingLines(summary, this.#ended, this.#options.carryOn);
    for (const line of lines) terminal.out(page(terminal, terminal.stdoutIsTty, line));
  }

  broken(carryOn: string | undefined): void {
    this.#progress.stop();
    const title = this.#running?.title;
    if (title === undefined && carryOn === undefined) return;
    this.write({ text: "" });
    if (title !== undefined) this.write({ lead: "  ✗ ", leadStyle: "red", text: `interrupted: ${title}` });
    if (carryOn !== undefined)
      this.write({ lead: "  to carry on: ", text: carryOn, style: "bold", whole: true });
  }

  #heading(next: Stage): void {
    const isNew = next !== this.#stage;
    if (isNew || this.#running === undefined) this.#tellEarlier();
    if (!isNew) return;
    this.#stage = next;
    const lead = `${stages.indexOf(next) + 1}/${stages.length} ${next}`;
    this.write({ text: "" });
    this.write({ lead: `${lead}  `, leadStyle: "bold", text: about[next], style: "dim" });
  }

  #tellEarlier(): void {
    if (this.#earlier === 0) return;
    const count = `${this.#earlier} ${this.#earlier === 1 ? "step was" : "steps were"}`;
    this.write({ lead: "  – ", text: `${count} finished in an earlier run`, style: "dim" });
    this.#earlier = 0;
  }

  #open(): void {
    const step = this.#running ?? this.#coming[this.#ended.at(-1)?.seq ?? 0];
    if (this.#isOpen || step === undefined) return;
    this.#heading(step.stage);
    this.write({ lead: "  ▸ ", leadStyle: "cyan", text: step.title });
    this.#isOpen = true;
  }
}

function opened(path: string | null): Line {
  return path === null
    ? { text: "dry run: nothing is changed" }
    : { lead: "case folder ", leadStyle: "dim", text: shown(path, 400), whole: true };
}

/**
 * Behind a rule, because it may quote the host: marks and titles stand where the rule stands, and nothing else does.
 * Leading spaces and a bullet or number are kept as the indent of what follows.
 */
function remark(text: string): Line {
  const line = shown(text, 1000);
  const own = /^ *(?:- |\d{1,3}\. )?/.exec(line)?.[0] ?? "";
  const rule = "  │ ";
  return {
    lead: rule + own,
    hang: rule + " ".repeat(own.length),
    leadStyle: "dim",
    text: line.slice(own.length),
  };
}

function endLines(event: StepEvent, isOpen: boolean, verbose: boolean): readonly Line[] {
  if (event.state === "started") return [];
  const [style, mark, word] = marks[event.state];
  const isQuiet = event.state === "done" || event.state === "skipped";
  const title = isQuiet ? event.title : `${word}: ${event.title}`;
  const head: Line = {
    lead: `  ${mark} `,
    leadStyle: style,
    text: (isOpen ? word : title) + timeOf(event),
    style: event.state === "done" ? undefined : style,
  };
  const told = event.reason === undefined ? "" : shown(event.reason, 800);
  const reason: Line = { lead: "    ", text: told, style: isQuiet ? "dim" : undefined };
  return [head, ...(told === "" ? [] : [reason]), ...(verbose ? receiptLines(event) : [])];
}

function timeOf({ startedAt, endedAt }: StepEvent): string {
  const took = endedAt === undefined ? 0 : Date.parse(endedAt) - Date.parse(startedAt);
  return took >= 1000 ? `  ${durationText(took)}` : "";
}

function receiptLines({ receipt }: StepEvent): readonly Line[] {
  if (receipt === undefined) return [];
  const lines = JSON.stringify(receipt, undefined, 2).split("\n");
  return lines.map((line) => {
    const indent = /^ */.exec(line)?.[0] ?? "";
    return { lead: `    ${indent}`, text: shown(line.slice(indent.length), 400), style: "dim" };
  });
}
