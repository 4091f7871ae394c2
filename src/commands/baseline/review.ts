import { Command, Option } from "commander";
import { type Reviewed, reviewed } from "../../analyse/index.ts";
import type { MakeCommand } from "../edge.ts";
import { enter } from "../incident.ts";
import { withCommonOptions, type CommonOptions } from "../options.ts";
import { withSeen } from "./observe.ts";
import { withOwn } from "./own.ts";
import { runReview } from "./review-run.ts";

interface ReviewOptions extends CommonOptions {
  readonly all?: true;
  readonly only?: string;
}

/** What `--only` takes: the names of the commands that list the same. */
const words: Readonly<Record<string, Reviewed>> = {
  devices: "device",
  keys: "authorized-key",
  jobs: "cron-job",
  skills: "skill",
};

export const reviewCommand: MakeCommand = (edge, done) =>
  reviewOf(
    new Command("review")
      .summary("say of each device, key, job and skill whether you know it")
      .description(
        "Walks through paired devices, authorized keys, jobs and skills. Each is marked as known (whose, a note) or to be removed, and the answer is kept with the baseline: the next incident starts from what a person has vouched for. What has changed since is asked about again.",
      )
      .addOption(new Option("--only <what>", "only these").choices(Object.keys(words))),
    ({ only }) => (only === undefined ? reviewed : [words[only] ?? "device"]),
  )(edge, done);

/** `claw-ir devices review`: a sub-command of whatever lists the devices. */
export const devicesReviewCommand: MakeCommand = (edge, done) =>
  reviewOf(
    new Command("review")
      .summary("say of each paired device whether you know it")
      .description(
        "Walks through the paired devices. Each is marked as known (whose, a note) or to be removed, and the answer is kept with the baseline.",
      ),
    () => ["device"],
  )(edge, done);

function reviewOf(command: Command, things: (options: ReviewOptions) => readonly Reviewed[]): MakeCommand {
  return (edge, done) =>
    withCommonOptions(command.option("--all", "ask again about what was answered before")).action(
      async (_: ReviewOptions, own: Command) => {
        // A parent with options of its own, as `devices`, is given those that stand behind "review".
        const options = own.optsWithGlobals<ReviewOptions>();
        const at = await enter(edge, options);
        try {
          const exit = await withSeen(at, { keeps: options.dryRun !== true, judged: true }, (seen) =>
            withOwn(at.host, at.dataDir, seen.scratch, (own) =>
              runReview(at, seen, own, {
                things: things(options),
                again: options.all === true,
                json: options.json === true,
                dryRun: options.dryRun === true,
              }),
            ),
          );
          done(exit);
        } finally {
          await at.leave();
        }
      },
    );
}
