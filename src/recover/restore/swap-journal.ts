/**
 * The swap of a restore in place: what is there is renamed aside, what was restored takes its name. The journal beside the state
 * is on the disk before the first rename and goes after the last one, so that a kill in between is finished by the next run.
 */
import { dirname } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError, codeOf } from "../../model/errors.ts";
import { at, list, parseJson, str } from "../../model/json.ts";
import { shellWord, shown } from "../../model/text.ts";

export interface Move {
  /** Restored and waiting; absent where something only has to go aside. */
  readonly from?: string;
  readonly to: string;
  readonly aside: string;
}

export interface SwapJournal {
  readonly archive: string;
  readonly at: string;
  readonly moves: readonly Move[];
}

const format = "claw-ir-swap-1";

/** Where the journal of a swap of this state folder lies. */
export function swapFile(stateDir: string): string {
  return `${stateDir}.claw-ir-restore.json`;
}

/** Renames everything, or, where a rename fails, everything back. Returns what was kept aside. */
export async function swap(
  host: Pick<Host, "fs">,
  stateDir: string,
  journal: SwapJournal,
): Promise<readonly string[]> {
  await host.fs.writeAtomic(swapFile(stateDir), `${JSON.stringify({ format, ...journal }, undefined, 2)}\n`);
  const undo: (() => Promise<void>)[] = [];
  const kept: string[] = [];
  const rename = async (from: string, to: string): Promise<void> => {
    await host.fs.rename(from, to);
    undo.push(() => host.fs.rename(to, from));
  };
  try {
    for (const { from, to, aside } of journal.moves) {
      if ((await host.fs.stat(to)) !== undefined) {
        await host.fs.mkdir(dirname(aside));
        await rename(to, aside);
        kept.push(aside);
      }
      if (from === undefined) continue;
      await host.fs.mkdir(dirname(to));
      await rename(from, to);
    }
  } catch (error) {
    for (const back of undo.toReversed()) await back();
    await host.fs.remove(swapFile(stateDir));
    throw swapTrouble(error);
  }
  await ended(host, stateDir, journal);
  return kept;
}

function swapTrouble(error: unknown): ClawError {
  return new ClawError(
    `the restored state could not be put in place (${codeOf(error) ?? "unknown reason"})`,
    {
      exit: "failed",
      code: "swap-failed",
      hint: "everything is as it was; restore with --target DIR and move it by hand",
      cause: error,
    },
  );
}

async function ended(host: Pick<Host, "fs">, stateDir: string, { moves }: SwapJournal): Promise<void> {
  for (const folder of new Set(moves.flatMap(({ to, aside }) => [dirname(to), dirname(aside)])))
    await host.fs.syncDir(folder).catch(() => undefined);
  await host.fs.remove(swapFile(stateDir));
  await host.fs.syncDir(dirname(stateDir));
}

export async function readSwap(host: Pick<Host, "fs">, stateDir: string): Promise<SwapJournal | undefined> {
  const path = swapFile(stateDir);
  if ((await host.fs.stat(path)) === undefined) return undefined;
  const value = parseJson(await host.fs.readText(path, { maxBytes: 1024 * 1024 }).catch(() => ""));
  const moves = list(at(value, "moves")).map(moveOf);
  const whole = moves.filter((move) => move !== undefined);
  const [archive, when] = [str(at(value, "archive")), str(at(value, "at"))];
  const known = at(value, "format") === format && whole.length === moves.length;
  if (!known || archive === undefined || when === undefined)
    throw new ClawError(`the record of an interrupted restore is damaged: ${shown(path)}`, {
      exit: "failed",
      code: "swap-journal-damaged",
      hint: "look for folders named .before-restore- and .claw-ir-restore- beside it, rename by hand, then remove the record",
    });
  return { archive, at: when, moves: whole };
}

function moveOf(value: unknown): Move | undefined {
  const [from, to, aside] = ["from", "to", "aside"].map((key) => str(at(value, key)));
  if (to === undefined || aside === undefined) return undefined;
  return { to, aside, ...(from === undefined ? {} : { from }) };
}

/** Does what an interrupted swap has not done yet. Throws "swap-conflict" where something new has taken a place meanwhile. */
export async function finishSwap(
  host: Pick<Host, "fs">,
  stateDir: string,
  journal: SwapJournal,
): Promise<readonly string[]> {
  const isThere = async (path: string): Promise<boolean> => (await host.fs.stat(path)) !== undefined;
  for (const { from, to, aside } of journal.moves) {
    const waits = from === undefined || (await isThere(from));
    if (!waits) continue;
    if ((await isThere(to)) && (await isThere(aside))) {
      if (from === undefined) continue;
      throw conflict(from, to);
    }
    if (await isThere(to)) {
      await host.fs.mkdir(dirname(aside));
      await host.fs.rename(to, aside);
    }
    if (from !== undefined) await host.fs.rename(from, to);
  }
  await ended(host, stateDir, journal);
  const kept: string[] = [];
  for (const { aside } of journal.moves) if (await isThere(aside)) kept.push(aside);
  return kept;
}

function conflict(from: string, to: string): ClawError {
  return new ClawError(`a restore was interrupted, and ${shown(to)} was made anew meanwhile`, {
    exit: "failed",
    code: "swap-conflict",
    hint: `what was restored waits in ${shellWord(from)}: move the new one away, then run this again`,
  });
}
