/** Every restored database is opened and read through: a file that hashes right may have been damaged when it was archived. */
import { join } from "node:path";
import type { Db, Host } from "../../host/host.ts";
import { cancelled, codeOf, messageOf } from "../../model/errors.ts";
import { dict, list, num, str } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import type { DatabaseCheck } from "./types.ts";

/** A schema made to exhaust us has more. OpenClaw's largest has 130. */
const maxTables = 5_000;

/** `names` are relative to `into`. The databases are opened for writing: a raw one has its log to take in. */
export async function checkDatabases(
  host: Host,
  into: string,
  names: readonly string[],
  countMs: number,
  onOne: (name: string) => void,
): Promise<readonly DatabaseCheck[]> {
  const checks: DatabaseCheck[] = [];
  for (const name of names) {
    if (host.signal.aborted) throw cancelled();
    onOne(name);
    checks.push(await checkDatabase(host, join(into, name), `/${name}`, countMs));
    await host.clock.sleep(0);
  }
  return checks;
}

async function checkDatabase(
  host: Host,
  path: string,
  shownPath: string,
  countMs: number,
): Promise<DatabaseCheck> {
  const base = { path: shownPath, rows: null, tables: 0, notes: [] };
  let db: Db;
  try {
    db = await host.sqlite.open(path);
  } catch (error) {
    return { ...base, ...failure(error) };
  }
  try {
    const said = integrityOf(db);
    if (said !== "ok") return { ...base, integrity: said, state: "damaged" };
    return { ...base, integrity: "ok", state: "ok", ...countRows(host, db, shownPath, countMs) };
  } catch (error) {
    return { ...base, ...failure(error) };
  } finally {
    db.close();
  }
}

/** Corruption is a verdict; anything else that keeps a database shut is not. */
function failure(error: unknown): Pick<DatabaseCheck, "integrity" | "state"> {
  const isDamage = /^SQLITE_(?:CORRUPT|NOTADB)/.test(codeOf(error) ?? "");
  return { integrity: shown(messageOf(error), 200), state: isDamage ? "damaged" : "unchecked" };
}

function integrityOf(db: Db): string {
  const rows = list(db.pragma("integrity_check(5)")).map((row) => str(dict(row)["integrity_check"]) ?? "");
  return rows.length === 1 && rows[0] === "ok" ? "ok" : shown(rows.join("; "), 300);
}

type Counted = Pick<DatabaseCheck, "rows" | "tables" | "notes">;

/** Tables only: a view would run what its author wrote. Virtual tables are looked into, to see that their module is there. */
function countRows(host: Pick<Host, "clock">, db: Db, path: string, countMs: number): Counted {
  const until = host.clock.monotonic() + countMs;
  const notes: string[] = [];
  let rows = 0;
  let tables = 0;
  for (const { name, type } of tablesOf(db)) {
    if (host.clock.monotonic() > until || tables >= maxTables) {
      notes.push(`${shown(path)} has more rows than could be counted in time.`);
      break;
    }
    tables += 1;
    const quoted = `"${name.replaceAll('"', '""')}"`;
    if (type !== "virtual") rows += num(db.all(`SELECT count(*) AS n FROM ${quoted}`)[0]?.["n"]) ?? 0;
    else {
      const trouble = lookInto(db, quoted);
      if (trouble !== undefined)
        notes.push(`The virtual table ${shown(name, 80)} of ${shown(path)} could not be read: ${trouble}.`);
    }
  }
  return { rows, tables, notes };
}

function tablesOf(db: Db): readonly { readonly name: string; readonly type: string }[] {
  return list(db.pragma("table_list")).flatMap((row) => {
    const { schema, name, type } = dict(row);
    const isTable = type === "table" || type === "virtual" || type === "shadow";
    if (schema !== "main" || !isTable || typeof name !== "string" || name.startsWith("sqlite_")) return [];
    return [{ name, type }];
  });
}

function lookInto(db: Db, quoted: string): string | undefined {
  try {
    db.all(`SELECT 1 FROM ${quoted} LIMIT 1`);
    return undefined;
  } catch (error) {
    return shown(messageOf(error), 120);
  }
}
