/** Which secrets one version of a file holds: pure, but for the redactor that knows them. */
import type { Redactor } from "../../case/types.ts";
import type { GitBlob, GitMoment } from "../../host/host.ts";
import type { SecretInHistory } from "../../model/git-records.ts";

/** Fingerprint → the credential of this host that it is. */
export type Known = ReadonlyMap<string, { readonly id: string; readonly live: boolean }>;

interface Hit {
  readonly file: string;
  readonly fingerprint: string;
  readonly first: GitMoment;
  readonly last: GitMoment;
  readonly versions: number;
}
/** By fingerprint and file. */
export type Hits = Map<string, Hit>;

const maxHits = 1000;
/** What the redactor leaves in place of a secret. */
const mark = /\[(?:[A-Za-z0-9_-]{2,14}… )?(fp:[0-9a-f]{12}) \(\d{1,9} characters\)\]/g;
const binaryHead = 8000;

/**
 * Fingerprints of the secrets in it. In what is no text only values count that are known: anything can look like a key there. A
 * fingerprint that the file itself shows is none of ours.
 */
export function marksOf(
  bytes: Uint8Array,
  redactor: Pick<Redactor, "text">,
  known: Known,
): ReadonlySet<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isBinary = buffer.subarray(0, binaryHead).includes(0);
  const text = buffer.toString(isBinary ? "latin1" : "utf8");
  const redacted = redactor.text(text);
  if (redacted === text) return new Set();
  const shown = new Set(Array.from(text.matchAll(mark), ([, fingerprint]) => fingerprint));
  const found = Array.from(redacted.matchAll(mark), ([, fingerprint = ""]) => fingerprint);
  return new Set(found.filter((one) => !shown.has(one) && (!isBinary || known.has(one))));
}

/** True where it was kept; there is an end to how many are. */
export function noteHits(
  hits: Hits,
  { path, first, last }: GitBlob,
  fingerprints: ReadonlySet<string>,
): boolean {
  let kept = true;
  for (const fingerprint of fingerprints) {
    const key = `${fingerprint}\0${path}`;
    const before = hits.get(key);
    if (before === undefined) {
      if (hits.size < maxHits) hits.set(key, { file: path, fingerprint, first, last, versions: 1 });
      else kept = false;
      continue;
    }
    // Versions come from the newest commit to the oldest; one that was put back lies in both.
    hits.set(key, {
      ...before,
      versions: before.versions + 1,
      first: first.at < before.first.at ? first : before.first,
      last: last.at > before.last.at ? last : before.last,
    });
  }
  return kept;
}

export function recordOf(
  { file, fingerprint, first, last, versions }: Hit,
  { folder: repository, remote, known }: { folder: string; remote: boolean; known: Known },
): SecretInHistory {
  const credential = known.get(fingerprint);
  return {
    ...{ repository, remote, file, fingerprint },
    ...(credential === undefined ? {} : { credential: credential.id }),
    live: credential?.live === true,
    firstCommit: first.commit,
    firstAt: first.at,
    lastCommit: last.commit,
    lastAt: last.at,
    versions,
    place: { path: `${repository}/${file}`, locator: `commit ${last.commit.slice(0, 12)}/${fingerprint}` },
  };
}
