import { Command } from "commander";
import { ClawError } from "../../model/errors.ts";
import { abortReason } from "../abort-reason.ts";
import type { MakeCommand } from "../edge.ts";
import { enter, type Scene } from "../incident.ts";
import { withCommonOptions } from "../options.ts";
import { type CreateOptions, withCreateOptions } from "./create-options.ts";
import { dryRunBackup, sealBackup } from "./create-run.ts";
import { createAround } from "./after-create.ts";
import { repositoryOf, withAfterOptions } from "./after-options.ts";
import { createInRepository } from "./create-restic.ts";

export const createCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    withAfterOptions(withCreateOptions(new Command("create")))
      .summary("seal the state into an encrypted archive, while the gateway runs")
      .description(
        "Seals state, config, workspaces, sessions, memory, skills and credentials into one encrypted archive. Databases are consistent copies; the gateway goes on running.",
      ),
  ).action(async (options: CreateOptions) => {
    const at = await enter(edge, options);
    try {
      done(await runCreate(at, options));
    } finally {
      await at.leave();
    }
  });

/** Makes the backup with all that was asked for around it, and notes the run in status.json. Returns the exit code. */
export async function runCreate(at: Scene, options: CreateOptions): Promise<number> {
  checkOptions(at, options);
  if (options.dryRun === true) return dryRunBackup(at, options);
  try {
    if (repositoryOf(options) !== undefined) return await createInRepository(at, options);
    return await createAround(at, options, () => sealBackup(at, options));
  } catch (error) {
    throw error instanceof ClawError && error.exit === "cancelled" && error.code === "cancelled"
      ? nothingLeft(abortReason(at.host) ?? error)
      : error;
  }
}

function checkOptions({ installation }: Scene, options: CreateOptions): void {
  const { compression, level: wanted = 1 } = options;
  checkName(options);
  if (options.plaintext === true && options.copyTo !== undefined) {
    throw new ClawError("--plaintext and --copy-to exclude one another", {
      exit: "usage",
      code: "plaintext-copy",
      hint: "only what is encrypted leaves this host",
    });
  }
  if (compression === "gzip" && wanted > 9) {
    throw new ClawError("gzip has the levels 1 to 9", {
      exit: "usage",
      code: "bad-level",
      hint: "zstd goes up to 19",
    });
  }
  if (installation.found) return;
  throw new ClawError("there is no OpenClaw state to back up", {
    exit: "notFound",
    code: "no-state",
    hint: installation.problems[0] ?? "name it with --state-dir, --home or --profile",
  });
}

const endings = { zstd: ".tar.zst.gpg", gzip: ".tar.gz.gpg" };

/** The ending tells whoever opens it without claw-ir what to type; a wrong one costs them the worst night. */
function checkName({ output = "", compression, plaintext }: CreateOptions): void {
  const other = compression === "zstd" ? /\.t(?:ar\.)?gz(?:\.gpg)?$/ : /\.zst(?:\.gpg)?$/;
  const isOther = other.test(output);
  if (!isOther && !(plaintext === true && output.endsWith(".gpg"))) return;
  const right = plaintext === true ? endings[compression].replace(".gpg", "") : endings[compression];
  throw new ClawError(`the name given with -o does not end as what is in it: ${right}`, {
    exit: "usage",
    code: "wrong-ending",
    hint: isOther ? "name it so, or choose the other --compression" : "name it so: it is not encrypted",
  });
}

function nothingLeft({ message, exit, code }: ClawError): ClawError {
  return new ClawError(message, { exit, code, hint: "there is no archive, and nothing was left behind" });
}
