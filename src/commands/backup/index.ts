import { Command } from "commander";
import type { MakeCommand } from "../edge.ts";
import { copyCommand } from "./copy.ts";
import { createCommand } from "./create.ts";
import { listCommand } from "./list.ts";
import { pruneCommand } from "./prune.ts";
import { scheduleCommand } from "./schedule.ts";
import { verifyCommand } from "./verify.ts";

export const backupCommand: MakeCommand = (edge, done) =>
  new Command("backup")
    .summary("make, list, verify, copy, prune and schedule sealed backups")
    .addCommand(createCommand(edge, done))
    .addCommand(listCommand(edge, done))
    .addCommand(verifyCommand(edge, done))
    .addCommand(copyCommand(edge, done))
    .addCommand(pruneCommand(edge, done))
    .addCommand(scheduleCommand(edge, done));
