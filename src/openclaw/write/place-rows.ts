/**
 * Puts a new secret value into the database rows that hold the old one: shared and agent-local auth profiles, the secret
 * store, the exec-approval socket token. Tables and columns as in 2026.9.6.
 */
import type { Db, Host } from "../../host/host.ts";
import { ClawError, messageOf } from "../../model/errors.ts";
import { str } from "../../model/json.ts";
import type { Place } from "../../model/records.ts";
import type { Installation } from "../types.ts";
import { showPath } from "./config-path.ts";
import { replaceStrings } from "./json5-edit.ts";
import type { Placed, Swap } from "./place-files.ts";
import { swapSecret } from "./secret-text.ts";
import { changeDatabase, hasTable, requireTable } from "./state-db.ts";
import type { NotWritten } from "./types.ts";

interface Column {
  readonly table: string;
  readonly key: string;
  readonly value: string;
  readonly updated: string;
  /** "json": strings inside a JSON text; "plain": the text itself. */
  readonly form: "json" | "plain";
  readonly where: string;
}

/** Of 2026.6 and later; the profiles of an agent stood in its own database until 2026.8, the shared ones beside them. */
const columns: readonly Column[] = [
  {
    table: "config_machine_state",
    key: "state_key",
    value: "value_json",
    updated: "updated_at_ms",
    form: "json",
    where: "state_key LIKE 'authProfiles.%'",
  },
  ...["auth_profile_store", "auth_profile_stores"].map((table): Column => ({
    table,
    key: "store_key",
    value: "store_json",
    updated: "updated_at",
    form: "json",
    where: "1",
  })),
  {
    table: "secret_store_entries",
    key: "name",
    value: "value",
    updated: "updated_at_ms",
    form: "plain",
    where: "deleted_at_ms IS NULL",
  },
  {
    table: "exec_approvals_config",
    key: "config_key",
    value: "raw_json",
    updated: "updated_at_ms",
    form: "json",
    where: "1",
  },
];

/** The new text of one cell, and the paths in it that changed. */
function swapCell(
  column: Column,
  text: string,
  swap: Swap,
): { readonly text: string; readonly at: readonly string[] } {
  const old = swap.old.reveal();
  const next = swap.next.reveal();
  if (column.form === "plain") return { text: swapSecret(text, old, next) ?? text, at: [""] };
  // Unparsable JSON holds nothing that OpenClaw would use; the residue search still looks at it.
  try {
    const result = replaceStrings(text, (value) => swapSecret(value, old, next));
    return { text: result.text, at: result.paths.map(showPath) };
  } catch {
    return { text, at: [] };
  }
}

function swapColumn(db: Db, column: Column, swap: Swap, now: number): readonly string[] {
  const { table, key, value, updated, where } = column;
  // An agent's database has not all of these tables, and older ones have none.
  if (!hasTable(db, table, [key, value, updated])) return [];
  const locators: string[] = [];
  for (const row of db.all(
    `SELECT rowid AS id, ${key} AS key, ${value} AS value FROM ${table} WHERE ${where}`,
  )) {
    const before = str(row["value"]);
    const id = row["id"];
    if (before === undefined || (typeof id !== "number" && typeof id !== "bigint")) continue;
    const after = swapCell(column, before, swap);
    if (after.text === before) continue;
    requireTable(db, table, [key, value, updated]);
    db.run(`UPDATE ${table} SET ${value} = ?, ${updated} = ? WHERE rowid = ?`, after.text, now, id);
    const [kept] = db.all(`SELECT ${value} AS value FROM ${table} WHERE rowid = ?`, id);
    if (kept?.["value"] !== after.text) throw new Error(`the row in ${table} did not keep the new value`);
    const name = `${table}/${str(row["key"]) ?? "?"}`;
    locators.push(...after.at.map((path) => (path === "" ? name : `${name}#${path}`)));
  }
  return locators;
}

/** Every live row that holds the old value gets the new one; one transaction for each database. */
export async function swapInRows(host: Host, installation: Installation, swap: Swap): Promise<Placed> {
  const changed: Place[] = [];
  const notWritten: NotWritten[] = [];
  const now = host.clock.now().getTime();
  for (const { path, kind } of installation.databases) {
    if (kind === "other") continue;
    const shownPath = installation.target.toHost(path);
    try {
      const locators = await changeDatabase(host, installation, path, (db) =>
        columns.flatMap((column) => swapColumn(db, column, swap, now)),
      );
      changed.push(...locators.map((locator) => ({ path: shownPath, locator })));
    } catch (error) {
      const hint = error instanceof ClawError && error.hint !== undefined ? ` (${error.hint})` : "";
      notWritten.push({ place: { path: shownPath }, todo: `${messageOf(error)}${hint}` });
    }
  }
  return { changed, notWritten };
}

/** The live value of a name in the team's secret store. */
export async function storeValue(
  host: Host,
  installation: Installation,
  path: string,
  name: string,
): Promise<string | undefined> {
  return await changeDatabase(host, installation, path, (db) => {
    if (!hasTable(db, "secret_store_entries", ["name", "value", "deleted_at_ms"])) return undefined;
    const [row] = db.all(
      "SELECT value FROM secret_store_entries WHERE name = ? AND deleted_at_ms IS NULL ORDER BY scope_kind DESC",
      name,
    );
    return str(row?.["value"]);
  });
}
