/** Allow-lists, pairing requests and approvals in the tables of the state database, as 2026.8 and later keep them. */
import type { Db, Host } from "../../host/host.ts";
import type { SqlValue } from "../../host/sqlite.ts";
import type { GrantEntry } from "../../model/grant-entry.ts";
import { dict, list, num, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Installation } from "../types.ts";
import { editApprovals, ofExec } from "./exec-approvals.ts";
import { entriesIn } from "./grant-result.ts";
import type { TakenOut } from "./grant-result.ts";
import { refuse } from "./live-file.ts";
import { senderAgain } from "./sender-again.ts";
import { changeDatabase, hasTable, requireTable } from "./state-db.ts";

type InTable = Omit<TakenOut, "place"> & { readonly locator: string };

/** One transaction, read back before it is committed. Nothing for a state without a database, or one without such tables. */
export async function takeFromRows(
  host: Host,
  installation: Installation,
  entries: readonly GrantEntry[],
): Promise<readonly TakenOut[]> {
  const path = installation.databases.find(({ kind }) => kind === "state")?.path;
  if (path === undefined) return [];
  const now = host.clock.now().getTime();
  const found = await changeDatabase(host, installation, path, (db) => [
    ...fromChannels(db, entries),
    ...fromStanding(db, entries, now),
    ...fromPlugins(db, entries),
    ...fromApprovals(db, entries, now),
  ]);
  const shownPath = installation.target.toHost(path);
  return found.map(({ locator, ...one }) => ({ ...one, place: { path: shownPath, locator } }));
}

interface Rows {
  readonly table: string;
  readonly where: string;
  readonly key: readonly SqlValue[];
}

/** Takes the rows out and looks whether they are gone; the number of rows that went. */
function remove(db: Db, { table, where, key }: Rows): number {
  const gone = db.run(`DELETE FROM ${table} WHERE ${where}`, ...key).changes;
  expectNone(db, { table, where, key });
  return gone;
}

function expectNone(db: Db, { table, where, key }: Rows): void {
  const [left] = db.all(`SELECT count(*) AS n FROM ${table} WHERE ${where}`, ...key);
  if (num(left?.["n"]) !== 0 && left?.["n"] !== 0n)
    throw refuse("not-removed", `${table} did not keep the removal`, "restore the database from a backup");
}

const channelTables = {
  "channel-allow": { table: "channel_pairing_allow_entries", sender: "entry" },
  "channel-pairing": { table: "channel_pairing_requests", sender: "request_id" },
} as const;

function fromChannels(db: Db, entries: readonly GrantEntry[]): readonly InTable[] {
  return entriesIn(entries, "channel-allow", "channel-pairing").flatMap((entry) => {
    const { table, sender } = channelTables[entry.in];
    if (!hasTable(db, table, [])) return [];
    requireTable(db, table, ["channel_key", "account_id", sender]);
    const where = `channel_key = ? AND account_id = ? AND ${sender} = ?`;
    const key = [entry.channel, entry.account, entry.sender];
    if (remove(db, { table, where, key }) === 0) return [];
    return [
      {
        entry,
        locator: `${table}/${key.join("/")}`,
        how: `removed from ${table}`,
        inverse: senderAgain(entry),
      },
    ];
  });
}

const standing = "operator_approval_standing_grants";

/** As OpenClaw's own command does it: the row stays, marked as revoked, and lets nothing happen any more. */
function fromStanding(db: Db, entries: readonly GrantEntry[], now: number): readonly InTable[] {
  return entriesIn(entries, "standing-grant").flatMap((entry) => {
    if (!hasTable(db, standing, [])) return [];
    requireTable(db, standing, ["grant_id", "revoked_at_ms", "revoked_by"]);
    const rows = { table: standing, where: "grant_id = ? AND revoked_at_ms IS NULL", key: [entry.id] };
    const set = `UPDATE ${standing} SET revoked_at_ms = ?, revoked_by = 'claw-ir' WHERE ${rows.where}`;
    const { changes } = db.run(set, now, entry.id);
    expectNone(db, rows);
    if (changes === 0) return [];
    const inverse = `answer "always" when the job asks again`;
    return [{ entry, locator: `${standing}/${entry.id}`, how: `revoked in ${standing}`, inverse }];
  });
}

const bindings = "plugin_binding_approvals";

function fromPlugins(db: Db, entries: readonly GrantEntry[]): readonly InTable[] {
  return entriesIn(entries, "plugin-binding").flatMap((entry) => {
    if (!hasTable(db, bindings, [])) return [];
    requireTable(db, bindings, ["plugin_root", "channel", "account_id"]);
    const key = [entry.channel, entry.account, entry.root];
    const where = "channel = ? AND account_id = ? AND plugin_root = ?";
    if (remove(db, { table: bindings, where, key }) === 0) return [];
    const inverse = "approve the plugin when it asks again";
    return [{ entry, locator: `${bindings}/${key.join("/")}`, how: `removed from ${bindings}`, inverse }];
  });
}

const approvals = "exec_approvals_config";

function fromApprovals(db: Db, entries: readonly GrantEntry[], now: number): readonly InTable[] {
  const wanted = ofExec(entries);
  if (wanted.length === 0 || !hasTable(db, approvals, [])) return [];
  requireTable(db, approvals, ["config_key", "raw_json", "updated_at_ms"]);
  return db.all(`SELECT config_key, raw_json FROM ${approvals}`).flatMap((row) => {
    const [key, text] = [str(row["config_key"]), str(row["raw_json"])];
    if (key === undefined || text === undefined) return [];
    const edit = editApprovals(text, wanted, approvals);
    if (edit === undefined) return [];
    db.run(
      `UPDATE ${approvals} SET raw_json = ?, updated_at_ms = ? WHERE config_key = ?`,
      edit.text,
      now,
      key,
    );
    project(db, key, edit.value);
    const [kept] = db.all(`SELECT raw_json FROM ${approvals} WHERE config_key = ?`, key);
    if (kept?.["raw_json"] !== edit.text) throw new Error(`${approvals} did not keep the change`);
    return edit.taken.map((one) => ({ ...one, locator: `${approvals}/${key}` }));
  });
}

/** OpenClaw keeps some of it in columns of their own beside the text. */
function project(db: Db, key: string, value: Dict): void {
  const defaults = dict(value["defaults"]);
  const lists = Object.values(dict(value["agents"])).map((agent) => list(dict(agent)["allowlist"]).length);
  const columns: readonly (readonly [string, SqlValue])[] = [
    ["allowlist_count", lists.reduce((sum, n) => sum + n, 0)],
    ["default_security", str(defaults["security"]) ?? null],
    ["default_ask", str(defaults["ask"]) ?? null],
    ["default_ask_fallback", str(defaults["askFallback"]) ?? null],
  ];
  for (const [column, next] of columns)
    if (hasTable(db, approvals, [column]))
      db.run(`UPDATE ${approvals} SET ${column} = ? WHERE config_key = ?`, next, key);
}
