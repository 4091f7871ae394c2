import type { Db } from "../host/host.ts";
import { genesis } from "./canonical.ts";
import type { ReadHead } from "./head.ts";
import { hashOf, lastEntry, macOf, storedEntry, type StoredEntry } from "./journal.ts";

/**
 * What is wrong with the journal's end as seen from journal.head, or undefined. Looks at nothing before the head: enough to
 * refuse to write to a case whose end was cut off, which would hide it.
 */
export function tailProblem(
  db: Db,
  head: ReadHead | undefined,
  key: Uint8Array,
  caseId: string,
): string | undefined {
  const wrong = headProblem(lastEntry(db), head);
  if (wrong !== undefined || head === undefined) return wrong;
  let before: Pick<StoredEntry, "seq" | "hash"> | undefined = head.seq === 0 ? beginning : undefined;
  for (const row of db.all("SELECT * FROM journal WHERE seq >= ? ORDER BY seq", head.seq)) {
    const entry = storedEntry(row);
    if (entry === undefined) return "an entry has another shape";
    if (before === undefined && (entry.seq !== head.seq || entry.hash !== head.hash))
      return unknownEntry(head);
    const problem = entryProblem(entry, before, key, caseId);
    if (problem !== undefined) return problem;
    before = entry;
  }
  return undefined;
}

/** What the first entry follows. */
export const beginning = { seq: 0, hash: genesis };

/** What journal.head says against a journal that ends with `last`. */
export function headProblem(
  last: Pick<StoredEntry, "seq"> | undefined,
  head: ReadHead | undefined,
): string | undefined {
  if (last === undefined) return "the journal is empty";
  if (head === undefined) return "journal.head is missing";
  if (!head.valid) return "journal.head does not fit this case and the fingerprint key";
  return head.seq > last.seq
    ? `the journal ends at entry ${last.seq}, journal.head knows ${head.seq}`
    : undefined;
}

export function unknownEntry(head: ReadHead): string {
  return `entry ${head.seq} is not the one that journal.head knows`;
}

/** What is wrong with an entry, on its own and behind `before`. Without a key its author cannot be told. */
export function entryProblem(
  entry: StoredEntry,
  before: Pick<StoredEntry, "seq" | "hash"> | undefined,
  key: Uint8Array | undefined,
  caseId: string,
): string | undefined {
  if (before !== undefined && entry.seq !== before.seq + 1) return `entry ${before.seq + 1} is missing`;
  if (before !== undefined && entry.prev !== before.hash) {
    return `entry ${entry.seq} does not follow the one before`;
  }
  if (hashOf(entry) !== entry.hash) return `entry ${entry.seq} was changed`;
  if (key !== undefined && macOf(key, caseId, entry.hash) !== entry.mac) {
    return `entry ${entry.seq} was not written by this installation`;
  }
  return undefined;
}
