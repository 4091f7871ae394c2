export type SqlValue = string | number | bigint | null | Uint8Array;
export type Row = Readonly<Record<string, unknown>>;

/** An open database. Statements are always parameterised. */
export interface Db {
  readonly all: (sql: string, ...params: readonly SqlValue[]) => readonly Row[];
  /** One row at a time, for tables that may be large. */
  readonly each: (sql: string, ...params: readonly SqlValue[]) => IterableIterator<Row>;
  readonly run: (sql: string, ...params: readonly SqlValue[]) => { readonly changes: number };
  readonly exec: (sql: string) => void;
  readonly pragma: (text: string) => unknown;
  /** All or nothing. */
  readonly transaction: <T>(work: () => T) => T;
  readonly close: () => void;
}

export interface HostSqlite {
  /**
   * Not on a database of the examined host: open a copy. The exception is a backup, which holds a read transaction on the
   * live one while it copies it. `create` makes the file (0600) if it is not there.
   */
  readonly open: (
    path: string,
    options?: { readonly readOnly?: boolean; readonly create?: boolean },
  ) => Promise<Db>;
  /** A whole database in memory; it has no -wal, and what is written to it goes nowhere. */
  readonly openBytes: (bytes: Uint8Array) => Promise<Db>;
}
