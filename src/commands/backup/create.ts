import { Command } from "commander";
import type { SealResult } from "../../archive/index.ts";
import { recordRun } from "../../case/status.ts";
import { ClawError, exits, messageOf } from "../../model/errors.ts";
import type { MakeCommand } from "../edge.ts";
import { enter, type Scene } from "../incident.ts";
import { withCommonOptions } from "../options.ts";
import { type CreateOptions, withCreateOptions } from "./create-options.ts";
import { dryRunBackup, sealBackup } from "./create-run.ts";
import { jsonOf, resultText } from "./create-screen.ts";

export const createCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    withCreateOptions(new Command("create"))
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

/** Makes the backup, says what became of it, and notes the run in status.json. Returns the exit code. */
export async function runCreate(at: Scene, options: CreateOptions): Promise<number> {
  checkOptions(at, options);
  if (options.dryRun === true) return dryRunBackup(at, options);
  const { result } = await recorded(at, options, () => sealBackup(at, options));
  const { terminal } = at.host;
  terminal.out(options.json === true ? `${JSON.stringify(jsonOf(result))}\n` : resultText(terminal, result));
  return result.partial.length > 0 ? exits.partial : exits.ok;
}

function checkOptions({ installation }: Scene, { compression, level: wanted = 1 }: CreateOptions): void {
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

/** The run, good or bad, for `claw-ir ready` and for monitoring. */
async function recorded(
  { host, dataDir }: Scene,
  options: CreateOptions,
  work: () => Promise<SealResult>,
): Promise<{ readonly result: SealResult }> {
  const scheduled = options.scheduled === true;
  const startedAt = host.clock.now().toISOString();
  const endedAt = (): string => host.clock.now().toISOString();
  try {
    const result = await work();
    const exit = result.partial.length > 0 ? exits.partial : exits.ok;
    await recordRun(host, dataDir, "backup", {
      startedAt,
      endedAt: endedAt(),
      exit,
      archive: result.archive,
      scheduled,
    });
    return { result };
  } catch (error) {
    const known = error instanceof ClawError ? error : undefined;
    const exit = exits[known?.exit ?? "failed"];
    const told = { code: known?.code ?? "unexpected", message: messageOf(error) };
    // The reason for the failure is worth more than a failure to note it.
    await recordRun(host, dataDir, "backup", {
      startedAt,
      endedAt: endedAt(),
      exit,
      ...told,
      scheduled,
    }).catch(() => undefined);
    throw known?.exit === "cancelled" ? nothingLeft() : error;
  }
}

function nothingLeft(): ClawError {
  return new ClawError("cancelled", {
    exit: "cancelled",
    code: "cancelled",
    hint: "there is no archive, and nothing was left behind",
  });
}
