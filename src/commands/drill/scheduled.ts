/** Drills by a timer: run when one is due, logged, and told where they fail. */
import { Option, type Command } from "commander";
import { resolve } from "node:path";
import type { Unlock } from "../../archive/index.ts";
import { readStatus } from "../../case/status.ts";
import { ClawError, exits } from "../../model/errors.ts";
import type { When } from "../../preserve/schedule/index.ts";
import { passphraseWords, placeOf } from "../backup/after-options.ts";
import type { Scene } from "../incident.ts";
import { type ArchiveOptions, withArchive } from "../restic-archive.ts";
import { type ScheduleOptions } from "../schedule/options.ts";
import { runSchedule } from "../schedule/run.ts";
import { type TellOptions, watchedRun } from "../schedule/watched.ts";

export interface DrillTimerOptions extends ArchiveOptions, TellOptions {
  readonly ifDue?: true;
  readonly scheduled?: true;
  readonly dueDays?: number;
  readonly gateway?: boolean;
}

/** Looked at so often; a drill that is due within this time is made now, so that none is ever overdue. */
const everyDays = 7;
const weekly: When = { every: "week", day: "Sun", hour: 4, minute: 30 };

/** What a timer's run takes, on `drill` and on `drill schedule`. */
export function withTimerOptions(command: Command): Command {
  return command
    .option("--on-failure <file>", "program to run when it fails; gets a JSON description on stdin")
    .option("--webhook-from <file>", "file with the https address to POST a failure to, as JSON")
    .addOption(new Option("--scheduled", "it runs by a timer").hideHelp());
}

/** Runs `drill` on the archive or snapshot, or says that none is due. */
export async function drillByTimer(
  at: Scene,
  options: DrillTimerOptions,
  archive: () => Promise<string>,
  drill: (file: string, unlock: () => Promise<Unlock>, name?: string) => Promise<number>,
): Promise<number> {
  const { host, dataDir } = at;
  const due = options.ifDue === true ? await nextDue(at) : undefined;
  if (due !== undefined) {
    if (options.json === true) host.terminal.out(`${JSON.stringify({ due: false, nextDue: due })}\n`);
    else if (options.scheduled !== true) host.terminal.out(`no drill is due before ${due.slice(0, 10)}\n`);
    return exits.ok;
  }
  const run = async (): Promise<number> => withArchive(at, options, await archive(), drill);
  const isWatched =
    options.scheduled === true || options.onFailure !== undefined || options.webhookFrom !== undefined;
  if (!isWatched || options.dryRun === true) return run();
  const scheduled = options.scheduled === true;
  return watchedRun(host, { kind: "drill", dataDir, scheduled, options, recorded: true }, async () => ({
    exit: await run(),
  }));
}

/** When the next one is due; undefined if that is now, or within a week. */
async function nextDue({ host, dataDir }: Scene): Promise<string | undefined> {
  const { last, lastGood } = (await readStatus(host, dataDir)).drill;
  const due = last !== undefined && last.endedAt === lastGood?.endedAt ? lastGood.nextDue : undefined;
  if (due === undefined) return undefined;
  const left = Date.parse(due) - host.clock.now().getTime();
  return left > everyDays * 24 * 3600_000 ? due : undefined;
}

/** `drill schedule`, and `drill --schedule`. */
export function scheduleDrill(at: Scene, options: ScheduleOptions & DrillTimerOptions): Promise<number> {
  const { repository } = options;
  const writable = repository?.startsWith("/") === true ? [repository] : [];
  return runSchedule(at, options, {
    what: "drill",
    words: [
      "drill",
      ...(repository === undefined ? [] : ["restic:latest"]),
      "--if-due",
      "--scheduled",
      ...wordsOf(options),
    ],
    writable: [...writable, at.target.stateDir],
    usual: weekly,
    precheck: () => checkOpens(options),
  });
}

/** A drill that could open nothing is not installed: nobody is there to give it a key. */
function checkOpens({ repository, privateKey, passphraseFrom }: DrillTimerOptions): Promise<void> {
  if (repository !== undefined || privateKey !== undefined || passphraseFrom !== undefined)
    return Promise.resolve();
  return Promise.reject(
    new ClawError("a scheduled drill has nothing that opens the backups", {
      exit: "usage",
      code: "no-private-key",
      hint: "name it with --private-key or --passphrase-from FILE; where no key shall lie on this host, drill by hand: claw-ir ready says when one is due",
    }),
  );
}

function wordsOf(options: DrillTimerOptions): readonly string[] {
  const { repository, gateway, dueDays } = options;
  const files = {
    "--private-key": options.privateKey,
    "--restic-password-file": options.resticPasswordFile,
    "--on-failure": options.onFailure,
    "--webhook-from": options.webhookFrom,
  };
  return [
    ...passphraseWords(options),
    ...Object.entries(files).flatMap(([flag, file]) => (file === undefined ? [] : [flag, resolve(file)])),
    ...(repository === undefined ? [] : ["--repository", placeOf(repository)]),
    ...(gateway === undefined ? [] : [gateway ? "--gateway" : "--no-gateway"]),
    ...(dueDays === undefined ? [] : ["--due-days", String(dueDays)]),
  ];
}
