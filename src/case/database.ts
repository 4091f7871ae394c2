import { join } from "node:path";
import type { Db, Host } from "../host/host.ts";
import { str, type Json } from "../model/json.ts";
import { shown } from "../model/text.ts";
import { storing } from "./failure.ts";

export const databaseName = "case.sqlite";

/** One entry per object that has to be in the schema; `case verify` compares, so that no trigger or view can slip in. */
export const schema: Readonly<Record<string, string>> = {
  journal:
    "CREATE TABLE journal (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, " +
    "prev TEXT NOT NULL, hash TEXT NOT NULL, mac TEXT NOT NULL) STRICT",
  // Everything but the timeline: one row per record, with the journal entry that vouches for it.
  record:
    "CREATE TABLE record (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL, " +
    "seq INTEGER NOT NULL) STRICT",
  record_id: "CREATE UNIQUE INDEX record_id ON record (kind, id)",
  event:
    "CREATE TABLE event (n INTEGER PRIMARY KEY, at TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL, " +
    "seq INTEGER NOT NULL) STRICT",
  event_id: "CREATE UNIQUE INDEX event_id ON event (id)",
  event_at: "CREATE INDEX event_at ON event (at, id)",
};

const schemaVersion = 1;

/** Opens the case's database for writing, durable at every commit. */
export async function openDatabase(host: Host, folder: string, way: "create" | "existing"): Promise<Db> {
  return storing(`opening ${databaseName}`, async () => {
    const db = await host.sqlite.open(join(folder, databaseName), { create: way === "create" });
    try {
      db.pragma("busy_timeout = 2000");
      db.pragma("trusted_schema = OFF");
      db.pragma("journal_mode = WAL");
      db.pragma("synchronous = FULL");
      if (way === "create") build(db);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

function build(db: Db): void {
  immediately(db, () => {
    for (const sql of Object.values(schema)) db.exec(sql);
    db.pragma(`user_version = ${schemaVersion}`);
  });
}

/** What in the schema is not as claw-ir made it: a trigger or view could change or hide what is written. */
export function schemaProblems(db: Db): readonly string[] {
  const there = new Map<string, string>();
  for (const row of db.all("SELECT name, sql FROM sqlite_schema")) {
    there.set(str(row["name"]) ?? "", str(row["sql"]) ?? "");
  }
  const changed = Object.keys(schema).filter((name) => there.get(name) !== schema[name]);
  const added = [...there.keys()].filter((name) => !Object.hasOwn(schema, name));
  return [
    ...changed.map((name) => `${name} is not as claw-ir made it`),
    ...added.map((name) => `${shown(name)} does not belong there`),
  ];
}

/** A write transaction that takes the lock at once, so that reading the last entry and adding one cannot be interleaved. */
export function immediately<T>(db: Db, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    try {
      db.exec("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself (full disk); what went wrong first is what counts.
    }
    throw error;
  }
}

/** Text that this program wrote as JSON; null for anything else. */
export function parseStored(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
