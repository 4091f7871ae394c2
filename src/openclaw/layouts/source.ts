import type { Db, Host } from "../../host/host.ts";
import type { Row } from "../../host/sqlite.ts";
import { messageOf } from "../../model/errors.ts";
import type { Reading } from "../../model/outcome.ts";
import { read, unread } from "../../model/outcome.ts";
import type { Unread } from "../failures.ts";
import type { Installation } from "../types.ts";
import type { FileView } from "../view.ts";
import { tolerantRows } from "./missing-columns.ts";
import { isBefore, isEarlierVersion } from "./versions.ts";

/** The shared database, one per agent, and what there was before them: the ledger of tasks and the index of memory. */
export type DatabaseKind = "state" | "agent" | "tasks" | "memory";

/** A copy of a database, open for reading. */
export interface OpenDatabase {
  readonly kind: DatabaseKind;
  readonly agent: string;
  /** Path on the examined host. */
  readonly shown: string;
  readonly db: Db;
  readonly tables: ReadonlySet<string>;
  /** PRAGMA user_version. */
  readonly version: number;
  /** The release that last wrote it, as it says itself. */
  readonly writer?: string;
  /** A migration left it behind. */
  readonly leftover?: true;
  /** What its readings must be marked with: a foreign schema version, a copy made under a writing gateway. */
  readonly notes: readonly string[];
}

/** A database that could not be opened. */
export interface ClosedDatabase {
  readonly kind: DatabaseKind;
  readonly agent: string;
  readonly shown: string;
  readonly outcome: Unread;
  readonly reason: string;
}

/** A transcript that outlived its session, as a file under `agents/<id>/sessions/`. */
export interface ArchiveFile {
  readonly agent: string;
  /** Real path, links resolved. */
  readonly path: string;
  readonly shown: string;
  readonly name: string;
  readonly sessionId: string;
  readonly kind: "deleted" | "reset" | "cold";
  readonly at?: string;
  readonly size: number;
}

/** What a file of the layouts before 2026.8 holds. */
export type FileRole =
  | "session-index"
  | "skills-prompt"
  | "transcript"
  | "trajectory"
  | "devices-paired"
  | "devices-pending"
  | "devices-setup"
  | "nodes-paired"
  | "nodes-pending"
  | "cron-jobs"
  | "cron-state"
  | "cron-runs"
  | "config-audit"
  | "config-health"
  | "exec-approvals"
  | "channel-allow"
  | "channel-pairing"
  | "update-check"
  | "mcp-oauth"
  | "migration-run";

/** One such file, in use or left behind by a migration. */
export interface StateFile {
  readonly role: FileRole;
  readonly agent?: string;
  /** Real path, links resolved. */
  readonly path: string;
  readonly shown: string;
  readonly name: string;
  /** The name it had while it was in use: without ".migrated", ".imported-<ms>", ".bak" and the like. */
  readonly base: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly leftover: boolean;
}

/** Everything the readers of a layout read from. */
export interface Source {
  readonly host: Host;
  readonly installation: Installation;
  readonly view: FileView;
  readonly open: readonly OpenDatabase[];
  readonly closed: readonly ClosedDatabase[];
  readonly archiveFiles: readonly ArchiveFile[];
  readonly files: readonly StateFile[];
  /** Marks secrets in credentials and device tokens where it is given. */
  readonly fingerprintKey?: Uint8Array;
}

const maxRecords = 250_000;

export interface Query<T> {
  readonly kind: DatabaseKind;
  /** Tables that must be there; the first names the reading. */
  readonly tables: readonly [string, ...string[]];
  readonly sql: string;
  /** Undefined for a row that cannot be understood; it is counted and said. */
  readonly map: (row: Row, open: OpenDatabase) => T | readonly T[] | undefined;
}

/** Runs a query on every database of its kind. Content never makes it throw: what is wrong becomes the reading's reason. */
export function query<T>(source: Source, { kind, tables, sql, map }: Query<T>): Reading<T> {
  const records: T[] = [];
  const reasons: string[] = source.closed.filter((one) => one.kind === kind).map((one) => one.reason);
  const open = source.open.filter((one) => one.kind === kind);
  for (const one of open) {
    reasons.push(...one.notes);
    const missing = tables.find((table) => !one.tables.has(table));
    if (missing !== undefined) {
      if (isGap(one, missing)) reasons.push(`${one.shown} has no table ${missing}`);
      continue;
    }
    let strange = 0;
    const lacking = (column: string): void => {
      if (!isEarlierVersion(one.kind, one.version))
        reasons.push(`table ${tables[0]} of ${one.shown} has no column ${column}`);
    };
    try {
      let first = true;
      for (const row of tolerantRows(one.db, tables, sql, lacking)) {
        const mapped = map(first ? watched(row, lacking) : row, one);
        first = false;
        if (mapped === undefined) strange += 1;
        else if (isList(mapped)) records.push(...mapped);
        else records.push(mapped);
        if (records.length >= maxRecords)
          throw new Error(`more than ${maxRecords} rows; the rest was left out`);
      }
    } catch (error) {
      reasons.push(`table ${tables[0]} of ${one.shown} was read in part: ${messageOf(error)}`);
    }
    if (strange > 0)
      reasons.push(`${strange} rows of table ${tables[0]} in ${one.shown} could not be understood`);
  }
  return ended(source, kind, open.length > 0, records, reasons);
}

/** A table that is not there is a gap, unless the release that wrote the database did not have it yet. */
export function isGap(open: OpenDatabase, table: string): boolean {
  return !open.tables.has(table) && !isBefore(table, open.kind, open.version, open.writer);
}

/** There are databases that hold, or should hold, records: the readers of 2026.8 and later apply. */
export function hasDatabases({ installation }: Pick<Source, "installation">): boolean {
  return (
    installation.layout === "sqlite-2026.9" ||
    installation.databases.some((place) => place.kind === "state" || place.kind === "agent")
  );
}

/** With `SELECT *` a column that is gone, or has another name, reads as nothing: the first row tells which are asked for in vain. */
function watched(row: Row, lacking: (column: string) => void): Row {
  return new Proxy(row, {
    get: (target, name) => {
      if (typeof name !== "string") return undefined;
      if (!Object.hasOwn(target, name)) lacking(name);
      return target[name];
    },
  });
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

function ended<T>(
  source: Source,
  kind: DatabaseKind,
  any: boolean,
  records: readonly T[],
  reasons: readonly string[],
): Reading<T> {
  if (any) return read(records, [...new Set(reasons)]);
  const first = source.closed.find((one) => one.kind === kind);
  if (first !== undefined) return unread(first.outcome, [...new Set(reasons)].join("; "));
  return unread("missing", `there is no ${kind} database of OpenClaw`);
}

/** One reading out of several: ok only if all are. */
export function combine<T>(readings: readonly Reading<T>[]): Reading<T> {
  const records = readings.flatMap((reading) => reading.records);
  const reasons = [...new Set(readings.flatMap((reading) => reading.reason ?? []))];
  const bad = readings.filter((reading) => reading.outcome !== "ok");
  const [first] = bad;
  if (first === undefined) return read(records);
  const none = records.length === 0 && bad.length === readings.length && first.outcome !== "ok";
  return none
    ? { outcome: first.outcome, reason: reasons.join("; "), records }
    : { outcome: "partial", reason: reasons.join("; "), records };
}
