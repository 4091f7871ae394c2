import { Command } from "commander";
import { type BaselineDiff, carriedOver, commitOwn, type OwnBaseline } from "../../analyse/index.ts";
import { exits } from "../../model/errors.ts";
import { counted } from "../../model/text.ts";
import type { MakeCommand } from "../edge.ts";
import { enter, type Scene } from "../incident.ts";
import { withCommonOptions, type CommonOptions } from "../options.ts";
import { type Seen, withSeen } from "./observe.ts";
import { compare, declined, noBaseline, withOwn } from "./own.ts";
import { diffText } from "./screen.ts";

interface CommitOptions extends CommonOptions {
  readonly message?: string;
}

export const commitCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    new Command("commit")
      .summary("take the changes since the last commit as intended, after showing them")
      .description(
        "Shows what differs from the baseline, with what made each change, and commits it on a yes. What could not be read now stays in the baseline as it was.",
      )
      .option("-m, --message <text>", "what the commit says (default: commit)"),
  ).action(async (options: CommitOptions) => {
    const at = await enter(edge, options);
    try {
      done(
        await withSeen(at, { keeps: options.dryRun !== true, judged: false }, (seen) =>
          withOwn(at.host, at.dataDir, seen.scratch, (own) => commit(at, seen, own, options)),
        ),
      );
    } finally {
      await at.leave();
    }
  });

async function commit(
  at: Scene,
  seen: Seen,
  own: OwnBaseline | undefined,
  options: CommitOptions,
): Promise<number> {
  const { terminal } = at.host;
  const old = own === undefined ? undefined : await own.holding(own.head.commit);
  if (own === undefined || old === undefined || old.coverage.size === 0) throw noBaseline();
  const diff = await compare(at, seen, own, own.head);
  const json = options.json === true;
  const files = carriedOver(old, seen.now);
  const isSame = sameFiles(files, old.files);
  const screen = { terminal, redact: seen.redact };
  if (isSame || options.dryRun === true) {
    const unchanged = { ...diff.baseline, unchanged: isSame };
    terminal.out(json ? answer(seen, diff, unchanged) : diffText(screen, diff));
    return partly(diff);
  }
  if (!json) terminal.err(diffText({ ...screen, toErr: true }, diff));
  const message = options.message ?? "commit";
  const id = await keep(at, seen, diff, { files, message, parent: own.head.commit });
  const baseline = { commit: id, at: at.host.clock.now().toISOString(), parent: own.head.commit };
  terminal.out(json ? answer(seen, diff, baseline) : `the baseline is commit ${id.slice(0, 12)}\n`);
  return partly(diff);
}

async function keep(
  { host, dataDir }: Scene,
  { scratch }: Seen,
  { changes }: BaselineDiff,
  keeping: Parameters<typeof commitOwn>[3],
): Promise<string> {
  const yes = await host.prompt.confirm({
    id: "baseline.commit",
    message: `Did you mean all of this, so that it belongs to the baseline (${counted(changes.length, "change")})?`,
    default: false,
    explicit: true,
  });
  if (!yes) throw declined("the baseline stays as it was");
  return commitOwn(host, dataDir, scratch, keeping);
}

function partly({ problems }: BaselineDiff): number {
  return problems.length === 0 ? exits.ok : exits.partial;
}

function answer(
  { redactor }: Seen,
  { changes, uncovered, problems }: BaselineDiff,
  baseline: object,
): string {
  return `${JSON.stringify(redactor.json({ baseline, changes, uncovered, problems }))}\n`;
}

function sameFiles(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([path, text]) => b.get(path) === text);
}
