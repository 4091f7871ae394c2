import { Command, Option } from "commander";
import { changesOf, computeCost, groupings, type Grouping, type Spending } from "../analyse/index.ts";
import { createRedactor, fingerprintKey } from "../case/index.ts";
import type { Redactor } from "../case/types.ts";
import { ClawError, exits } from "../model/errors.ts";
import { shown } from "../model/text.ts";
import { openState } from "../openclaw/index.ts";
import { priceTable } from "../playbooks/template.ts";
import type { MakeCommand } from "./edge.ts";
import { enter, type Scene } from "./incident.ts";
import { withCommonOptions, type CommonOptions } from "./options.ts";
import { table } from "./present/table.ts";
import { timeOption } from "./time-option.ts";

interface CostOptions extends CommonOptions {
  readonly since?: string;
  readonly until?: string;
  readonly by: Grouping;
}

export const costCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    new Command("cost")
      .summary("what was spent, from the transcripts, offline")
      .description(
        "Adds up what OpenClaw's transcripts record. Reads copies; needs no gateway and no network.",
      )
      .option("--since <time>", "from this time on: a date, a time, or an age such as 7d")
      .option("--until <time>", "up to this time")
      .addOption(new Option("--by <what>", "how to group it").choices([...groupings]).default("trigger")),
  ).action(async (options: CostOptions) => {
    // It reads only, with --dry-run as well: all it needs is a place for its copies.
    const at = await enter(edge, options, { make: true });
    try {
      if (!at.installation.found) {
        throw new ClawError("no OpenClaw state was found", {
          exit: "notFound",
          code: "no-state",
          hint: at.installation.problems[0] ?? "name it with --state-dir",
        });
      }
      const { spending, problems } = await compute(at, options);
      const report = spending.report(options.by);
      if (options.json === true) at.host.terminal.out(`${JSON.stringify(report)}\n`);
      else at.host.terminal.out(forPeople(at, spending, options.by));
      for (const problem of problems) at.host.terminal.err(`not read: ${shown(problem, 300)}\n`);
      done(problems.length === 0 ? exits.ok : exits.partial);
    } finally {
      await at.leave();
    }
  });

async function compute(
  at: Scene,
  options: CostOptions,
): Promise<{ readonly spending: Spending; readonly problems: readonly string[] }> {
  const { host } = at;
  const now = host.clock.now();
  const since = timeOption("--since", options.since, now);
  const until = timeOption("--until", options.until, now);
  const redactor = createRedactor(await fingerprintKey(host, at.dataDir));
  const scratch = await host.fs.scratch(at.dataDir, "cost-");
  try {
    return await read(at, {
      scratch,
      redactor,
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
    });
  } finally {
    await host.fs.removeScratch(scratch);
  }
}

interface Reading {
  readonly scratch: string;
  readonly redactor: Redactor;
  readonly since?: string;
  readonly until?: string;
}

async function read(
  { host, installation, dataDir }: Scene,
  { scratch, redactor, ...window }: Reading,
): Promise<{ readonly spending: Spending; readonly problems: readonly string[] }> {
  const state = await openState(host, installation, scratch);
  try {
    for (const { secret } of (await state.credentials()).records)
      if (secret !== undefined) redactor.learn(secret);
    const prices = await priceTable(host, dataDir);
    const transcripts = state.transcripts();
    const sessions = state.sessions();
    const jobs = state.cronJobs();
    const spending = computeCost({
      events: transcripts.events,
      sessions: sessions.records,
      jobs: jobs.records,
      config: installation.config.value,
      ...(prices === undefined ? {} : { prices }),
      changes: changesOf(
        {
          configWrites: state.configWrites(),
          cronJobs: jobs,
          skills: await state.skills(),
          boots: state.boots(),
          devices: state.devices(),
        },
        (text) => redactor.text(text),
      ),
      ...window,
    });
    const reasons = [sessions.reason, jobs.reason].filter((reason) => reason !== undefined);
    return { spending, problems: [...transcripts.problems, ...reasons] };
  } finally {
    await state.close();
  }
}

function forPeople({ host }: Scene, spending: Spending, by: Grouping): string {
  const report = spending.report(by);
  const ordered =
    by === "hour" || by === "day" ? report.buckets : [...report.buckets].sort((a, b) => b.cost - a.cost);
  const rows = ordered.map((bucket) => [
    bucket.cost.toFixed(2),
    String(bucket.messages),
    String(bucket.input + bucket.cacheRead + bucket.cacheWrite),
    String(bucket.output),
    bucket.key,
  ]);
  const breakers = spending
    .breakers(0.05)
    .map(
      ({ name, kind, cost, share }) =>
        `  ${kind} ${shown(name, 60)}: ${cost.toFixed(2)} USD, ${(share * 100).toFixed(0)} %`,
    );
  return [
    `${report.total.toFixed(2)} ${report.currency} in all${report.estimated > 0 ? ` (${report.estimated.toFixed(2)} of it estimated from prices)` : ""}`,
    ...(report.unpriced.messages > 0
      ? [`${report.unpriced.messages} messages have no price and are not in it`]
      : []),
    "",
    table(host.terminal.width, ["USD", "messages", "tokens in", "tokens out", by], rows),
    ...(breakers.length > 0 ? ["what could be paused:", ...breakers, ""] : []),
    ...report.spikes
      .slice(0, 3)
      .map(
        (spike) =>
          `spike: ${spike.at.slice(0, 16)} ${spike.cost.toFixed(2)} USD, ${spike.factor.toFixed(1)} times the usual`,
      ),
    "",
  ].join("\n");
}
