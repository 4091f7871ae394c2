import { Option, type Command } from "commander";
import { type SchedulerId, schedulerIds, type WhenOptions } from "../../preserve/schedule/index.ts";
import type { CommonOptions } from "../options.ts";

export interface ScheduleOptions extends CommonOptions, WhenOptions {
  readonly install?: true;
  readonly uninstall?: true;
  readonly with?: SchedulerId;
}

/** When, by what, and whether to do it. */
export function withScheduleOptions(command: Command): Command {
  return command
    .option("--daily <time>", "every day at HH:MM")
    .option("--weekly <when...>", "every week, such as: --weekly Sun 04:00")
    .option("--hourly", "every hour")
    .addOption(
      new Option(
        "--with <scheduler>",
        "default: systemd where it answers, launchd on macOS, else cron",
      ).choices([...schedulerIds]),
    )
    .option("--install", "put it in place, after showing it and asking; without it, it is only shown")
    .option("--uninstall", "take away what --install has put in place");
}
