import { join } from "node:path";
import { Command } from "commander";
import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import { configuredRecipients, loadRecipients } from "../../preserve/index.ts";
import { checkDestinations, listSnapshots } from "../../preserve/offsite/index.ts";
import type { MakeCommand } from "../edge.ts";
import { enter, type Scene } from "../incident.ts";
import { withCommonOptions } from "../options.ts";
import { type ScheduleOptions, withScheduleOptions } from "../schedule/options.ts";
import { runSchedule } from "../schedule/run.ts";
import { type AfterOptions, placeOf, repositoryOf, withAfterOptions, wordsOf } from "./after-options.ts";

type Options = ScheduleOptions & AfterOptions;

export const scheduleCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    withAfterOptions(withScheduleOptions(new Command("schedule")))
      .summary("show, install or take away scheduled backups")
      .description(
        "Shows the timer, crontab line or launch agent that makes a backup at a time; with --install puts it in place. Other options are those of the backup.",
      ),
  ).action(async (options: Options) => {
    const at = await enter(edge, options, { make: options.install === true && options.dryRun !== true });
    try {
      const words = ["backup", "create", "--scheduled", ...wordsOf(options)];
      const writable = writableOf(at, options);
      const precheck = (): Promise<void> => check(at, options);
      done(await runSchedule(at, options, { what: "backup", words, writable, precheck }));
    } finally {
      await at.leave();
    }
  });

/** SQLite's readers write to the `-shm` beside a live database, so the state folder is one of them. */
function writableOf({ host, target, installation }: Scene, options: Options): readonly string[] {
  const { home } = host.facts;
  const copies = (options.copyTo ?? []).map(placeOf).filter((place) => place.startsWith("/"));
  const usesRclone = (options.copyTo ?? []).some((place) => /^(?:rclone|sftp|s3):/.test(place));
  const repository = options.repository === undefined ? "" : placeOf(options.repository);
  return [
    target.stateDir,
    ...installation.outside,
    ...copies,
    // rclone writes a token that it got anew into its configuration.
    ...(usesRclone ? [join(home, ".config", "rclone"), join(home, ".cache", "rclone")] : []),
    ...(options.via === undefined ? [] : [join(home, ".cache", "restic")]),
    ...(repository.startsWith("/") ? [repository] : []),
  ];
}

/** A run that could never succeed is not installed: nobody is there to read why. */
async function check({ host, dataDir }: Scene, options: Options): Promise<void> {
  await checkDestinations(host, (options.copyTo ?? []).map(placeOf));
  const repository = repositoryOf(options);
  if (repository !== undefined) {
    await listSnapshots(host, repository);
    return;
  }
  if ((options.recipient ?? []).length > 0) await loadRecipients(host, dataDir, options.recipient ?? []);
  else if (options.passphraseFrom === undefined) await needsRecipient(host, dataDir);
}

async function needsRecipient(host: Host, dataDir: string): Promise<void> {
  if ((await configuredRecipients(host, dataDir)).usable.length > 0) return;
  throw new ClawError("a scheduled backup has nobody to seal to", {
    exit: "usage",
    code: "no-recipient",
    hint: "make or import a key (claw-ir key generate), or name one with --recipient or --passphrase-from FILE",
  });
}
