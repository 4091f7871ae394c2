import { basename, dirname } from "node:path";
import type { Host } from "../../host/host.ts";
import { cancelled, ClawError } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { findGateway, findInstallation, type Installation } from "../../openclaw/index.ts";
import type { Checked } from "./check.ts";
import { dryRun } from "./dry-run.ts";
import { partialNotes } from "./partial-notes.ts";
import { movesFor, type Place, placesOf } from "./places.ts";
import type { Prepared } from "./prepare.ts";
import { resultBase, type RestoreRequest, type RestoreResult } from "./request.ts";
import { withRestoreLock } from "./restore-lock.ts";
import { removeLeftovers, stagingBeside } from "./staging.ts";
import { finishSwap, readSwap, swap, type Move, type SwapJournal } from "./swap-journal.ts";
import { checkFirst, writeTree } from "./write-tree.ts";

export interface Finished {
  readonly finished: { readonly archive: string; readonly at: string; readonly keptAside: readonly string[] };
}

/**
 * Swaps the live state for what an archive holds. The gateway is proven down, the user types the word, everything is written and
 * prepared beside the state, and two renames put it in force; the old state is kept. A swap that a kill interrupted is finished
 * first, and then nothing else is done.
 */
export async function restoreInPlace(host: Host, request: RestoreRequest): Promise<RestoreResult | Finished> {
  const { target } = request.installation;
  if (!target.live)
    throw new ClawError("a state is restored in place on the live host only", {
      exit: "usage",
      code: "not-live",
      hint: `use --target DIR: ${shown(target.notLiveBecause ?? "this is not the running host")}`,
    });
  const stateDir = await host.fs.realpath(target.stateDir).catch(() => target.stateDir);
  await provenDown(host, request.installation);
  if (request.dryRun) {
    await readSwap(host, stateDir);
    return dryRun(host, request, await checkFirst(host, request), { target: stateDir, inPlace: true });
  }
  // Before the journal is read: a swap that another claw-ir is at is not an interrupted one.
  return withRestoreLock(host, stateDir, async () => {
    const interrupted = await readSwap(host, stateDir);
    if (interrupted !== undefined) return finish(host, stateDir, interrupted);
    const checked = await checkFirst(host, request);
    const places = placesOf(checked.about, request.installation, request.only);
    await askTyped(host, target.stateDir, checked, request);
    return swapIn(host, request, checked, places, stateDir);
  });
}

async function finish(host: Host, stateDir: string, journal: SwapJournal): Promise<Finished> {
  const keptAside = await finishSwap(host, stateDir, journal);
  // What was not to be renamed out of the folder that waited.
  await removeLeftovers(host, stateDir);
  return { finished: { archive: journal.archive, at: journal.at, keptAside } };
}

async function swapIn(
  host: Host,
  request: RestoreRequest,
  checked: Checked,
  places: readonly Place[],
  stateDir: string,
): Promise<RestoreResult> {
  const staging = await stagingBeside(host, stateDir, checked.survey.bytes);
  let isSwapping = false;
  try {
    const only = places.map(({ stored }) => stored);
    const { extracted, prepared } = await writeTree(host, request, checked, staging, { only, inPlace: true });
    checkPrepared(prepared, request);
    const aside = await asideFor(host, stateDir);
    const moves = await movesFor(host, places, staging.tree, {
      stateDir,
      aside,
      databases: extracted.databases,
    });
    await checkMoves(host, moves, staging.tree, checked);
    // Things come back: asked again in the last moment.
    await provenDown(host, request.installation);
    if (host.signal.aborted) throw cancelled();
    isSwapping = true;
    const at = host.clock.now().toISOString();
    const keptAside = await swap(host, stateDir, { archive: request.archive, at, moves });
    isSwapping = false;
    const { found, revocations, switchedOff, relink, gaps } = prepared;
    return {
      ...resultBase(request, checked),
      target: stateDir,
      inPlace: true,
      files: extracted.files,
      bytes: extracted.bytes,
      openclaw: found,
      ...{ revocations, switchedOff, relink, gaps, keptAside },
      notes: [...warningOf(checked), ...partialNotes(checked), ...extracted.notes],
    };
  } finally {
    // While its journal stands, what waits in the staging folder belongs to the swap.
    if (!isSwapping || (await readSwap(host, stateDir).catch(() => undefined)) === undefined)
      await staging.remove();
  }
}

