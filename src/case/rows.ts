import type { Db } from "../host/host.ts";
import { isDict, str, type Json } from "../model/json.ts";
import { canonicalJson, sha256 } from "./canonical.ts";
import { parseStored } from "./database.ts";
import { ownFields } from "./fields.ts";
import type { Body, Chain } from "./journal.ts";
import type { Redactor } from "./types.ts";

/**
 * Records of one kind: a row each, vouched for by a journal entry of the same kind whose body has the row's id and, as `row`,
 * the SHA-256 of its JSON. A later record with the same id replaces the row; the journal keeps both.
 */
export class Records<T extends object> {
  readonly #db: Db;
  readonly #chain: Chain;
  readonly #redactor: Redactor;
  readonly #kind: string;
  readonly #is: (value: unknown) => value is T;

  constructor(
    parts: { readonly db: Db; readonly chain: Chain; readonly redactor: Redactor },
    kind: string,
    is: (value: unknown) => value is T,
  ) {
    this.#db = parts.db;
    this.#chain = parts.chain;
    this.#redactor = parts.redactor;
    this.#kind = kind;
    this.#is = is;
  }

  /** Stores it without its secrets. `more` is what the journal should show of it. */
  put(id: string, record: T, more: Body = {}): void {
    const clean = ownFields(Object.fromEntries(Object.entries(record)), this.#redactor.json(record));
    const key = this.#redactor.text(id);
    this.#chain.addWith(this.#kind, (seq) => ({
      ...more,
      id: key,
      row: putRow(this.#db, this.#kind, key, clean, seq),
    }));
  }

  get(id: string): T | undefined {
    const [row] = this.#db.all(
      "SELECT json FROM record WHERE kind = ? AND id = ?",
      ...[this.#kind, this.#redactor.text(id)],
    );
    return this.#decode(str(row?.["json"]));
  }

  /** In the order in which they were first added. */
  all(): readonly T[] {
    const rows = this.#db.all("SELECT json FROM record WHERE kind = ? ORDER BY n", this.#kind);
    return rows.map((row) => this.#decode(str(row["json"]))).filter((one) => one !== undefined);
  }

  #decode(text: string | undefined): T | undefined {
    const value: unknown = text === undefined ? undefined : parseStored(text);
    return this.#is(value) ? value : undefined;
  }
}

/** Writes the row and returns its hash; to be called inside the transaction of journal entry `seq`. */
export function putRow(db: Db, kind: string, id: string, value: Json, seq: number): string {
  const json = canonicalJson(value);
  db.run(
    "INSERT INTO record (kind, id, json, seq) VALUES (?, ?, ?, ?) " +
      "ON CONFLICT (kind, id) DO UPDATE SET json = excluded.json, seq = excluded.seq",
    ...[kind, id, json, seq],
  );
  return sha256(json);
}

/** Any JSON under a name: the facts that steps hand to one another. */
export class FactRows {
  readonly #db: Db;
  readonly #chain: Chain;
  readonly #redactor: Redactor;

  constructor(parts: { readonly db: Db; readonly chain: Chain; readonly redactor: Redactor }) {
    this.#db = parts.db;
    this.#chain = parts.chain;
    this.#redactor = parts.redactor;
  }

  readonly get = (key: string): Json | undefined => {
    const [row] = this.#db.all("SELECT json FROM record WHERE kind = 'fact' AND id = ?", key);
    const text = str(row?.["json"]);
    return text === undefined ? undefined : parseStored(text);
  };

  readonly set = (key: string, value: Json): void => {
    const clean = isDict(value) ? ownFields(value, this.#redactor.json(value)) : this.#redactor.json(value);
    this.#chain.addWith("fact", (seq) => ({ id: key, row: putRow(this.#db, "fact", key, clean, seq) }));
  };
}
