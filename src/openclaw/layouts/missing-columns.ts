import type { Db } from "../../host/host.ts";
import type { Row } from "../../host/sqlite.ts";
import { messageOf } from "../../model/errors.ts";
import { str } from "../../model/json.ts";

const maxColumns = 64;

/**
 * Rows of a query that names columns which this version of a table may lack: each of them reads as NULL. A table of the same
 * name in front of the query (WITH) stands in for the real one, with the columns added; `lacking` is told each of them as
 * "table.column". Throws as `each` does for everything else that is wrong.
 */
export function* tolerantRows(
  db: Db,
  tables: readonly string[],
  sql: string,
  lacking: (column: string) => void,
): IterableIterator<Row> {
  const added = new Map<string, Set<string>>();
  for (let attempt = 0; ; attempt += 1) {
    let begun = false;
    try {
      for (const row of db.each(withColumns(sql, added))) {
        begun = true;
        yield row;
      }
      return;
    } catch (error) {
      const column = missingColumn(messageOf(error));
      if (begun || column === undefined || attempt >= maxColumns || !add(db, tables, column, added))
        throw error;
      lacking(column.name);
    }
  }
}

interface Missing {
  readonly name: string;
  readonly qualified: boolean;
}

/** SQLite says "no such column: created_at" or "no such column: n.created_at". */
function missingColumn(message: string): Missing | undefined {
  const match = /no such column: (?:([A-Za-z_]\w{0,63})\.)?([A-Za-z_]\w{0,63})$/.exec(message);
  const name = match?.[2];
  return name === undefined ? undefined : { name, qualified: match?.[1] !== undefined };
}

/** A name without its table is missing in all of them, so one is enough; more would make it ambiguous. */
function add(
  db: Db,
  tables: readonly string[],
  { name, qualified }: Missing,
  added: Map<string, Set<string>>,
): boolean {
  const lacking = tables.filter((table) => !columnsOf(db, table).has(name));
  const chosen = qualified ? lacking : lacking.slice(0, 1);
  let any = false;
  for (const table of chosen) {
    const columns = added.get(table) ?? new Set();
    any ||= !columns.has(name);
    added.set(table, columns.add(name));
  }
  return any;
}

function columnsOf(db: Db, table: string): ReadonlySet<string> {
  const rows = db.all("SELECT name FROM pragma_table_info(?)", table);
  return new Set(rows.flatMap((row) => str(row["name"]) ?? []));
}

function withColumns(sql: string, added: ReadonlyMap<string, ReadonlySet<string>>): string {
  if (added.size === 0) return sql;
  const tables = [...added].map(([table, columns]) => {
    const nulls = [...columns].map((column) => `NULL AS ${column}`).join(", ");
    return `${table} AS (SELECT *, ${nulls} FROM main.${table})`;
  });
  return `WITH ${tables.join(", ")} ${sql}`;
}
