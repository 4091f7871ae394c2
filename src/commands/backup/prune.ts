import { basename } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { recordRun } from "../../case/status.ts";
import type { Host, HostTerminal } from "../../host/host.ts";
import { ClawError, exits, messageOf } from "../../model/errors.ts";
import { bytesText, counted, shown } from "../../model/text.ts";
import {
  executePrune,
  type Keep,
  planPrune,
  type Pruned,
  type PrunePlan,
  withBackupLock,
} from "../../preserve/index.ts";
import { withDataDir } from "../data-place.ts";
import type { MakeCommand } from "../edge.ts";
import { withCommonOptions, type CommonOptions } from "../options.ts";
import { page } from "../present/page.ts";

interface PruneOptions extends CommonOptions {
  readonly keepLast?: number;
  readonly keepDaily?: number;
  readonly keepWeekly?: number;
  readonly keepMonthly?: number;
  readonly keepYearly?: number;
}

export const pruneCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    new Command("prune")
      .summary("remove old backups, by how many to keep")
      .description(
        "Removes backups of the data folder that none of the --keep options asks for. The newest one that stays is verified first. Evidence of open cases, and files that claw-ir did not make, are never touched.",
      )
      .option("--keep-last <n>", "keep the last n", count)
      .option("--keep-daily <n>", "keep the newest of each of the last n days that have one", count)
      .option("--keep-weekly <n>", "the same for weeks", count)
      .option("--keep-monthly <n>", "the same for months", count)
      .option("--keep-yearly <n>", "the same for years", count),
  ).action(async (options: PruneOptions) => {
    done(await withDataDir(edge, options, (host, dataDir) => prune(host, dataDir, options)));
  });

function count(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError("a whole number is needed");
  return Number(text);
}

function keepOf({ keepLast, keepDaily, keepWeekly, keepMonthly, keepYearly }: PruneOptions): Keep {
  const all = {
    last: keepLast,
    daily: keepDaily,
    weekly: keepWeekly,
    monthly: keepMonthly,
    yearly: keepYearly,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

async function prune(host: Host, dataDir: string, options: PruneOptions): Promise<number> {
  const keep = keepOf(options);
  const plan = await planPrune(host, dataDir, keep);
  const json = options.json === true;
  if (options.dryRun === true) {
    host.terminal.out(
      json
        ? `${JSON.stringify({ dryRun: true, ...jsonOf(plan) })}\n`
        : planText(host.terminal, plan, "would go"),
    );
    return exits.ok;
  }
  if (plan.goes.length > 0) await ask(host, plan, json);
  // Without a data folder there is nothing to lock or to note either.
  if ((await host.fs.stat(dataDir)) === undefined) {
    tell(host, options, plan, { pruned: [], freedBytes: 0, finished: [], anchors: [] });
    return exits.ok;
  }
  const pruned = await recorded(host, dataDir, () =>
    // Planned again under the lock: a backup may have been made while the question stood.
    withBackupLock(host, dataDir, async () =>
      executePrune(host, dataDir, agreed(plan, await planPrune(host, dataDir, keep))),
    ),
  );
  tell(host, options, plan, pruned);
  return exits.ok;
}

function tell({ terminal }: Host, { json }: PruneOptions, plan: PrunePlan, pruned: Pruned): void {
  terminal.out(
    json === true
      ? `${JSON.stringify({ ...jsonOf(plan), ...resultOf(pruned) })}\n`
      : resultText(pruned, plan),
  );
}

/** Nothing goes that was not asked about, and nothing that has a reason to stay by now. */
function agreed(asked: PrunePlan, now: PrunePlan): PrunePlan {
  const known = new Set(asked.goes.map(({ archive }) => archive));
  return { ...now, goes: now.goes.filter(({ archive }) => known.has(archive)) };
}

async function ask(host: Host, plan: PrunePlan, json: boolean): Promise<void> {
  if (!json) host.terminal.err(planText(host.terminal, plan, "goes"));
  const bytes = plan.goes.reduce((sum, one) => sum + one.bytes, 0);
  const yes = await host.prompt.confirm({
    id: "backup.prune",
    message: `Remove ${plan.goes.length} of ${counted(plan.goes.length + plan.stays.length, "archive")} (${bytesText(bytes)}) for good?`,
    default: false,
    explicit: true,
  });
  if (yes) return;
  throw new ClawError("nothing was pruned", {
    exit: "cancelled",
    code: "declined",
    hint: "--dry-run shows what would go",
  });
}

/** Notes the run, good or bad, in status.json. */
async function recorded(host: Host, dataDir: string, work: () => Promise<Pruned>): Promise<Pruned> {
  const startedAt = host.clock.now().toISOString();
  const note = async (
    exit: number,
    told: { readonly code?: string; readonly message?: string } = {},
  ): Promise<void> => {
    const endedAt = host.clock.now().toISOString();
    await recordRun(host, dataDir, "prune", { startedAt, endedAt, exit, ...told, scheduled: false });
  };
  try {
    const result = await work();
    await note(exits.ok);
    return result;
  } catch (error) {
    const known = error instanceof ClawError ? error : undefined;
    await note(exits[known?.exit ?? "failed"], {
      code: known?.code ?? "unexpected",
      message: messageOf(error),
    }).catch(() => undefined);
    throw error;
  }
}

function jsonOf({ goes, stays }: PrunePlan): object {
  return {
    goes: goes.map(({ archive, kind, sha256, bytes, createdAt }) => ({
      archive,
      kind,
      sha256,
      bytes,
      createdAt,
    })),
    stays: stays.map(({ archive: { archive, kind, createdAt }, why }) => ({ archive, kind, createdAt, why })),
  };
}

function resultOf({ pruned, freedBytes, finished, anchors }: Pruned): object {
  return {
    pruned: pruned.map(({ archive }) => archive),
    freedBytes,
    finished,
    verified: anchors.map(({ archive }) => archive),
  };
}

function planText(terminal: HostTerminal, { goes, stays }: PrunePlan, word: string): string {
  const line = (lead: string, archive: string, more: string): string =>
    page(terminal, terminal.stdoutIsTty, {
      lead: `${lead.padEnd(Math.max(word.length, 5))}  `,
      text: `${shown(basename(archive), 120)}  ${shown(more, 200)}`,
    });
  return [
    ...stays.map(({ archive, why }) => line("stays", archive.archive, why.join(", "))),
    ...goes.map(({ archive, bytes }) => line(word, archive, bytesText(bytes))),
    ...(goes.length === 0 ? ["nothing goes\n"] : []),
  ].join("");
}

function resultText({ pruned, freedBytes, finished, anchors }: Pruned, { stays }: PrunePlan): string {
  const rest = finished
    .map((name) => `finished what a killed prune had begun: ${shown(name, 120)}\n`)
    .join("");
  if (pruned.length === 0)
    return `${rest}nothing to prune: ${stays.length === 1 ? "the one archive stays" : `all ${stays.length} archives stay`}\n`;
  const whole = anchors.map(({ archive }) => `verified before: ${shown(basename(archive), 120)}\n`).join("");
  return `${rest}${whole}pruned ${pruned.length}, ${stays.length} stay, ${bytesText(freedBytes)} free again\n`;
}
