/** Opens an original database of OpenClaw for a change. Only for a gateway that is proven down and a state that is sealed. */
import type { Db, Host } from "../../host/host.ts";
import { ClawError, messageOf } from "../../model/errors.ts";
import { str } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import type { Installation } from "../types.ts";
import { viewOf } from "../view.ts";
import { refuse } from "./live-file.ts";

/** The control-plane database, real path. Throws where this layout keeps none. */
export function stateDatabase(installation: Installation): string {
  const place = installation.databases.find((db) => db.kind === "state");
  if (place !== undefined) return place.path;
  throw refuse(
    "no-state-database",
    "there is no state database (state/openclaw.sqlite)",
    `this installation keeps its state as ${installation.layout}; change it with OpenClaw's own commands`,
  );
}

/**
 * Runs `work` in one transaction: all or nothing. A locked database means that something of OpenClaw still runs.
 * Errors of SQLite become a ClawError that names the file and never a value.
 */
export async function changeDatabase<T>(
  host: Host,
  installation: Installation,
  path: string,
  work: (db: Db) => T,
): Promise<T> {
  const real = await viewOf(host, installation.target).resolve(path);
  const name = shown(installation.target.toHost(real));
  let db: Db | undefined;
  try {
    db = await host.sqlite.open(real);
    const open = db;
    // Without it SQLite leaves the bytes of deleted rows in the file: old tokens would stay readable.
    open.pragma("secure_delete = ON");
    const result = open.transaction(() => work(open));
    open.pragma("wal_checkpoint(TRUNCATE)");
    return result;
  } catch (error) {
    if (error instanceof ClawError) throw error;
    const text = messageOf(error);
    const busy = /locked|busy/i.test(text);
    throw refuse(
      busy ? "database-busy" : "database-unusable",
      busy ? `${name} is held by another process` : `${name} could not be changed: ${shown(text)}`,
      busy
        ? "make sure that nothing of OpenClaw runs (claw-ir stop), then claw-ir resume"
        : "the state is sealed: restore this database from a backup, or use OpenClaw's own commands",
      error,
    );
  } finally {
    db?.close();
  }
}

/** Whether the table is there with these columns: a layout of another version is left alone. */
export function hasTable(db: Db, table: string, columns: readonly string[]): boolean {
  const names = new Set(
    db.all("SELECT name FROM pragma_table_info(?)", table).map((row) => str(row["name"])),
  );
  return names.size > 0 && columns.every((column) => names.has(column));
}

/**
 * Like `hasTable`, but throws. A trigger on the table is refused: OpenClaw has none there, and a planted one would undo
 * the change in the same moment.
 */
export function requireTable(db: Db, table: string, columns: readonly string[]): void {
  if (!hasTable(db, table, columns))
    throw refuse(
      "unknown-layout",
      `the table ${table} is not as claw-ir knows it`,
      "this is another version of OpenClaw: make this change with its own commands",
    );
  const [trigger] = db.all(
    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) = lower(?)",
    table,
  );
  if (trigger === undefined) return;
  throw refuse(
    "planted-trigger",
    `a trigger (${shown(str(trigger["name"]) ?? "?")}) is attached to ${table}, and OpenClaw attaches none`,
    "treat the database as tampered with: restore it from a backup made before the incident",
  );
}
