import type { Db } from "../host/host.ts";
import { dict, num, str, type Dict } from "../model/json.ts";
import { parseStored } from "./database.ts";
import type { ReadHead } from "./head.ts";
import { storedEntry, type StoredEntry } from "./journal.ts";
import { beginning, entryProblem, headProblem, unknownEntry } from "./tail.ts";

export interface Vouched {
  readonly seq: number;
  /** SHA-256 of the row's JSON. */
  readonly row: string;
}
export interface VouchedFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What the journal says should be there, and what is wrong with the journal itself. */
export interface JournalCheck {
  readonly entries: number;
  /** By kind and id, divided by a NUL: the newest entry for each row. */
  readonly rows: Map<string, Vouched>;
  /** Entry number → the timeline batch it vouches for. */
  readonly batches: Map<number, { readonly events: number; readonly rows: string }>;
  /** Every version of every artifact. */
  readonly files: VouchedFile[];
  /** By path: the newest entry. */
  readonly archives: Map<string, VouchedFile>;
}

interface Against {
  readonly head: ReadHead | undefined;
  readonly key: Uint8Array | undefined;
  readonly caseId: string;
}

const page = 500;

export function rowKey(kind: string, id: string): string {
  return `${kind}\0${id}`;
}

/** Walks the whole chain. All entries are read even after a problem, so that files are still compared. */
export function checkJournal(db: Db, against: Against, problems: string[]): JournalCheck {
  const said: JournalCheck = {
    entries: 0,
    rows: new Map(),
    batches: new Map(),
    files: [],
    archives: new Map(),
  };
  const wrong: string[] = [];
  let before: Pick<StoredEntry, "seq" | "hash"> = beginning;
  let entries = 0;
  for (const entry of rowsOf(db)) {
    entries += 1;
    if (entry === undefined) {
      wrong.push(`an entry after number ${before.seq} has another shape`);
      continue;
    }
    const problem = problemOf(entry, before, against);
    if (problem !== undefined) wrong.push(problem);
    collect(entry, said);
    before = entry;
  }
  const atEnd = headProblem(before.seq === 0 ? undefined : before, against.head);
  if (atEnd !== undefined) wrong.push(atEnd);
  const shown = wrong.slice(0, 20).map((one) => `journal: ${one}`);
  problems.push(...shown, ...(wrong.length > 20 ? [`journal: and ${wrong.length - 20} more problems`] : []));
  return { ...said, entries };
}

function problemOf(
  entry: StoredEntry,
  before: Pick<StoredEntry, "seq" | "hash">,
  { head, key, caseId }: Against,
): string | undefined {
  const problem = entryProblem(entry, before, key, caseId);
  if (problem !== undefined) return problem;
  if (head?.seq === entry.seq && head.hash !== entry.hash) return unknownEntry(head);
  if (entry.seq !== 1) return undefined;
  const body = dict(parseStored(entry.body));
  return entry.kind === "case" && body["id"] === caseId ? undefined : "it begins with another case";
}

function* rowsOf(db: Db): IterableIterator<StoredEntry | undefined> {
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const rows = db.all("SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", after, page);
    for (const row of rows) {
      after = num(row["seq"]) ?? after;
      yield storedEntry(row);
    }
    if (rows.length < page) return;
  }
}

function collect({ seq, kind, body: text }: StoredEntry, said: JournalCheck): void {
  const body = dict(parseStored(text));
  const id = str(body["id"]);
  const row = str(body["row"]);
  if (id !== undefined && row !== undefined) said.rows.set(rowKey(kind, id), { seq, row });
  if (kind === "timeline") {
    said.batches.set(seq, { events: num(body["events"]) ?? 0, rows: str(body["rows"]) ?? "" });
  }
  const kept = vouchedFile(body, kind === "artifact" ? str(body["file"]) : id);
  if (kept === undefined) return;
  if (kind === "artifact") said.files.push(kept);
  if (kind === "archive") said.archives.set(kept.file, kept);
}

function vouchedFile(body: Dict, file: string | undefined): VouchedFile | undefined {
  const [sha256, bytes] = [str(body["sha256"]), num(body["bytes"])];
  if (file === undefined || sha256 === undefined || bytes === undefined) return undefined;
  return { file, sha256, bytes };
}
