import { join } from "node:path";
import type { Db, Host } from "../../host/host.ts";
import type { Row } from "../../host/sqlite.ts";
import type { Operation } from "../../model/activity-records.ts";
import { messageOf } from "../../model/errors.ts";
import { isoOf, num, str } from "../../model/json.ts";
import type { Reading } from "../../model/outcome.ts";
import { read } from "../../model/outcome.ts";
import { openCopy } from "../database.ts";
import { present } from "../present.ts";
import type { Installation } from "../types.ts";
import type { FileView } from "../view.ts";

const maxRows = 10_000;

/** Databases that OpenClaw took out of use, and those that it last saw closed in the middle of something. */
export async function readQuarantine(
  host: Host,
  view: FileView,
  { databases, target }: Installation,
  scratch: string,
): Promise<Reading<Operation>> {
  const place = databases.find((one) => one.path.endsWith("/state/openclaw-quarantine.sqlite"));
  if (place === undefined) return read<Operation>([]);
  const shown = target.toHost(place.path);
  const folder = join(scratch, "quarantine");
  try {
    await host.fs.mkdir(folder);
    const opened = await openCopy(host, view, { path: place.path, shown, folder });
    if (!opened.ok) return read<Operation>([], [opened.reason]);
    try {
      return rowsOf(opened.db, shown, opened.notes);
    } finally {
      opened.db.close();
    }
  } catch (error) {
    return read<Operation>([], [`${shown} could not be read: ${messageOf(error)}`]);
  }
}

function rowsOf(db: Db, path: string, notes: readonly string[]): Reading<Operation> {
  const names = db
    .all("SELECT name FROM sqlite_master WHERE type = 'table'")
    .map((row) => str(row["name"]) ?? "");
  const reasons = [...notes];
  const found: Operation[] = [];
  const each = (table: string, map: (row: Row) => Operation | undefined): void => {
    if (!names.includes(table)) return;
    try {
      for (const row of db.all(`SELECT * FROM ${table} ORDER BY path LIMIT ${maxRows}`)) {
        const operation = map(row);
        if (operation !== undefined) found.push(operation);
      }
    } catch (error) {
      reasons.push(`table ${table} of ${path} could not be read: ${messageOf(error)}`);
    }
  };
  each("quarantined_databases", (row) => quarantined(row, path));
  each("agent_integrity_verifications", (row) => verified(row, path));
  return read(found, reasons);
}

function quarantined(row: Row, path: string): Operation | undefined {
  const at = isoOf(num(row["quarantined_at"]));
  const database = str(row["path"]) ?? "?";
  if (at === undefined) return undefined;
  return {
    kind: "quarantine",
    at,
    ...present({ status: str(row["kind"]) }),
    detail: `${database} was taken out of use: ${str(row["reason"]) ?? "no reason given"}`.slice(0, 2000),
    place: { path, locator: `quarantined_databases/${database}` },
  };
}

function verified(row: Row, path: string): Operation | undefined {
  const at = isoOf(num(row["verified_at"]));
  const database = str(row["path"]) ?? "?";
  if (at === undefined || num(row["clean_close"]) !== 0) return undefined;
  return {
    kind: "diagnostic",
    at,
    status: "not closed cleanly",
    detail: `${database} was last found whole, and was not closed since`,
    place: { path, locator: `agent_integrity_verifications/${database}` },
  };
}
