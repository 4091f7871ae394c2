/** The last login of each account: lastlog, its successor lastlog2, and wtmpdb. */
import type { Db } from "../../../host/host.ts";
import { messageOf } from "../../../model/errors.ts";
import { isoOf, num, str } from "../../../model/json.ts";
import type { HostEvent } from "../../../model/log-records.ts";
import { resolveInside } from "../../../openclaw/view.ts";
import { readFile, troubleOf } from "../../files.ts";
import type { Sources } from "../../sources.ts";
import { accounts } from "../../users.ts";

/** struct lastlog: a 32-bit time, 32 bytes of terminal, 256 of host. The file is sparse: one record per user id. */
const recordBytes = 292;
const databaseBytes = 16 << 20;
const maxRows = 20_000;

export async function lastLogins(sources: Sources, reasons: string[]): Promise<readonly HostEvent[]> {
  return [
    ...(await ofLastlog(sources, reasons)),
    ...(await ofDatabase(sources, reasons, "/var/lib/lastlog/lastlog2.db", lastlog2)),
    ...(await ofDatabase(sources, reasons, "/var/lib/wtmpdb/wtmp.db", wtmpdb)),
  ];
}

async function ofLastlog(sources: Sources, reasons: string[]): Promise<readonly HostEvent[]> {
  const { host, target } = sources;
  const path = "/var/log/lastlog";
  try {
    const real = await resolveInside(host, target.root, target.toReal(path));
    if ((await host.fs.stat(real))?.kind !== "file") return [];
    const known = await accounts(sources);
    const handle = host.fs.open(real);
    try {
      return known.flatMap(({ uid, user }) => {
        const bytes = new Uint8Array(recordBytes);
        const got = uid < 0 ? 0 : handle.readAt(bytes, uid * recordBytes);
        const event = got === recordBytes ? parseLastlog(bytes, user) : undefined;
        return event === undefined ? [] : [{ ...event, place: { path, locator: `user id ${uid}` } }];
      });
    } finally {
      handle.close();
    }
  } catch (error) {
    const trouble = troubleOf(path, error);
    if (trouble.outcome !== "missing") reasons.push(trouble.reason);
    return [];
  }
}

/** One record; undefined for an account that never logged in. */
export function parseLastlog(bytes: Uint8Array, user: string): Omit<HostEvent, "place"> | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const seconds = view.getUint32(0, true);
  const at = isoOf(seconds * 1000);
  if (at === undefined) return undefined;
  const text = (from: number, length: number): string =>
    Buffer.from(bytes.subarray(from, from + length))
      .toString("utf8")
      .replace(/\0.*$/s, "");
  const from = text(36, 256) || text(4, 32);
  return { kind: "login", at, user, from, program: "lastlog", text: `last login of ${user} from ${from}` };
}

type Rows = (db: Db, path: string) => readonly HostEvent[];

const lastlog2: Rows = (db, path) =>
  db
    .all(`SELECT Name, Time, TTY, RemoteHost FROM Lastlog2 LIMIT ${maxRows}`)
    .map((row, i) => eventOf(path, i, "login", row["Name"], (num(row["Time"]) ?? 0) * 1000, row));

/** Types as in wtmp; times in microseconds. */
const wtmpdb: Rows = (db, path) =>
  db
    .all(`SELECT Type, User, Login, Logout, TTY, RemoteHost FROM wtmp ORDER BY ID DESC LIMIT ${maxRows}`)
    .map((row, i) => {
      const until = isoOf((num(row["Logout"]) ?? 0) / 1000);
      const kind = row["Type"] === 1 ? "boot" : "login";
      const event = eventOf(path, i, kind, row["User"], (num(row["Login"]) ?? 0) / 1000, row);
      return until === undefined ? event : { ...event, until };
    });

function eventOf(
  path: string,
  row: number,
  kind: "login" | "boot",
  name: unknown,
  ms: number,
  columns: Readonly<Record<string, unknown>>,
): HostEvent {
  const at = isoOf(ms);
  const user = str(name);
  const from = str(columns["RemoteHost"]) || str(columns["TTY"]);
  return {
    kind,
    ...(at === undefined ? {} : { at }),
    ...(user === undefined || kind === "boot" ? {} : { user }),
    ...(from === undefined || from === "" ? {} : { from }),
    program: path.includes("wtmpdb") ? "wtmpdb" : "lastlog2",
    text: `${kind} ${user ?? ""} ${from ?? ""}`.trim(),
    place: { path, locator: `row ${row + 1}` },
  };
}

/** A view under the table's name could keep the reader busy for ever. */
function isPlain(db: Db, table: string): boolean {
  const [row] = db.all("SELECT type, sql FROM sqlite_master WHERE name = ? COLLATE NOCASE", table);
  return row?.["type"] === "table" && !/^\s*CREATE\s+VIRTUAL/i.test(str(row["sql"]) ?? "");
}

/** A copy in memory is opened: the file itself is neither locked nor changed. */
async function ofDatabase(
  sources: Sources,
  reasons: string[],
  path: string,
  rows: Rows,
): Promise<readonly HostEvent[]> {
  const file = await readFile(sources, path, databaseBytes);
  if (!file.ok) {
    if (file.outcome !== "missing") reasons.push(file.reason);
    return [];
  }
  if (!file.whole) {
    reasons.push(`${path} is larger than ${databaseBytes >> 20} MiB and was not read`);
    return [];
  }
  try {
    const db = await sources.host.sqlite.openBytes(file.bytes);
    try {
      if (!isPlain(db, path.includes("wtmpdb") ? "wtmp" : "Lastlog2")) {
        reasons.push(`${path} does not hold the table that it should`);
        return [];
      }
      return rows(db, path);
    } finally {
      db.close();
    }
  } catch (error) {
    reasons.push(`${path} could not be read: ${messageOf(error)}`);
    return [];
  }
}
