/**
 * What differs from the known-good state in git: the operator's own repository in the state dir or a workspace, as the
 * hardening guides recommend. The repository is read without honouring its config or hooks (host.git).
 */
import { posix } from "node:path";
import type { Redactor } from "../../case/types.ts";
import type { GitCommit, GitFile, GitReader, Host } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import { severities } from "../../model/outcome.ts";
import type { Installation, Target } from "../../openclaw/types.ts";
import { areaOf } from "./areas.ts";
import { compareFile } from "./compare.ts";
import type { CompareContext, Pair } from "./compare.ts";
import { walk } from "./disk.ts";
import type { DiskFile } from "./disk.ts";
import type { Area, BaselineDiff, DriftChange } from "./types.ts";

export interface OpenBaseline {
  readonly reader: GitReader;
  /** Real path of the folder the repository keeps. */
  readonly folder: string;
  readonly head: GitCommit;
}

/** The repositories with at least one commit, the state dir's first; the caller closes their readers. */
export async function openBaselines(
  host: Host,
  installation: Installation,
  scratch: string,
): Promise<readonly OpenBaseline[]> {
  const { target, agents } = installation;
  const folders = new Set([target.stateDir, ...agents.map((agent) => agent.workspace)]);
  const found: OpenBaseline[] = [];
  for (const folder of folders) {
    if (
      folder === "" ||
      (await host.fs.stat(posix.join(folder, ".git")).catch(() => undefined)) === undefined
    )
      continue;
    const reader = await host.git.reader(folder, scratch).catch(() => undefined);
    if (reader === undefined) continue;
    const head = await reader.head().catch(() => undefined);
    if (head === undefined) await reader.close();
    else found.push({ reader, folder, head });
  }
  return found;
}

export interface DiffOptions {
  readonly target: Target;
  readonly redactor: Pick<Redactor, "mark" | "text">;
  /** Parses OpenClaw's config (JSON5). */
  readonly parse: (text: string) => unknown;
}

/** Compares the latest commit with the disk. Never throws because of content: what failed is in `problems`. */
export async function diffBaseline(
  host: Host,
  { reader, folder, head }: OpenBaseline,
  { target, redactor, parse }: DiffOptions,
): Promise<BaselineDiff> {
  const problems: string[] = [];
  const tracked = await trackedFiles(reader, head, problems);
  const disk = await walk(host, folder, problems);
  const hostPath = (path: string): string => target.toHost(posix.join(folder, path));
  const context: CompareContext = { host, reader, redactor, parse, hostPath };
  const { pairs, uncovered } = pairUp(tracked, disk);
  const changes: DriftChange[] = [];
  for (const pair of pairs) {
    try {
      changes.push(...(await compareFile(context, pair)));
    } catch (error) {
      problems.push(`${hostPath(pair.path)} could not be compared: ${messageOf(error)}`);
    }
  }
  const baseline = { commit: head.commit, at: head.at };
  return { baseline, folder: target.toHost(folder), changes: changes.sort(worstFirst), uncovered, problems };
}

async function trackedFiles(
  reader: GitReader,
  head: GitCommit,
  problems: string[],
): Promise<ReadonlyMap<string, GitFile>> {
  try {
    const files = await reader.files(head.commit);
    return new Map(files.filter((file) => areaOf(file.path) !== undefined).map((file) => [file.path, file]));
  } catch (error) {
    problems.push(`the baseline's files could not be listed: ${messageOf(error)}`);
    return new Map();
  }
}

/** Files of both sides. A kind the baseline holds nothing of was never baselined: it is uncovered, not "added". */
function pairUp(
  tracked: ReadonlyMap<string, GitFile>,
  disk: ReadonlyMap<string, DiskFile>,
): { readonly pairs: readonly Pair[]; readonly uncovered: readonly string[] } {
  const covered = new Set([...tracked.keys()].map(areaOf));
  const left = new Map<Area, number>();
  const pairs: Pair[] = [];
  for (const path of new Set([...tracked.keys(), ...disk.keys()])) {
    const area = areaOf(path);
    if (area === undefined) continue;
    const old = tracked.get(path);
    const now = disk.get(path);
    if (!covered.has(area)) {
      left.set(area, (left.get(area) ?? 0) + 1);
      continue;
    }
    pairs.push({
      area,
      path,
      ...(old === undefined ? {} : { tracked: old }),
      ...(now === undefined ? {} : { disk: now }),
    });
  }
  const uncovered = [...left].map(
    ([area, count]) => `${area}: ${count} files, and the baseline holds none of this kind`,
  );
  return { pairs, uncovered };
}

function worstFirst(a: DriftChange, b: DriftChange): number {
  const weight = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  if (weight !== 0) return weight;
  const [x, y] = [`${a.path}\0${a.key ?? ""}`, `${b.path}\0${b.key ?? ""}`];
  return x < y ? -1 : x > y ? 1 : 0;
}

export { driftFindings } from "./findings.ts";
export type { BaselineDiff, Cause, DriftChange } from "./types.ts";
export { compareOwn, type OwnDiff } from "./own/compare.ts";
export { grantId } from "./own/grant-id.ts";
export { bodyPath, fed, formatFiles, type Holding, observe, type Observed } from "./own/tree.ts";
export type { CanonRecord, HeldFile } from "./own/record.ts";
export { baselineFolder, commitNamed, commitOwn, openOwn, type OwnBaseline } from "./own/store.ts";
export { factsOf as thingFacts, type Thing } from "./own/things.ts";
export {
  digestOf,
  hasRunOut,
  isDay,
  knownOf,
  type Reviewed,
  reviewed,
  runOut,
  type Vouched,
  vouchedFile,
  vouchedFiles,
  vouchedIn,
} from "./own/vouched.ts";
export { carriedOver } from "./own/carry.ts";
