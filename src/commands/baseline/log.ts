import { Command } from "commander";
import { exits } from "../../model/errors.ts";
import type { MakeCommand } from "../edge.ts";
import { enter } from "../incident.ts";
import { withCommonOptions, type CommonOptions } from "../options.ts";
import { table } from "../present/table.ts";
import { withScratch } from "./observe.ts";
import { noBaseline, withOwn } from "./own.ts";

const maxCommits = 1000;

export const logCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    new Command("log")
      .summary("the commits of the baseline, newest first")
      .description("Lists when the baseline was taken and when a change was taken in, newest first."),
  ).action(async (options: CommonOptions) => {
    const at = await enter(edge, options, { make: false });
    try {
      const { terminal } = at.host;
      const commits = await withScratch(at, (scratch) =>
        withOwn(at.host, at.dataDir, scratch, async (own) => {
          if (own === undefined) throw noBaseline();
          return own.log(maxCommits);
        }),
      );
      const told = commits.map(({ commit, at: time, subject }) => ({ commit, at: time, subject }));
      const rows = told.map((one) => [
        one.commit.slice(0, 12),
        one.at.slice(0, 19).replace("T", " "),
        one.subject,
      ]);
      if (options.json === true) terminal.out(`${JSON.stringify(told)}\n`);
      else terminal.out(table(terminal.width, ["commit", "when (UTC)", "what"], rows));
      done(exits.ok);
    } finally {
      await at.leave();
    }
  });
