import { join } from "node:path";
import type { Reading } from "../../../model/outcome.ts";
import { read, unread } from "../../../model/outcome.ts";
import { isGap } from "../source.ts";
import type { Source } from "../source.ts";

/**
 * The records of files. Where no file is in use they may lie in a database instead, and then there is nothing to say; but a
 * state without that database, or one whose version still kept them in files, lacks something.
 * `table` is where they went, `name` the file where they were, below the state dir.
 */
export function fromFiles<T>(
  source: Source,
  { name, table, inUse }: { readonly name: string; readonly table: string; readonly inUse: boolean },
  records: readonly T[],
  reasons: readonly string[],
): Reading<T> {
  const lacking = inUse || isInDatabase(source, table) ? [] : [notThere(source, name)];
  if (lacking.length > 0 && records.length === 0 && reasons.length === 0)
    return unread("missing", lacking.join());
  return read(records, [...lacking, ...new Set(reasons)]);
}

function notThere({ installation: { target } }: Source, name: string): string {
  return `${target.toHost(join(target.stateDir, name))} is not there`;
}

/** Tables of these were made long before they were used (2026.6 and 2026.7, schema version 1). */
const usedSinceVersion8 = new Set([
  "device_pairing_paired",
  "exec_approvals_config",
  "channel_pairing_allow_entries",
  "diagnostic_events",
]);

function isInDatabase(source: Source, table: string): boolean {
  const kind = table.startsWith("session_") ? "agent" : "state";
  if (source.closed.some((one) => one.kind === kind)) return true;
  return source.open.some(
    (one) => one.tables.has(table) && !(one.version <= 1 && usedSinceVersion8.has(table)),
  );
}

/** What versions before `since` did not keep at all, as a reading that says so. */
export function notKept<T>(source: Source, table: string, what: string, since: string): Reading<T> {
  const databases = source.open.filter(({ kind }) => kind === "state");
  const kept = databases.some((one) => one.tables.has(table) || isGap(one, table));
  if (kept || source.closed.some(({ kind }) => kind === "state")) return read([]);
  return unread("missing", `OpenClaw before ${since} keeps no ${what}`);
}
