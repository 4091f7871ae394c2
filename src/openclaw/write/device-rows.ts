/** Devices in the pairing tables of the state database, as 2026.8 and later keep them. */
import type { Db, Host } from "../../host/host.ts";
import type { Row } from "../../host/sqlite.ts";
import { num, str } from "../../model/json.ts";
import type { Place } from "../../model/records.ts";
import type { Installation } from "../types.ts";
import { refuse } from "./live-file.ts";
import { changeDatabase, hasTable, requireTable } from "./state-db.ts";

export interface RemovedRows {
  readonly changed: readonly Place[];
  /** Device ids. */
  readonly paired: readonly string[];
  /** Request ids. */
  readonly pending: readonly string[];
  /** Devices that the removed requests were of. */
  readonly asking: readonly string[];
  readonly bootstrapTokens: number;
  readonly joinCodes: number;
  /** Paired devices that were there before. */
  readonly before: readonly string[];
}

const paired = "device_pairing_paired";
const pending = "device_pairing_pending";
const bootstrap = "device_bootstrap_tokens";
const joinCodes = "device_pairing_join_codes";

const nothing: RemovedRows = {
  changed: [],
  paired: [],
  pending: [],
  asking: [],
  bootstrapTokens: 0,
  joinCodes: 0,
  before: [],
};

/**
 * One transaction, read back before it is committed. A state without a database, or with one that has no such tables, holds no
 * device there.
 */
export async function removeRows(
  host: Host,
  installation: Installation,
  ids: readonly string[] | "all",
): Promise<RemovedRows> {
  const path = installation.databases.find(({ kind }) => kind === "state")?.path;
  if (path === undefined) return nothing;
  const done = await changeDatabase(host, installation, path, (db) => remove(db, ids));
  const shownPath = installation.target.toHost(path);
  return { ...done, changed: done.changed.map((locator) => ({ path: shownPath, locator })) };
}

type Removal = Omit<RemovedRows, "changed"> & { readonly changed: readonly string[] };

function remove(db: Db, ids: readonly string[] | "all"): Removal {
  if (!hasTable(db, paired, []) && !hasTable(db, pending, [])) return { ...nothing, changed: [] };
  requireTable(db, paired, ["device_id", "tokens_json"]);
  requireTable(db, pending, ["request_id", "device_id"]);
  const before = pairedIds(db);
  const gone = ids === "all" ? before : before.filter((id) => ids.includes(id));
  const requests = pendingRows(db).filter(({ device }) => ids === "all" || ids.includes(device));
  for (const id of gone) db.run(`DELETE FROM ${paired} WHERE device_id = ?`, id);
  for (const { request } of requests) db.run(`DELETE FROM ${pending} WHERE request_id = ?`, request);
  const tokens = clear(db, bootstrap, "device_id", ids);
  const codes = ids === "all" ? clear(db, joinCodes, "shortcode", ids) : 0;
  const after = pairedIds(db);
  if (after.some((id) => gone.includes(id)) || after.length !== before.length - gone.length)
    throw refuse(
      "not-removed",
      "the device table did not keep the removal",
      "restore the database from a backup",
    );
  return {
    paired: gone,
    pending: requests.map(({ request }) => request),
    asking: requests.map(({ device }) => device),
    bootstrapTokens: tokens,
    joinCodes: codes,
    before,
    changed: [
      ...gone.map((id) => `${paired}/${id}`),
      ...requests.map(({ request }) => `${pending}/${request}`),
      ...(tokens > 0 ? [bootstrap] : []),
      ...(codes > 0 ? [joinCodes] : []),
    ],
  };
}

function texts(rows: readonly Row[], column: string): readonly string[] {
  return rows.flatMap((row) => str(row[column]) ?? []);
}

function pairedIds(db: Db): readonly string[] {
  return texts(db.all(`SELECT device_id FROM ${paired} ORDER BY device_id`), "device_id");
}

function pendingRows(db: Db): readonly { readonly request: string; readonly device: string }[] {
  return db.all(`SELECT request_id, device_id FROM ${pending} ORDER BY request_id`).flatMap((row) => {
    const request = str(row["request_id"]);
    return request === undefined ? [] : [{ request, device: str(row["device_id"]) ?? "" }];
  });
}

/** Versions without the table have nothing of the kind to remove. */
function clear(db: Db, table: string, column: string, ids: readonly string[] | "all"): number {
  if (!hasTable(db, table, [column])) return 0;
  requireTable(db, table, [column]);
  if (ids === "all") return num(db.run(`DELETE FROM ${table}`).changes) ?? 0;
  return ids.reduce((sum, id) => sum + db.run(`DELETE FROM ${table} WHERE ${column} = ?`, id).changes, 0);
}
