import { Command, Option } from "commander";
import type { Host } from "../host/host.ts";
import { openCase } from "../case/index.ts";
import { exits } from "../model/errors.ts";
import { severities, type Severity } from "../model/outcome.ts";
import { playbooks } from "../playbooks/index.ts";
import type { MakeCommand } from "./edge.ts";
import { atLeast, forPeople } from "./findings.ts";
import { enter, runIncident, type Scene } from "./incident.ts";
import { withCommonOptions, type CommonOptions } from "./options.ts";
import { sortFindings } from "../report/sections.ts";

interface CollectOptions extends CommonOptions {
  readonly failOn?: Severity;
}

export const collectCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    new Command("collect")
      .summary("a case without a playbook: collect, analyse, print findings")
      .description(
        "Collects and analyses without changing anything outside the case folder, and prints the findings.",
      )
      .option("--full", "list the files of every local file system, not only where intruders write")
      .addOption(
        new Option("--fail-on <level>", "exit 4 if there is a finding this severe").choices([...severities]),
      ),
  ).action(async (options: CollectOptions) => {
    const at = await enter(edge, options);
    try {
      let id: string | undefined;
      // One JSON object at the end instead of a stream: the events only tell which case it is.
      const quiet: Scene = {
        ...at,
        presenter: {
          ...at.presenter,
          event: (event) => {
            if (event.type === "case" && event.id !== null) id = event.id;
            if (options.json !== true || options.dryRun === true) at.presenter.event(event);
          },
        },
      };
      const exit = await runIncident(quiet, playbooks.collect);
      const found = id === undefined ? 0 : await tell(at, id, options);
      done(found > 0 ? exits.findings : exit);
    } finally {
      await at.leave();
    }
  });

/** Prints what was collected and returns how many findings reach --fail-on. */
async function tell(at: Scene, id: string, options: CollectOptions): Promise<number> {
  const subject = await openCase(at.host, { dataDir: at.dataDir, id });
  try {
    const findings = sortFindings(subject.findings.all());
    if (options.json === true) at.host.terminal.out(`${JSON.stringify(collected(at, subject, at.host))}\n`);
    else at.host.terminal.out(`\n${forPeople(at.host.terminal, findings)}`);
    return options.failOn === undefined ? 0 : findings.filter((one) => atLeast(one, options.failOn)).length;
  } finally {
    await subject.release();
  }
}

function collected(at: Scene, subject: Awaited<ReturnType<typeof openCase>>, { facts }: Host): unknown {
  const { installation, target } = at;
  let from: string | null = null;
  let to: string | null = null;
  for (const { ts } of subject.timeline.each()) {
    from ??= ts;
    to = ts;
  }
  return {
    case: { id: subject.info.id, path: subject.info.path },
    openclaw: {
      found: installation.found,
      version: installation.version ?? null,
      layout: installation.layout,
      stateDir: target.toHost(target.stateDir),
      profile: target.profile ?? null,
      agents: installation.agents.map((agent) => agent.id),
    },
    host: { hostname: facts.hostname, os: facts.os },
    artifacts: subject.evidence.all(),
    findings: sortFindings(subject.findings.all()),
    notEvaluated: subject.findings.allNotEvaluated(),
    timeline: { events: subject.timeline.count(), from, to },
  };
}
