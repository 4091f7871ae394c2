import { posix } from "node:path";
import type { GitBlob, GitReader } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import type { SecretInHistory } from "../../model/git-records.ts";
import { read, unread } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import { bytesText, counted } from "../../model/text.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import type { Sources } from "../sources.ts";
import { type Hits, type Known, marksOf, noteHits, recordOf } from "./git-secrets.ts";

const maxCommits = 2000;
const maxBlobs = 20_000;
/** A larger file is no config and no text. */
const fileBytes = 4 << 20;
const batchBytes = 8 << 20;
const batchFiles = 200;
const allBytes = 64 << 20;
const maxMs = 40_000;

/**
 * What secrets the history of the git repositories in the state dir and the workspaces still holds. A secret that was taken out
 * of a file is in every clone of its repository. Values stay in memory; what is told is fingerprints.
 */
export async function readGitSecrets(sources: Sources): Promise<Reading<SecretInHistory>> {
  const { host, installation, target } = sources;
  const { scratch } = sources;
  if (scratch === undefined || !installation.found) return unread("missing", "OpenClaw's state was not read");
  const folders = await repositories(sources);
  if (folders.length === 0) return read([]);
  if (!(await host.git.available()))
    return unread("missing", "git is not installed: the history of repositories was not searched");
  const known = await knownOf(sources);
  const reasons = [...known.reasons];
  const records: SecretInHistory[] = [];
  const ends = host.clock.monotonic() + maxMs;
  for (const folder of folders) {
    const shown = target.toHost(folder);
    const say = (reason: string): void => void reasons.push(`git history of ${shown}: ${reason}`);
    try {
      const reader = await host.git.reader(folder, await scratch());
      if (reader === undefined) say("it is kept in a way that is not read here");
      else {
        const search = { folder: shown, remote: await hasRemote(sources, folder), known, ends, say };
        records.push(...(await searchIn(sources, reader, search)));
      }
    } catch (error) {
      if (host.signal.aborted) throw error;
      say(messageOf(error));
    }
  }
  return read(records, reasons);
}

async function repositories({ host, installation }: Sources): Promise<readonly string[]> {
  const { target, agents } = installation;
  const folders = [...new Set([target.stateDir, ...agents.map(({ workspace }) => workspace)])];
  const found: string[] = [];
  for (const folder of folders) {
    if (folder === "") continue;
    const stat = await host.fs.stat(posix.join(folder, ".git")).catch(() => undefined);
    if (stat !== undefined) found.push(folder);
  }
  return found;
}

