import { Command, Option } from "commander";
import {
  type BaselineDiff,
  commitNamed,
  diffBaseline,
  type OwnBaseline,
  openBaselines,
} from "../../analyse/index.ts";
import { ClawError, exits } from "../../model/errors.ts";
import { severities, type Severity } from "../../model/outcome.ts";
import { parseConfigText } from "../../openclaw/index.ts";
import type { MakeCommand } from "../edge.ts";
import { enter, type Scene } from "../incident.ts";
import { withCommonOptions, type CommonOptions } from "../options.ts";
import { type Seen, withSeen } from "./observe.ts";
import { compare, noBaseline, withOwn } from "./own.ts";
import { diffText } from "./screen.ts";

interface DiffOptions extends CommonOptions {
  readonly since?: string;
  readonly failOn?: Severity;
}

export const diffCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    new Command("diff")
      .summary("what changed since the baseline, how bad it is, and what did it")
      .description(
        "Compares what is there now with the last commit of the baseline. Without one, a git repository of yours in the state folder or a workspace is compared with; neither its config nor its hooks are honoured.",
      )
      .option("--since <commit>", "compare with this commit of the baseline (default: the last one)")
      .addOption(
        new Option("--fail-on <level>", "exit 4 if there is a change this severe").choices([...severities]),
      ),
  ).action(async (options: DiffOptions) => {
    const at = await enter(edge, options, { make: false });
    try {
      done(
        await withSeen(at, { keeps: false, judged: false }, (seen) =>
          withOwn(at.host, at.dataDir, seen.scratch, (own) => run(at, seen, own, options)),
        ),
      );
    } finally {
      await at.leave();
    }
  });

async function run(
  at: Scene,
  seen: Seen,
  own: OwnBaseline | undefined,
  options: DiffOptions,
): Promise<number> {
  const { terminal } = at.host;
  const diff = await diffOf(at, seen, own, options.since);
  const { baseline, changes, uncovered, problems } = diff;
  if (options.json === true) {
    const told = seen.redactor.json({ baseline, changes, uncovered, problems });
    terminal.out(`${JSON.stringify(told)}\n`);
  } else {
    terminal.out(diffText({ terminal, redact: seen.redact }, diff));
  }
  if (changes.some((change) => reaches(change.severity, options.failOn))) return exits.findings;
  return problems.length === 0 ? exits.ok : exits.partial;
}

function reaches(severity: Severity, level: Severity | undefined): boolean {
  return level !== undefined && severities.indexOf(severity) <= severities.indexOf(level);
}

async function diffOf(
  at: Scene,
  seen: Seen,
  own: OwnBaseline | undefined,
  since: string | undefined,
): Promise<BaselineDiff> {
  if (own !== undefined) {
    const commit = await commitNamed(own, since);
    if ((await own.holding(commit.commit)).coverage.size > 0) return compare(at, seen, own, commit);
  }
  if (since !== undefined) throw noBaseline();
  return ofOperator(at, seen);
}

/** The repositories of the operator's own, as one comparison; told with the first one's commit. */
async function ofOperator(at: Scene, { scratch, redactor }: Seen): Promise<BaselineDiff> {
  const { host, target, installation } = at;
  const opened = await openBaselines(host, installation, scratch);
  const diffs: BaselineDiff[] = [];
  for (const one of opened) {
    try {
      diffs.push(await diffBaseline(host, one, { target, redactor, parse: parseConfigText }));
    } finally {
      await one.reader.close();
    }
  }
  const [first] = diffs;
  if (first === undefined) throw await nothingThere(at);
  const { commit, at: time } = first.baseline;
  return {
    baseline: { commit, at: new Date(time).toISOString() },
    folder: first.folder,
    changes: diffs
      .flatMap(({ changes }) => changes)
      .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity)),
    uncovered: diffs.flatMap(({ uncovered }) => uncovered),
    problems: diffs.flatMap(({ problems }) => problems),
  };
}

async function nothingThere({ host }: Scene): Promise<ClawError> {
  if (await host.git.available()) return noBaseline();
  return new ClawError("git is not installed, and a baseline is a git repository", {
    exit: "failed",
    code: "no-git",
    hint: "install git",
  });
}
