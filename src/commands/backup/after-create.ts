/** Around the making of a backup: it is recorded and logged, copied elsewhere, older ones pruned, and a failure is told. */
import { dirname } from "node:path";
import type { SealResult } from "../../archive/index.ts";
import { recordRun } from "../../case/status.ts";
import { ClawError, exits, messageOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { noteCopied } from "../../preserve/backup/catalog.ts";
import { backupsFolder, executePrune, type Keep, planPrune, withBackupLock } from "../../preserve/index.ts";
import { checkDestinations, copyArchive, type Copy } from "../../preserve/offsite/index.ts";
import type { Scene } from "../incident.ts";
import { type Outcome, watchedRun } from "../schedule/watched.ts";
import { type AfterOptions, keepOf, placeOf } from "./after-options.ts";
import { jsonOf, resultText } from "./create-screen.ts";

/** A copy that did not come about. */
interface NoCopy {
  readonly to: string;
  readonly verified: false;
  readonly error: string;
}

/**
 * Runs `seal` and what was asked for after it, says what became of it and gives the exit code: 3 where the backup is made and
 * something after it failed. Throws what `seal` throws, after it was recorded.
 */
export async function createAround(
  at: Scene,
  options: AfterOptions,
  seal: () => Promise<SealResult>,
): Promise<number> {
  await checkDestinations(at.host, (options.copyTo ?? []).map(placeOf));
  return watched(at, options, async () => {
    const result = await seal();
    const copies = await copyAll(at, options, result);
    const pruned = await pruneAfter(at, keepOf(options), options.scheduled === true);
    tell(at, options, { result, copies, pruned });
    return outcomeOf(result, copies, pruned);
  });
}

/** As a run by a timer or by hand: logged, recorded, and told where it fails. */
export function watched(at: Scene, options: AfterOptions, work: () => Promise<Outcome>): Promise<number> {
  const { host, dataDir } = at;
  const scheduled = options.scheduled === true;
  return watchedRun(host, { kind: "backup", dataDir, scheduled, options }, work);
}

async function copyAll(
  { host, dataDir }: Scene,
  { copyTo = [] }: AfterOptions,
  { archive, sha256 }: SealResult,
): Promise<readonly (Copy | NoCopy)[]> {
  const copies: (Copy | NoCopy)[] = [];
  for (const to of copyTo.map(placeOf)) {
    try {
      const copy = await copyArchive(host, archive, to);
      await noteCopied(host, dataDir, sha256, { to: copy.to, at: copy.at });
      copies.push(copy);
    } catch (error) {
      if (host.signal.aborted) throw error;
      copies.push({ to: shown(to), verified: false, error: messageOf(error) });
    }
  }
  return copies;
}

interface AfterPrune {
  readonly pruned: readonly string[];
  readonly error?: string;
}

/** The options are the operator's word: nobody is asked. */
async function pruneAfter(
  { host, dataDir }: Scene,
  keep: Keep | undefined,
  scheduled: boolean,
): Promise<AfterPrune | undefined> {
  if (keep === undefined) return undefined;
  const startedAt = host.clock.now().toISOString();
  const note = (exit: number, message?: string): Promise<void> =>
    recordRun(host, dataDir, "prune", {
      ...{ startedAt, endedAt: host.clock.now().toISOString(), exit, scheduled },
      ...(message === undefined ? {} : { message }),
    });
  try {
    const { pruned } = await withBackupLock(host, dataDir, async () =>
      executePrune(host, dataDir, await planPrune(host, dataDir, keep)),
    );
    await note(exits.ok);
    return { pruned: pruned.map(({ archive }) => archive) };
  } catch (error) {
    if (host.signal.aborted) throw error;
    const exit = exits[error instanceof ClawError ? error.exit : "failed"];
    await note(exit, messageOf(error)).catch(() => undefined);
    return { pruned: [], error: messageOf(error) };
  }
}

function outcomeOf(
  { archive, partial }: SealResult,
  copies: readonly (Copy | NoCopy)[],
  pruned: AfterPrune | undefined,
): Outcome {
  const lost = copies.flatMap((copy) => (copy.verified ? [] : [`not copied to ${copy.to}: ${copy.error}`]));
  const unpruned = pruned?.error === undefined ? [] : [`not pruned: ${pruned.error}`];
  const [first] = partial;
  const more = partial.length > 1 ? ` and ${partial.length - 1} more` : "";
  const parts = first === undefined ? [] : [`in part: ${first.path}: ${first.reason}${more}`];
  const all = [...lost, ...unpruned, ...parts];
  return {
    exit: all.length === 0 ? exits.ok : exits.partial,
    archive,
    ...(all.length === 0 ? {} : { message: all.join("; ") }),
    tell: lost.length > 0 || unpruned.length > 0,
  };
}

interface Made {
  readonly result: SealResult;
  readonly copies: readonly (Copy | NoCopy)[];
  readonly pruned: AfterPrune | undefined;
}

function tell(
  { host: { terminal }, dataDir }: Scene,
  options: AfterOptions,
  { result, copies, pruned }: Made,
): void {
  if (options.json === true) {
    const more = { ...(options.copyTo === undefined ? {} : { copies }), ...(pruned ?? {}) };
    terminal.out(`${JSON.stringify({ ...jsonOf(result), ...more })}\n`);
    return;
  }
  // A timer's run is silent when all is well, so that cron has nothing to mail.
  if (options.scheduled !== true) {
    const isUsual = dirname(result.archive) === backupsFolder(dataDir);
    const isCopied = copies.some(({ verified }) => verified);
    terminal.out(resultText(terminal, result, { isUsual, isCopied }));
    for (const copy of copies) if (copy.verified) terminal.out(`copied, and verified there: ${copy.to}\n`);
    if (pruned !== undefined) terminal.out(`pruned: ${pruned.pruned.length}\n`);
  }
  for (const copy of copies)
    if (!copy.verified) terminal.err(`not copied to ${copy.to}: ${shown(copy.error, 400)}\n`);
  if (pruned?.error !== undefined) terminal.err(`not pruned: ${shown(pruned.error, 400)}\n`);
}
