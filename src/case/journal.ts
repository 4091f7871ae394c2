import type { Db, Host } from "../host/host.ts";
import type { Row } from "../host/sqlite.ts";
import { isDict, str, type Json } from "../model/json.ts";
import { canonicalJson, genesis, hmac, sha256 } from "./canonical.ts";
import { immediately, parseStored } from "./database.ts";
import { storingNow } from "./failure.ts";
import { ownFields } from "./fields.ts";
import type { HeadFile } from "./head.ts";
import type { Journal, JournalEntry, Redactor } from "./types.ts";

export type Body = Readonly<Record<string, Json>>;

/** A row of the journal as it is stored; `body` is canonical JSON text. */
export interface StoredEntry {
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly body: string;
  readonly prev: string;
  readonly hash: string;
  readonly mac: string;
}

/** Undefined for a row of another shape. */
export function storedEntry(row: Row): StoredEntry | undefined {
  const seq = row["seq"];
  const [at, kind, body] = [str(row["at"]), str(row["kind"]), str(row["body"])];
  const [prev, hash, mac] = [str(row["prev"]), str(row["hash"]), str(row["mac"])];
  if (typeof seq !== "number" || at === undefined || kind === undefined || body === undefined)
    return undefined;
  if (prev === undefined || hash === undefined || mac === undefined) return undefined;
  return { seq, at, kind, body, prev, hash, mac };
}

/** SHA-256 over the hash before, a line feed and the canonical JSON of seq, at, kind and body. */
export function hashOf(entry: Omit<StoredEntry, "hash" | "mac">): string {
  const text = `{"at":${JSON.stringify(entry.at)},"body":${entry.body},"kind":${JSON.stringify(entry.kind)},"seq":${entry.seq}}`;
  return sha256(`${entry.prev}\n${text}`);
}

/** Proves that this installation wrote the entry: without the key nobody can add one or build the chain anew. */
export function macOf(key: Uint8Array, caseId: string, hash: string): string {
  return hmac(key, `${caseId}\n${hash}`);
}

export function entryOf(stored: StoredEntry): JournalEntry {
  const body = parseStored(stored.body);
  const { seq, at, kind, prev, hash } = stored;
  return { seq, at, kind, body: isDict(body) ? body : {}, prev, hash };
}

interface Parts {
  readonly host: Host;
  readonly db: Db;
  readonly caseId: string;
  /** Derived from the fingerprint key. */
  readonly key: Uint8Array;
  readonly redactor: Redactor;
  readonly head: HeadFile;
}

const page = 500;

/** The chain. Entries and the rows they vouch for are written in one transaction. */
export class Chain implements Journal {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  readonly append = async (kind: string, body: Body): Promise<JournalEntry> => {
    const entry = this.add(kind, body);
    await this.#parts.head.flush();
    return entry;
  };

  /**
   * Adds an entry at once. `rows` runs in the same transaction, is told the entry's number and gives more fields for the
   * body; undefined means that nothing has to be written at all.
   */
  addWith(kind: string, rows: (seq: number) => Body | undefined): JournalEntry | undefined {
    const { db, head } = this.#parts;
    const entry = storingNow("writing the journal", () =>
      immediately(db, () => {
        const last = lastEntry(db);
        const seq = (last?.seq ?? 0) + 1;
        const body = rows(seq);
        return body === undefined ? undefined : this.#insert(seq, kind, body, last?.hash ?? genesis);
      }),
    );
    if (entry !== undefined) head.moved(entry);
    return entry;
  }

  add(kind: string, body: Body): JournalEntry {
    const entry = this.addWith(kind, () => body);
    if (entry === undefined) throw new Error("the journal took no entry");
    return entry;
  }

  #insert(seq: number, kind: string, body: Body, prev: string): JournalEntry {
    const { host, db, caseId, key, redactor } = this.#parts;
    const text = canonicalJson(ownFields(body, redactor.json(body)));
    const unsigned = { seq, at: host.clock.now().toISOString(), kind, body: text, prev };
    const hash = hashOf(unsigned);
    db.run(
      "INSERT INTO journal (seq, at, kind, body, prev, hash, mac) VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[seq, unsigned.at, kind, text, prev, hash, macOf(key, caseId, hash)],
    );
    return entryOf({ ...unsigned, hash, mac: "" });
  }

  /** Read page by page: more may be appended meanwhile. */
  readonly entries = (): IterableIterator<JournalEntry> => entriesOf(this.#parts.db);
}

export function* entriesOf(db: Db): IterableIterator<JournalEntry> {
  for (let after = 0; ;) {
    const rows = db.all("SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", after, page);
    for (const row of rows) {
      const stored = storedEntry(row);
      if (stored === undefined) continue;
      after = stored.seq;
      yield entryOf(stored);
    }
    if (rows.length < page) return;
  }
}

export function lastEntry(db: Db): StoredEntry | undefined {
  const [row] = db.all("SELECT * FROM journal ORDER BY seq DESC LIMIT 1");
  return row === undefined ? undefined : storedEntry(row);
}