/** Throws "gateway-runs" or "gateway-unknown" (exit 1) unless no gateway of this state runs. */
async function provenDown(host: Host, installation: Installation): Promise<void> {
  const { state, reason, processes } = await findGateway(
    host,
    await findInstallation(host, installation.target),
  );
  if (state === "down") return;
  const isRunning = state === "running";
  const why = isRunning
    ? `the gateway runs (pid ${processes.map(({ pid }) => pid).join(", ")})`
    : `whether the gateway runs is not known (${shown(reason ?? "no reason given")})`;
  throw new ClawError(`${why}, so nothing is restored in its place`, {
    exit: "failed",
    code: isRunning ? "gateway-runs" : "gateway-unknown",
    hint: "stop it first: claw-ir stop",
  });
}

const isEvidence =
  "This is an evidence archive: it brings the compromised state back, with whatever the intruder left in it.";

function warningOf({ kind }: Checked): readonly string[] {
  return kind === "evidence" ? [isEvidence] : [];
}

async function askTyped(
  host: Host,
  stateDir: string,
  checked: Checked,
  { only }: RestoreRequest,
): Promise<void> {
  const name = basename(stateDir);
  const when =
    checked.createdAt === undefined ? "" : ` of ${checked.createdAt.slice(0, 16).replace("T", " ")} UTC`;
  const what =
    only === undefined
      ? shown(stateDir)
      : `${only.length} path${only.length === 1 ? "" : "s"} in ${shown(stateDir)}`;
  const warning = warningOf(checked).map((text) => `${text} `);
  await host.prompt.text({
    // Typed: --yes does not answer it.
    id: "restore.in-place",
    message: `${warning.join("")}${what} will be replaced by the archive${when}; the old one is kept aside. Type ${shown(name)} or restore to go on`,
    check: (answer) =>
      answer === name || answer === "restore"
        ? undefined
        : `it takes the word ${shown(name)} or the word restore`,
  });
}

/** In place nothing that was revoked may live again: the old state is better than that. */
function checkPrepared({ revocations }: Prepared, { only }: RestoreRequest): void {
  const failed = revocations.find(({ state }) => state === "failed");
  if (failed === undefined) return;
  throw new ClawError(
    `${shown(failed.what)} was revoked since and would live again: ${shown(failed.detail, 300)}`,
    {
      exit: "failed",
      code: "revocation-failed",
      hint:
        only === undefined
          ? "nothing was changed; restore with --target DIR, or take an archive made after it was revoked"
          : "nothing was changed; restore with --target DIR and take over what you need by hand",
    },
  );
}

async function asideFor(host: Pick<Host, "fs" | "clock">, stateDir: string): Promise<string> {
  const time = host.clock
    .now()
    .toISOString()
    .replaceAll(/[-:]|\.\d+/g, "");
  const base = `${stateDir}.before-restore-${time}`;
  for (let n = 1; ; n += 1) {
    const path = n === 1 ? base : `${base}-${n}`;
    if ((await host.fs.stat(path)) === undefined) return path;
  }
}

/** A rename cannot cross file systems: that is told before the first one. */
async function checkMoves(
  host: Pick<Host, "fs">,
  moves: readonly Move[],
  tree: string,
  { about }: Checked,
): Promise<void> {
  if (moves.length === 0)
    throw new ClawError("the archive does not hold this host's OpenClaw state", {
      exit: "notFound",
      code: "no-state-in-archive",
      hint: `restore it with --target DIR and look what it holds${about["stateDir"] === undefined ? "; it does not say itself" : ""}`,
    });
  const device = (await host.fs.stat(tree))?.dev;
  for (const { to } of moves) {
    const there = await nearest(host, to);
    if (there === undefined || there === device) continue;
    throw new ClawError(`${shown(to)} lies on another file system than the state`, {
      exit: "failed",
      code: "other-file-system",
      hint: "restore with --target DIR and copy it there by hand, or restore the rest alone with --only",
    });
  }
}

async function nearest(host: Pick<Host, "fs">, path: string): Promise<number | undefined> {
  for (let here = dirname(path); ; here = dirname(here)) {
    const stat = await host.fs.stat(here);
    if (stat !== undefined) return stat.dev;
    if (dirname(here) === here) return undefined;
  }
}
