/**
 * Retention. An archive goes in this order: noted in prune.log, renamed to `NAME.pruned`, signature and sidecar removed, then
 * `NAME.pruned` itself. Killed anywhere in between, there is either the whole archive or a `.pruned` that the next prune
 * removes with what belongs to it.
 */
import { basename, dirname, join } from "node:path";
import { verifyArchive, type Verified } from "../../archive/index.ts";
import { listCases } from "../../case/index.ts";
import type { Host } from "../../host/host.ts";
import { ClawError, messageOf } from "../../model/errors.ts";
import { trustedSigners } from "../keys/signing.ts";
import { noteVerified } from "./catalog.ts";
import { backupsFolder, besideArchive, isOurName } from "./folder.ts";
import { type Listed, listBackups } from "./listing.ts";
import { type Keep, keepsSomething, keptBy } from "./retention.ts";

export interface PrunePlan {
  readonly goes: readonly Listed[];
  readonly stays: readonly { readonly archive: Listed; readonly why: readonly string[] }[];
  /** The newest that stays, of each series that loses something: it has to be whole before anything goes. */
  readonly anchors: readonly Listed[];
}

const ending = ".pruned";

/** Changes nothing. Refused (exit 2) without any number of what to keep. */
export async function planPrune(host: Host, dataDir: string, keep: Keep): Promise<PrunePlan> {
  if (!keepsSomething(keep)) {
    throw new ClawError("prune has to know what to keep", {
      exit: "usage",
      code: "nothing-to-keep",
      hint: "such as --keep-last 3 --keep-daily 7 --keep-weekly 4 --keep-monthly 12",
    });
  }
  const open = await openCases(host, dataDir);
  const stays: { archive: Listed; why: readonly string[] }[] = [];
  const series = new Map<string, Listed[]>();
  for (const archive of (await listBackups(host, dataDir)).filter(({ inBackups }) => inBackups)) {
    const why = untouchable(archive, open);
    if (why !== undefined) stays.push({ archive, why: [why] });
    else series.set(seriesOf(archive), [...(series.get(seriesOf(archive)) ?? []), archive]);
  }
  const goes: Listed[] = [];
  const anchors: Listed[] = [];
  for (const archives of series.values()) {
    const kept = keptBy(archives, keep, host.clock.now());
    const gone = archives.filter((archive) => !kept.has(archive));
    stays.push(...[...kept].map(([archive, why]) => ({ archive, why })));
    goes.push(...gone);
    const [newest] = kept.keys();
    if (gone.length > 0 && newest !== undefined) anchors.push(newestOf([...kept.keys()]) ?? newest);
  }
  return { goes, stays, anchors };
}

function newestOf(archives: readonly Listed[]): Listed | undefined {
  return archives.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
}

async function openCases(host: Host, dataDir: string): Promise<ReadonlySet<string>> {
  const cases = await listCases(host, dataDir);
  return new Set(cases.filter(({ state }) => state !== "closed").map(({ id }) => id));
}

/** Why an archive is none of prune's business, whatever is to be kept. */
function untouchable(
  { archive, kind, problem, case: caseId }: Listed,
  open: ReadonlySet<string>,
): string | undefined {
  if (!isOurName(basename(archive))) return "its name is not one that claw-ir gives";
  if (problem !== undefined) return problem;
  if (kind === "foreign") return "no sidecar describes it";
  if (kind === "backup") return undefined;
  if (caseId === undefined) return "evidence that belongs to no case is never pruned";
  return open.has(caseId) ? `evidence of case ${caseId}, which is open` : undefined;
}

/** Backups of several hosts or profiles in one folder are counted apart: the name without its time. */
function seriesOf({ archive }: Listed): string {
  return basename(archive).replace(/-\d{8}T\d{6}Z\..*$/s, "");
}

export interface Pruned {
  readonly pruned: readonly Listed[];
  readonly freedBytes: number;
  /** Leftovers of a prune that was killed. */
  readonly finished: readonly string[];
  readonly anchors: readonly Verified[];
}

/**
 * Does what was planned; whoever calls holds the backup lock. Throws, with nothing removed, if an archive that the rest
 * relies on does not verify.
 */
export async function executePrune(
  host: Host,
  dataDir: string,
  { goes, anchors }: PrunePlan,
): Promise<Pruned> {
  const verified: Verified[] = [];
  for (const anchor of anchors) verified.push(await mustBeWhole(host, dataDir, anchor));
  const finished = await finishPruned(host, dataDir);
  let freedBytes = 0;
  for (const archive of goes) {
    await remove(host, dataDir, archive);
    freedBytes += archive.bytes;
  }
  return { pruned: goes, freedBytes, finished, anchors: verified };
}

async function mustBeWhole(host: Host, dataDir: string, { archive, sha256 }: Listed): Promise<Verified> {
  try {
    const signers = await trustedSigners(host, dataDir);
    const result = await verifyArchive(host, archive, { signers });
    await noteVerified(host, dataDir, sha256, "ciphertext");
    return result;
  } catch (error) {
    const exit = error instanceof ClawError ? error.exit : "failed";
    if (exit === "cancelled") throw error;
    throw new ClawError(
      `nothing was pruned: the newest backup that would stay, ${basename(archive)}, does not verify: ${messageOf(error)}`,
      {
        exit,
        code: "anchor-not-verified",
        hint: "make a new backup with claw-ir backup create, look at the old ones with claw-ir backup verify --all, and prune then",
        cause: error,
      },
    );
  }
}

async function remove(host: Host, dataDir: string, one: Listed): Promise<void> {
  const { archive, sha256, bytes, createdAt, kind } = one;
  const at = host.clock.now().toISOString();
  const line = JSON.stringify({ at, archive: basename(archive), kind, sha256, bytes, createdAt });
  await host.fs.append(join(backupsFolder(dataDir), "prune.log"), `${line}\n`);
  await host.fs.rename(archive, `${archive}${ending}`);
  await host.fs.syncDir(backupsFolder(dataDir));
  await removeRest(host, archive);
}

async function removeRest(host: Host, archive: string): Promise<void> {
  const [sidecar, signature] = besideArchive(archive);
  for (const path of [signature, sidecar, `${archive}${ending}`]) await host.fs.remove(path);
  await host.fs.syncDir(dirname(archive));
}

/** Ends what a killed prune had begun. */
async function finishPruned(host: Host, dataDir: string): Promise<readonly string[]> {
  const folder = backupsFolder(dataDir);
  const entries = await host.fs.list(folder).catch(() => []);
  const finished: string[] = [];
  for (const { name, kind } of entries) {
    const archive = name.slice(0, -ending.length);
    if (kind !== "file" || !name.endsWith(ending) || !isOurName(archive)) continue;
    if ((await host.fs.stat(join(folder, archive))) !== undefined) continue;
    await removeRest(host, join(folder, archive));
    finished.push(archive);
  }
  return finished;
}
