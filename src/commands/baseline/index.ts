import { Command } from "commander";
import type { MakeCommand } from "../edge.ts";
import { commitCommand } from "./commit.ts";
import { diffCommand } from "./diff.ts";
import { initCommand } from "./init.ts";
import { logCommand } from "./log.ts";
import { restoreFileCommand } from "./restore-file.ts";
import { reviewCommand } from "./review.ts";

export const baselineCommand: MakeCommand = (edge, done) =>
  new Command("baseline")
    .summary("the known-good state: take it, compare, bring a file back")
    .addCommand(initCommand(edge, done))
    .addCommand(commitCommand(edge, done))
    .addCommand(diffCommand(edge, done))
    .addCommand(logCommand(edge, done))
    .addCommand(restoreFileCommand(edge, done))
    .addCommand(reviewCommand(edge, done));
