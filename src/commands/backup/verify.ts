import { basename } from "node:path";
import { Command } from "commander";
import type { Unlock } from "../../archive/index.ts";
import type { Host } from "../../host/host.ts";
import { ClawError, type Exit, exits, messageOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { listBackups, type VerifiedBackup, verifyBackup } from "../../preserve/index.ts";
import { abortReason } from "../abort-reason.ts";
import { archiveFile } from "../archive-name.ts";
import { withDataDir } from "../data-place.ts";
import type { MakeCommand } from "../edge.ts";
import { withCommonOptions } from "../options.ts";
import { progressOn } from "../present/progress.ts";
import { transferLine } from "../present/transfer-line.ts";
import { hasUnlock, type UnlockOptions, unlockFor, withUnlockOptions } from "../unlock.ts";
import { linesOf, type Outcome } from "./verify-screen.ts";

interface VerifyOptions extends UnlockOptions {
  readonly all?: true;
}

export const verifyCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    withUnlockOptions(
      new Command("verify")
        .summary("prove that an archive is whole and as it was sealed")
        .description(
          "Without a key: size, hash, structure and signature. With --private-key or --passphrase-from: every file against the manifest, and every database. The default is the newest backup.",
        )
        .argument("[archive...]", "paths, or names in backup list (default: the newest backup)")
        .option("--all", "every archive of the data folder"),
    ),
  ).action(async (archives: readonly string[], options: VerifyOptions) => {
    done(await withDataDir(edge, options, (host, dataDir) => verify(host, dataDir, archives, options)));
  });

async function verify(
  host: Host,
  dataDir: string,
  named: readonly string[],
  options: VerifyOptions,
): Promise<number> {
  const archives = await chosen(host, dataDir, named, options);
  const outcomes: Outcome[] = [];
  const progress = progressOn(host);
  let given: Unlock | undefined;
  // Asked for once; the same key or passphrase is tried on each.
  const unlock = async (archive: string): Promise<Unlock | undefined> =>
    hasUnlock(options) ? (given ??= await unlockFor(host, options, archive)) : undefined;
  for (const archive of archives) {
    const outcome = await one(host, archive, async () => {
      const key = await unlock(archive);
      // Not before: a question may stand where the line moves.
      progress.start(`verifying ${shown(basename(archive), 60)}`);
      const line = transferLine(host, progress);
      return verifyBackup(host, dataDir, archive, key, ({ bytes, total }) =>
        line({ done: bytes, ...(total === undefined ? {} : { total }) }),
      );
    }).finally(progress.stop);
    outcomes.push(outcome);
    if (options.json !== true) host.terminal.out(linesOf(host, outcome));
  }
  const exit = worst(outcomes);
  if (options.json === true) {
    host.terminal.out(`${JSON.stringify(jsonOf(outcomes, named, options))}\n`);
    tellFailure(host, outcomes, exit);
  }
  return exit;
}

/** For scripts that look at stderr alone: the failure that the exit code stands for, as any other one is told there. */
function tellFailure(host: Host, outcomes: readonly Outcome[], exit: number): void {
  const error = outcomes
    .flatMap((one) => ("error" in one ? [one.error] : []))
    .find((one) => one.exit === exit);
  if (error !== undefined) host.terminal.err(`${JSON.stringify({ error })}\n`);
}

/** One archive is one object; several, or --all, are an array. */
function jsonOf(outcomes: readonly Outcome[], named: readonly string[], { all }: VerifyOptions): unknown {
  return all === true || named.length > 1 ? outcomes : outcomes[0];
}

async function chosen(
  host: Host,
  dataDir: string,
  named: readonly string[],
  { all }: VerifyOptions,
): Promise<readonly string[]> {
  if (named.length > 0 && all === true) {
    throw new ClawError("--all and named archives exclude one another", {
      exit: "usage",
      code: "all-and-some",
      hint: "leave one of them away",
    });
  }
  if (named.length > 0) return Promise.all(named.map((archive) => archiveFile(host, dataDir, archive)));
  const listed = await listBackups(host, dataDir);
  // What is damaged is verified, too: that is where it is told.
  const ours = listed.filter(
    ({ kind, problem }) => kind !== "foreign" || /damaged|sidecar/.test(problem ?? ""),
  );
  const wanted = all === true ? ours : ours.filter(({ kind }) => kind === "backup").slice(0, 1);
  if (wanted.length > 0) return wanted.map(({ archive }) => archive);
  throw new ClawError("there is no backup to verify", {
    exit: "notFound",
    code: "no-backup",
    hint: "claw-ir backup create makes one; claw-ir backup list shows what there is",
  });
}

async function one(host: Host, archive: string, verifying: () => Promise<VerifiedBackup>): Promise<Outcome> {
  try {
    return await verifying();
  } catch (error) {
    // What was asked for cannot be done at all: no word on this archive.
    if (!(error instanceof ClawError) || error.exit === "cancelled" || error.exit === "usage")
      throw abortReason(host) ?? error;
    const { code, hint, exit } = error;
    const told = {
      code,
      message: messageOf(error),
      ...(hint === undefined ? {} : { hint }),
      exit: exits[exit],
    };
    return { archive, verified: false, error: told };
  }
}

const order: readonly Exit[] = ["tampered", "wrongKey", "partial", "failed", "notFound"];

/** Damage counts more than a key that does not fit, and that more than what is only in part. */
function worst(outcomes: readonly Outcome[]): number {
  const seen = outcomes.map(exitOf);
  const first = order.map((exit) => exits[exit]).find((exit) => seen.includes(exit));
  return first ?? seen.find((exit) => exit !== exits.ok) ?? exits.ok;
}

/** Partial where nothing says what the archive ought to be. What was partial when it was sealed is no failure now. */
function exitOf(outcome: Outcome): number {
  if ("error" in outcome) return outcome.error.exit;
  return outcome.verified ? exits.ok : exits.partial;
}