/** Git's own files are read as text: nothing of them takes effect. */
async function hasRemote({ host }: Sources, folder: string): Promise<boolean> {
  const config = await host.fs
    .readText(posix.join(folder, ".git", "config"), { maxBytes: 1 << 20 })
    .catch(() => "");
  const refs = await host.fs.stat(posix.join(folder, ".git", "refs", "remotes")).catch(() => undefined);
  return refs !== undefined || /^[ \t]{0,20}\[[ \t]{0,20}(?:remote|include)/im.test(config);
}

/** Fingerprint → which credential that is. */
async function knownOf(
  sources: Sources,
): Promise<{ readonly byFingerprint: Known; readonly reasons: readonly string[] }> {
  const { records, outcome, reason } = await sources.readings.get("credentials", sources);
  const byFingerprint = new Map<string, { readonly id: string; readonly live: boolean }>();
  for (const { id, live, secret, mark } of records) {
    if (secret !== undefined) sources.redactor.learn(secret);
    // Under the redactor's own key: that is what it leaves in place of a value.
    const found = secret === undefined ? mark : sources.redactor.mark(secret);
    if (found === undefined) continue;
    if (live || !byFingerprint.has(found.fingerprint)) byFingerprint.set(found.fingerprint, { id, live });
  }
  return { byFingerprint, reasons: outcome === "ok" ? [] : [reason ?? outcome] };
}

interface Search {
  /** Of the repository, on the examined host. */
  readonly folder: string;
  readonly remote: boolean;
  readonly known: { readonly byFingerprint: Known };
  /** By the monotonic clock. */
  readonly ends: number;
  readonly say: (reason: string) => void;
}

async function searchIn(
  sources: Sources,
  reader: GitReader,
  { folder, remote, known, ends, say }: Search,
): Promise<readonly SecretInHistory[]> {
  const { host, redactor } = sources;
  const hits: Hits = new Map();
  try {
    const { blobs, gaps } = await reader.history({ commits: maxCommits, blobs: maxBlobs });
    gaps.forEach(say);
    const { batches, left } = batchesOf(blobs, await reader.sizes([...new Set(blobs.map(({ oid }) => oid))]));
    left.forEach(say);
    let unreadable = 0;
    let dropped = false;
    for (const batch of batches) {
      if (host.clock.monotonic() > ends) {
        say("not all of it could be searched in time");
        break;
      }
      // The redactor works in one go: a Ctrl-C of that time is heard here.
      await new Promise((resolve) => setImmediate(resolve));
      host.signal.throwIfAborted();
      const oids = [...new Set(batch.map(({ oid }) => oid))];
      const texts = await contentsOf(reader, oids, () => host.clock.monotonic() > ends);
      for (const blob of batch) {
        const bytes = texts.get(blob.oid);
        if (bytes === undefined) unreadable += 1;
        else if (!noteHits(hits, blob, marksOf(bytes, redactor, known.byFingerprint))) dropped = true;
      }
    }
    if (unreadable > 0) say(`${counted(unreadable, "version")} of its files could not be read`);
    if (dropped) say("it holds more secrets than are listed");
  } finally {
    await reader.close();
  }
  const around = { folder, remote, known: known.byFingerprint };
  return [...hits.values()].map((hit) => recordOf(hit, around));
}

/** What one broken object spoils is read again in halves, until it stands alone. */
async function contentsOf(
  reader: GitReader,
  oids: readonly string[],
  isLate: () => boolean,
): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    return await reader.contents(oids, batchBytes + fileBytes);
  } catch {
    if (oids.length < 2 || isLate()) return new Map();
    const half = oids.length >> 1;
    const first = await contentsOf(reader, oids.slice(0, half), isLate);
    return new Map([...first, ...(await contentsOf(reader, oids.slice(half), isLate))]);
  }
}

/** What is read together, and what is not read at all. */
function batchesOf(
  blobs: readonly GitBlob[],
  sizes: ReadonlyMap<string, number>,
): { readonly batches: readonly (readonly GitBlob[])[]; readonly left: readonly string[] } {
  const batches: GitBlob[][] = [[]];
  const left = { missing: 0, large: 0, beyond: 0 };
  let bytes = 0;
  let all = 0;
  for (const blob of blobs) {
    const size = sizes.get(blob.oid);
    if (size === undefined) left.missing += 1;
    else if (size > fileBytes) left.large += 1;
    else if (all + size > allBytes) left.beyond += 1;
    else {
      if (bytes + size > batchBytes || (batches.at(-1)?.length ?? 0) >= batchFiles) {
        batches.push([]);
        bytes = 0;
      }
      batches.at(-1)?.push(blob);
      bytes += size;
      all += size;
    }
  }
  const versions = (n: number, what: string): readonly string[] =>
    n === 0 ? [] : [`${counted(n, "version")} of its files ${what}`];
  return {
    batches,
    left: [
      ...versions(left.missing, "could not be found"),
      ...versions(left.large, `with more than ${bytesText(fileBytes)} left out`),
      ...versions(left.beyond, "left out: there is too much to search"),
    ],
  };
}

export const gitHistory: Collector = {
  id: "git-history",
  title: "Secrets in the history of git repositories",
  stage: "collect",
  attack: ["T1552.001", "T1213.003"],
  liveOnly: false,
  timeoutMs: 120_000,
  wide: true,
  collect: fromReading("gitSecrets"),
};
