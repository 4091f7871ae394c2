import type { Db } from "../../host/host.ts";

const day = 86_400_000;
/** The day the bundled state was made on, as it stands in its rows. */
const recordedDay = "2026-11-20";
const recordedMs = Date.parse(`${recordedDay}T00:00:00Z`);

/**
 * Moves every time in a database by whole days, so that the recorded day becomes yesterday: an incident of last year would
 * make a poor demonstration. Full-text tables and tables without row ids hold nothing that is shown.
 */
export function shiftTimes(db: Db, now: Date): void {
  const days = Math.floor((now.getTime() - recordedMs) / day) - 1;
  if (days === 0) return;
  for (const { name } of tables(db)) {
    try {
      db.transaction(() => shiftTable(db, name, days));
    } catch {
      // A table with rules of its own keeps its times; the demonstration lives without it.
    }
  }
}

function tables(db: Db): readonly { readonly name: string }[] {
  const rows = db.all(
    "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_fts%' AND sql NOT LIKE '%WITHOUT ROWID%' AND sql NOT LIKE 'CREATE VIRTUAL%'",
  );
  return rows.map((row) => ({ name: String(row["name"]) }));
}

function shiftTable(db: Db, table: string, days: number): void {
  const to = new Date(recordedMs + days * day).toISOString().slice(0, 10);
  for (const column of db.all(`SELECT name, type FROM pragma_table_info('${table}')`)) {
    const name = `"${String(column["name"])}"`;
    if (column["type"] === "INTEGER") {
      db.run(
        `UPDATE "${table}" SET ${name} = ${name} + ? WHERE ${name} BETWEEN ? AND ?`,
        days * day,
        recordedMs - 30 * day,
        recordedMs + 30 * day,
      );
    } else if (column["type"] === "TEXT") {
      db.run(
        `UPDATE "${table}" SET ${name} = replace(${name}, ?, ?) WHERE instr(${name}, ?) > 0`,
        recordedDay,
        to,
        recordedDay,
      );
      shiftNumbers(db, table, name, days);
    }
  }
}

/** Epoch milliseconds inside JSON text. */
function shiftNumbers(db: Db, table: string, column: string, days: number): void {
  const rows = db.all(
    `SELECT rowid AS id, ${column} AS text FROM "${table}" WHERE ${column} LIKE '%17951%' OR ${column} LIKE '%17952%'`,
  );
  for (const { id, text } of rows) {
    if (typeof text !== "string" || typeof id !== "number") continue;
    const moved = text.replaceAll(/\b1795[12]\d{8}\b/g, (digits) => String(Number(digits) + days * day));
    if (moved !== text) db.run(`UPDATE "${table}" SET ${column} = ? WHERE rowid = ?`, moved, id);
  }
}
