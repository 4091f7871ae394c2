import { Command } from "commander";
import {
  commitOwn,
  type Holding,
  judge,
  marks,
  type OwnBaseline,
  surveyTranscripts,
  vouchedFiles,
} from "../../analyse/index.ts";
import type { Host } from "../../host/host.ts";
import type { Finding } from "../../model/evidence.ts";
import { ClawError, exits } from "../../model/errors.ts";
import { sortFindings } from "../../report/sections.ts";
import type { MakeCommand } from "../edge.ts";
import { enter, type Scene } from "../incident.ts";
import { withCommonOptions, type CommonOptions } from "../options.ts";
import { say } from "../present/page.ts";
import { type Seen, withSeen } from "./observe.ts";
import { declined, withOwn } from "./own.ts";
import { blindTexts, thingCounts, trustText } from "./screen.ts";

interface InitOptions extends CommonOptions {
  readonly message?: string;
}

export const initCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    new Command("init")
      .summary("take what is there now as known good, after showing it")
      .description(
        "Makes a git repository in the data folder and commits what is there now in canonical form: the config per key, skills and identity files as text, jobs, devices, grants, hooks, plugins, MCP servers, credentials as fingerprints, and what the host starts by itself. Unusual things are shown first; nothing is trusted without your yes.",
      )
      .option("-m, --message <text>", "what the commit says (default: init)"),
  ).action(async (options: InitOptions) => {
    const at = await enter(edge, options);
    try {
      done(
        await withSeen(at, { keeps: options.dryRun !== true, judged: true }, (seen) =>
          withOwn(at.host, at.dataDir, seen.scratch, (own) => init(at, seen, own, options)),
        ),
      );
    } finally {
      await at.leave();
    }
  });

async function init(
  at: Scene,
  seen: Seen,
  own: OwnBaseline | undefined,
  options: InitOptions,
): Promise<number> {
  const { host } = at;
  const { terminal } = host;
  const before = own === undefined ? undefined : await own.holding(own.head.commit);
  // A review may have been first: then there is a repository that holds nothing but what was vouched for.
  if (before !== undefined && before.coverage.size > 0) throw existing(own);
  const unusual = unusualOf(at, seen);
  const told = { things: thingCounts(seen.now), unusual, blindSpots: blindTexts(seen.now) };
  if (options.dryRun === true) {
    terminal.out(
      options.json === true
        ? `${JSON.stringify({ dryRun: true, baseline: null, ...told })}\n`
        : trustText({ terminal, redact: seen.redact }, seen.now, unusual),
    );
    return exits.ok;
  }
  if (options.json !== true)
    terminal.err(trustText({ terminal, redact: seen.redact, toErr: true }, seen.now, unusual));
  const commit = await keep(at, seen, own, { before, message: options.message ?? "init" });
  if (options.json === true)
    terminal.out(
      `${JSON.stringify({ baseline: { commit, at: host.clock.now().toISOString() }, ...told })}\n`,
    );
  else tellKept(host, commit);
  // What cannot be seen is told, kept, and counted in every later comparison: the baseline itself is whole.
  return exits.ok;
}

interface Keep {
  readonly before: Holding | undefined;
  readonly message: string;
}

async function keep(
  { host, dataDir }: Scene,
  seen: Seen,
  own: OwnBaseline | undefined,
  { before, message }: Keep,
): Promise<string> {
  const yes = await host.prompt.confirm({
    id: "baseline.init",
    message: "Trust all of this, so that only changes are told from now on?",
    default: false,
    explicit: true,
  });
  if (!yes) throw declined("nothing was taken as known good");
  const files = new Map([...seen.now.files, ...(before === undefined ? [] : vouchedFiles(before))]);
  return commitOwn(host, dataDir, seen.scratch, { files, message, parent: own?.head.commit });
}

function tellKept({ terminal }: Host, commit: string): void {
  terminal.out(`the baseline is commit ${commit.slice(0, 12)}\n`);
  say(
    terminal,
    "after every change that you meant: claw-ir baseline commit -m TEXT",
    "who holds which device and key: claw-ir baseline review",
  );
}

function existing(own: OwnBaseline | undefined): ClawError {
  return new ClawError(`there is a baseline already, of ${own?.head.at.slice(0, 10) ?? "before"}`, {
    exit: "failed",
    code: "baseline-exists",
    hint: "claw-ir baseline diff shows what changed since, claw-ir baseline commit takes it in",
  });
}

/** What the marks say, worst first: they judge what is there, not what an incident did. */
function unusualOf(at: Scene, { readings, state, redact }: Seen): readonly Finding[] {
  const { host, installation } = at;
  const { findings } = judge(marks, {
    readings,
    calls: surveyTranscripts(state.transcripts(), redact),
    config: installation.config,
    gatewayPort: installation.gatewayPort,
    window: {},
    now: host.clock.now().toISOString(),
    known: {},
    redact,
  });
  return sortFindings(findings);
}
