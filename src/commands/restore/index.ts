import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { readSidecar, type Unlock } from "../../archive/index.ts";
import { readKey } from "../../case/data-dir.ts";
import type { Host } from "../../host/host.ts";
import { ClawError, exits } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { restoreInPlace, type RestoreProgress, restoreToFolder } from "../../recover/index.ts";
import type { MakeCommand } from "../edge.ts";
import { enter, type Scene } from "../incident.ts";
import { withCommonOptions } from "../options.ts";
import { progressOn, type Progress } from "../present/progress.ts";
import { transferLine } from "../present/transfer-line.ts";
import { withRepositoryOptions } from "../backup/after-options.ts";
import { type ArchiveOptions, withArchive } from "../restic-archive.ts";
import { withUnlockOptions } from "../unlock.ts";
import { finishedText, resultText } from "./screen.ts";

interface RestoreOptions extends ArchiveOptions {
  readonly target?: string;
  readonly inPlace?: true;
  readonly only?: readonly string[];
  readonly asIs?: true;
  readonly maxSize?: number;
}

export const restoreCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    withRepositoryOptions(
      withUnlockOptions(
        new Command("restore")
          .summary("bring an archive back, without what was revoked since")
          .description(
            "Verifies an archive and brings it back: into an empty folder, or in place of the live state, which is kept aside. Devices, jobs and secrets that later cases ended do not come back to life; cron, hooks and channels come back switched off.",
          )
          .argument("<archive>", "a path, a name in backup list, or restic:SNAPSHOT")
          .option("--target <dir>", "a folder that is not there yet, or empty")
          .option("--in-place", "in place of the live state; the gateway must be down, and a word is typed")
          .option("--only <paths...>", "only these files and folders, by their paths on the host")
          .option("--as-is", "leave cron, hooks and channels as they were; what was revoked stays revoked")
          .option(
            "--max-size <gib>",
            "how much an archive may unpack to that does not say it itself",
            gibibytes,
          ),
      ),
    ),
  ).action(async (archive: string, options: RestoreOptions) => {
    const where = whereTo(options);
    const at = await enter(edge, options, { make: false });
    try {
      done(
        await withArchive(at, options, archive, (file, unlock, name) =>
          restore(at, { archive: file, unlock, where, name }, options),
        ),
      );
    } catch (error) {
      throw at.host.signal.aborted ? withoutResume(error) : error;
    } finally {
      await at.leave();
    }
  });

function gibibytes(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("a number of GiB is needed");
  return value * 1024 ** 3;
}

function whereTo({ target, inPlace }: RestoreOptions): { readonly target: string } | "in-place" {
  if (target !== undefined && inPlace === undefined && target !== "") return { target: resolve(target) };
  if (target === undefined && inPlace === true) return "in-place";
  throw new ClawError("restore needs either --target DIR or --in-place", {
    exit: "usage",
    code: "no-target",
    hint: "--target takes a folder that is not there yet, or is empty",
  });
}

interface Wanted {
  readonly archive: string;
  readonly unlock: () => Promise<Unlock>;
  readonly where: { readonly target: string } | "in-place";
  /** What it is called where it is not a file of the user's. */
  readonly name: string | undefined;
}

async function restore(
  { host, dataDir, installation }: Scene,
  { archive, unlock: unlocking, where, name }: Wanted,
  options: RestoreOptions,
): Promise<number> {
  const { only, maxSize, json, asIs, dryRun } = options;
  if ((await host.fs.stat(archive)) === undefined) throw noArchive(archive);
  const unlock = await unlocking();
  const progress = progressOn(host);
  const request = {
    ...{ archive, unlock, dataDir, installation },
    ...(only === undefined ? {} : { only }),
    ...(maxSize === undefined ? {} : { maxBytes: maxSize }),
    asIs: asIs === true,
    dryRun: dryRun === true,
    fingerprintKey: (await readKey(host, dataDir)) ?? host.random(32),
    progress: await progressFor(host, archive, progress),
  };
  try {
    const restored =
      where === "in-place"
        ? await restoreInPlace(pausing(host, progress), request)
        : await restoreToFolder(host, request, where.target);
    progress.stop();
    if ("finished" in restored) {
      host.terminal.out(
        json === true ? `${JSON.stringify(restored)}\n` : finishedText(host.terminal, restored),
      );
      return exits.ok;
    }
    const result = { ...restored, archive: name ?? restored.archive };
    host.terminal.out(
      json === true ? `${JSON.stringify(result)}\n` : resultText(host.terminal, result, request.asIs),
    );
    return result.gaps.length > 0 ? exits.partial : exits.ok;
  } finally {
    progress.stop();
  }
}

function noArchive(archive: string): ClawError {
  return new ClawError(`there is no archive ${shown(archive)}`, {
    exit: "notFound",
    code: "no-archive",
    hint: "claw-ir backup list shows the backups, claw-ir case show the archives of a case",
  });
}

/** The line that moves goes away while the word is typed. */
function pausing(host: Host, progress: Progress): Host {
  const text: Host["prompt"]["text"] = async (spec) => {
    progress.pause();
    try {
      return await host.prompt.text(spec);
    } finally {
      progress.goOn();
    }
  };
  return { ...host, prompt: { ...host.prompt, text } };
}

async function progressFor(host: Host, archive: string, progress: Progress): Promise<RestoreProgress> {
  const total = (await readSidecar(host, archive).catch(() => undefined))?.manifest.plainBytes;
  let line = transferLine(host, progress);
  return {
    start: (title) => {
      progress.start(title);
      line = transferLine(host, progress);
    },
    detail: ({ bytes }) => line({ done: bytes, ...(total === undefined ? {} : { total }) }),
  };
}

/** Ctrl-C and the time budget: a restore is not carried on. */
function withoutResume(error: unknown): unknown {
  if (!(error instanceof ClawError)) return error;
  const hint = "nothing was restored, and nothing was left behind";
  return new ClawError(error.message, { exit: error.exit, code: error.code, hint, cause: error });
}
