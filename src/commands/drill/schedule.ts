import { Command } from "commander";
import type { MakeCommand } from "../edge.ts";
import { withRepositoryOptions } from "../backup/after-options.ts";
import { enter } from "../incident.ts";
import { withCommonOptions } from "../options.ts";
import { type ScheduleOptions, withScheduleOptions } from "../schedule/options.ts";
import { withUnlockOptions } from "../unlock.ts";
import { type DrillTimerOptions, scheduleDrill, withTimerOptions } from "./scheduled.ts";

export const scheduleCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    withTimerOptions(withRepositoryOptions(withUnlockOptions(withScheduleOptions(new Command("schedule")))))
      .summary("show, install or take away scheduled drills")
      .description(
        "Shows the timer, crontab line or launch agent that looks every week whether a drill is due (every 90 days) and makes it (default: Sunday 04:30); with --install puts it in place.",
      ),
  ).action(async (own: ScheduleOptions & DrillTimerOptions, command: Command) => {
    // `drill` has some of the options, too, and commander gives it those.
    const options = { ...own, ...command.optsWithGlobals<ScheduleOptions & DrillTimerOptions>() };
    const at = await enter(edge, options, { make: options.install === true && options.dryRun !== true });
    try {
      done(await scheduleDrill(at, options));
    } finally {
      await at.leave();
    }
  });
