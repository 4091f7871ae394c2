import { constants, lstatSync } from "node:fs";
import { open } from "node:fs/promises";
import type Database from "better-sqlite3";
import { ClawError } from "../../model/errors.ts";
import { isDict } from "../../model/json.ts";
import type { Db, HostSqlite, Row, SqlValue } from "../sqlite.ts";

type Statement = Database.Statement<SqlValue[]>;

/** Rows are objects unless a statement returns none; anything else would be a defect of the driver. */
function rowOf(value: unknown): Row {
  return isDict(value) ? value : {};
}

function statements(db: Database.Database): (sql: string) => Statement {
  const prepared = new Map<string, Statement>();
  return (sql) => {
    const known = prepared.get(sql);
    // A statement that is being stepped through by `each` cannot be used a second time.
    if (known?.busy === false) return known;
    const statement = db.prepare<SqlValue[]>(sql);
    if (prepared.size < 200) prepared.set(sql, statement);
    return statement;
  };
}

function* eachRow(statement: Statement, params: readonly SqlValue[]): IterableIterator<Row> {
  for (const row of statement.iterate(...params)) yield rowOf(row);
}

function wrap(db: Database.Database): Db {
  const prepare = statements(db);
  return {
    all: (sql, ...params) =>
      prepare(sql)
        .all(...params)
        .map(rowOf),
    each: (sql, ...params) => eachRow(db.prepare<SqlValue[]>(sql), params),
    run: (sql, ...params) => ({ changes: prepare(sql).run(...params).changes }),
    exec: (sql) => {
      db.exec(sql);
    },
    pragma: (text) => db.pragma(text),
    transaction: (work) => db.transaction(work).immediate(),
    close: () => {
      db.close();
    },
  };
}

/** The schema of a copy may be the intruder's: nothing named in it may call a function with effects. */
function guarded(db: Database.Database): Db {
  try {
    db.pragma("trusted_schema = OFF");
    db.pragma("cell_size_check = ON");
    return wrap(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The file is made before SQLite sees it: -wal and -shm take over the mode of the database. */
async function makeFile(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  await handle.close();
}

function checkFile(path: string): void {
  if (lstatSync(path).isFile()) return;
  throw new ClawError("the database is not a regular file", { exit: "failed", code: "not-a-file" });
}

export function realSqlite(): HostSqlite {
  return {
    open: async (path, options = {}) => {
      if (options.create === true) await makeFile(path);
      checkFile(path);
      const { default: Driver } = await import("better-sqlite3");
      const db = new Driver(path, {
        readonly: options.readOnly === true,
        fileMustExist: true,
        timeout: 5000,
      });
      return guarded(db);
    },
    openBytes: async (bytes) => {
      const { default: Driver } = await import("better-sqlite3");
      return guarded(new Driver(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
    },
  };
}
