import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import type { Unlock } from "../../archive/index.ts";
import { listCases } from "../../case/index.ts";
import { ClawError, exits } from "../../model/errors.ts";
import { noteDrilled } from "../../preserve/index.ts";
import { newestBackup, runDrill, type Drilled, type GatewayWish } from "../../recover/index.ts";
import { abortReason } from "../abort-reason.ts";
import type { MakeCommand } from "../edge.ts";
import { enter, type Scene } from "../incident.ts";
import { withCommonOptions } from "../options.ts";
import { progressOn } from "../present/progress.ts";
import { withRepositoryOptions } from "../backup/after-options.ts";
import { withUnlockOptions } from "../unlock.ts";
import { listCommand } from "./list.ts";
import { scheduleCommand } from "./schedule.ts";
import { drillByTimer, scheduleDrill, withTimerOptions, type DrillTimerOptions } from "./scheduled.ts";
import { planText, resultText } from "./screen.ts";

export interface DrillOptions extends DrillTimerOptions {
  readonly scratch?: string;
  readonly openclaw?: string;
  /** --gateway, --no-gateway; undefined: where nothing speaks against it. */
  readonly gateway?: boolean;
  readonly dueDays: number;
  readonly schedule?: true;
}

/** Ninety days, as ISO 27001 auditors and insurers ask for quarterly tests. */
const usualDueDays = 90;

export const drillCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    withTimerOptions(
      withRepositoryOptions(
        withUnlockOptions(
          new Command("drill")
            .summary("prove that a backup can be restored")
            .description(
              "Restores an archive into a private folder, checks every file and database, starts a real gateway on the copy with channels, jobs and hooks off, and removes everything again. The live gateway and its state are not touched.",
            )
            .argument(
              "[archive]",
              "a path, a name in backup list, or restic:SNAPSHOT (default: the newest backup)",
            )
            .option(
              "--scratch <dir>",
              "where to restore to for the time of the drill (default: the data folder)",
            )
            .option("--openclaw <path>", "the OpenClaw program to start (default: the one that runs here)")
            .option(
              "--gateway",
              "start the gateway although a case is open: it runs the plugins of the backup",
            )
            .option("--no-gateway", "check files, databases and config only")
            .option("--due-days <n>", "when the next drill is due", days, usualDueDays)
            .option("--if-due", "only if one is due within a week")
            .addOption(new Option("--schedule", "the same as: drill schedule").hideHelp()),
        ),
      ),
    ),
  )
    .addCommand(listCommand(edge, done))
    .addCommand(scheduleCommand(edge, done))
    .action(async (archive: string | undefined, options: DrillOptions) => {
      const at = await enter(edge, options);
      try {
        if (options.schedule === true) done(await scheduleDrill(at, options));
        else done(await drillOne(at, archive, options));
      } finally {
        await at.leave();
      }
    });

function days(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError("a number of days is needed");
  return Number(text);
}

interface Drillable {
  readonly archive: string;
  readonly unlock: () => Promise<Unlock>;
  /** What it is called where it is not a file of the user's. */
  readonly name: string | undefined;
}

function drillOne(at: Scene, named: string | undefined, options: DrillOptions): Promise<number> {
  const archive = async (): Promise<string> => named ?? (await newest(at, options));
  return drillByTimer(at, options, archive, (file, unlock, name) =>
    drill(at, { archive: file, unlock, name }, options),
  );
}

function newest({ host, dataDir }: Scene, { demo, dataDir: given }: DrillOptions): Promise<string> {
  if (demo !== true || given !== undefined) return newestBackup(host, dataDir);
  throw new ClawError("the demonstration has no backup yet", {
    exit: "notFound",
    code: "no-backup",
    hint: "make one: claw-ir backup create --demo -o FILE; then: claw-ir drill FILE --demo",
  });
}

async function drill(
  at: Scene,
  { archive, unlock: unlocking, name }: Drillable,
  options: DrillOptions,
): Promise<number> {
  const { host, dataDir, installation } = at;
  const { terminal } = host;
  const gateway = await wishOf(at, options);
  const scratchParent = options.scratch === undefined ? dataDir : resolve(options.scratch);
  if (options.dryRun === true) {
    const plan = { archive, scratch: scratchParent, gateway };
    terminal.out(options.json === true ? `${JSON.stringify({ plan })}\n` : planText(terminal, plan));
    return exits.ok;
  }
  const unlock = await unlocking();
  const progress = progressOn(host);
  let drilled: Drilled;
  try {
    const { dueDays, scheduled = false } = options;
    drilled = await runDrill(host, {
      ...{ archive, unlock, dataDir, scratchParent, gateway, installation, dueDays, scheduled, progress },
    });
  } catch (error) {
    throw host.signal.aborted ? withoutResume(abortReason(host) ?? error) : error;
  } finally {
    progress.stop();
  }
  if (name === undefined) await note(at, drilled);
  const result = name === undefined ? drilled.result : { ...drilled.result, archive: name };
  return tell(at, { ...drilled, result }, options);
}

/** What a backup is worth is remembered with it: retention keeps the last one that could be restored. */
async function note({ host, dataDir }: Scene, { result, error }: Drilled): Promise<void> {
  const saysSomething = error === undefined || error.exit === "tampered";
  if (result.kind !== "backup" || result.sha256 === null || !saysSomething) return;
  await noteDrilled(host, dataDir, result.sha256, result.verdict);
}

/** Ctrl-C and the time budget: a drill is not carried on. */
function withoutResume(error: unknown): unknown {
  if (!(error instanceof ClawError)) return error;
  const hint = "nothing of the drill is left: the gateway was ended and the copy removed";
  return new ClawError(error.message, { exit: error.exit, code: error.code, hint, cause: error });
}

async function wishOf(
  { host, dataDir }: Scene,
  { gateway, openclaw, demo }: DrillOptions,
): Promise<GatewayWish> {
  if (demo === true && openclaw === undefined)
    return { start: false, reason: "the demonstration has no OpenClaw", asked: true };
  if (gateway === false) return { start: false, reason: "left out by --no-gateway", asked: true };
  const open =
    gateway === true ? [] : (await listCases(host, dataDir)).filter(({ state }) => state === "open");
  const [first] = open;
  if (first !== undefined) {
    const reason = `case ${first.id} is open, and the backup may hold what the intruder left; --gateway starts it all the same`;
    return { start: false, reason, asked: false };
  }
  return { start: true, ...(openclaw === undefined ? {} : { openclaw: resolve(openclaw) }) };
}

/** A wrong key and the like say nothing of the archive: then there is only the error. */
function tell({ host }: Scene, { result, error }: Drilled, { json, verbose }: DrillOptions): number {
  const isTold = error === undefined || error.exit === "tampered";
  if (json === true) host.terminal.out(`${JSON.stringify(result)}\n`);
  else if (isTold) host.terminal.out(resultText(host.terminal, result, verbose === true));
  if (error !== undefined && (json === true || !isTold)) throw error;
  return result.exit;
}
