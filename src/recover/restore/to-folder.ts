import { dirname, join } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError, codeOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import type { Checked } from "./check.ts";
import { dryRun } from "./dry-run.ts";
import { partialNotes } from "./partial-notes.ts";
import { resultBase, type RestoreRequest, type RestoreResult } from "./request.ts";
import { withRestoreLock } from "./restore-lock.ts";
import { storedNames } from "./selection.ts";
import { stagingBeside } from "./staging.ts";
import { swapFile } from "./swap-journal.ts";
import { checkFirst, writeTree } from "./write-tree.ts";
import { writingTrouble } from "./writing-trouble.ts";

/**
 * Brings an archive back into `target`, which must not exist or be empty: verified first, written beside it, renamed at the
 * end. Whatever goes wrong leaves `target` as it was and nothing beside it.
 */
export async function restoreToFolder(
  host: Host,
  request: RestoreRequest,
  target: string,
): Promise<RestoreResult> {
  const place = await checkTarget(host, target, request);
  const checked = await checkFirst(host, request);
  if (request.dryRun) return dryRun(host, request, checked, { target: place, inPlace: false });
  return withRestoreLock(host, place, () => writeTo(host, request, checked, place));
}

async function writeTo(
  host: Host,
  request: RestoreRequest,
  checked: Checked,
  place: string,
): Promise<RestoreResult> {
  const staging = await stagingBeside(host, place, checked.survey.bytes);
  try {
    const only = request.only === undefined ? undefined : storedNames(request.only);
    const { extracted, prepared } = await writeTree(host, request, checked, staging, {
      only,
      inPlace: false,
    });
    await putInPlace(host, staging.tree, place);
    const { found, revocations, switchedOff, relink, gaps } = prepared;
    return {
      ...resultBase(request, checked),
      target: place,
      inPlace: false,
      files: extracted.files,
      bytes: extracted.bytes,
      openclaw: found,
      ...{ revocations, switchedOff, relink, gaps },
      notes: [...partialNotes(checked), ...extracted.notes],
    };
  } finally {
    await staging.remove();
  }
}

async function putInPlace(host: Host, tree: string, target: string): Promise<void> {
  try {
    // An empty folder is replaced by a rename; one that has got something in it meanwhile is not.
    await host.fs.rename(tree, target);
    await host.fs.syncDir(dirname(target));
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOTEMPTY" || code === "EEXIST" || code === "ENOTDIR") throw notEmpty(target);
    throw writingTrouble(error, target);
  }
}

/** The target with its folder's links resolved. */
async function checkTarget(host: Host, target: string, request: RestoreRequest): Promise<string> {
  try {
    return await freePlace(host, target, request);
  } catch (error) {
    // A folder that may not even be looked into.
    throw writingTrouble(error, dirname(target));
  }
}

async function freePlace(host: Host, target: string, { installation }: RestoreRequest): Promise<string> {
  const parent = await host.fs.realpath(dirname(target)).catch(() => undefined);
  if (parent === undefined)
    throw new ClawError(`there is no folder ${shown(dirname(target))} to restore into`, {
      exit: "usage",
      code: "no-target-folder",
      hint: "make it first, or name another place with --target",
    });
  const place = join(parent, target.slice(dirname(target).length));
  await refuseInside(host, place, installation.target.stateDir);
  if ((await host.fs.stat(swapFile(place))) !== undefined)
    throw new ClawError(`an interrupted restore of ${shown(place)} waits to be finished`, {
      exit: "failed",
      code: "swap-unfinished",
      hint: "run claw-ir restore ARCHIVE --in-place: it finishes that one first",
    });
  const there = await host.fs.stat(place);
  if (there === undefined) return place;
  if (there.kind !== "dir" || (await host.fs.list(place)).length > 0) throw notEmpty(place);
  return place;
}

function notEmpty(target: string): ClawError {
  return new ClawError(`${shown(target)} is there already and not an empty folder`, {
    exit: "usage",
    code: "target-not-empty",
    hint: "nothing is overwritten: name a folder that is not there yet, or use --in-place for the live state",
  });
}

/** The running agent could read and change it there, and the next seal would hold it. */
async function refuseInside(host: Host, place: string, stateDir: string): Promise<void> {
  const state = await host.fs.realpath(stateDir).catch(() => stateDir);
  if (place !== state && !place.startsWith(`${state}/`)) return;
  if (place === state && (await host.fs.stat(state)) === undefined) return;
  throw new ClawError(`${shown(place)} lies in the live OpenClaw state`, {
    exit: "usage",
    code: "target-in-state",
    hint: "name a folder outside of it, or use --in-place",
  });
}
