import type { Reading } from "../../model/outcome.ts";
import { read } from "../../model/outcome.ts";
import { query } from "./source.ts";
import type { DatabaseKind, Query, Source } from "./source.ts";

/**
 * As `query`, for a table that OpenClaw makes when it first needs it (seen in a state of 2026.9.6 that was in use, which lacks
 * them): where it is not there nothing was ever kept in it, and that is no gap.
 */
export function queryOnFirstUse<T>(source: Source, wanted: Query<T>): Reading<T> {
  const having = withTables(source, wanted.kind, wanted.tables);
  if (having.open.some((one) => one.kind === wanted.kind)) return query(having, wanted);
  const without = source.open.filter((one) => one.kind === wanted.kind);
  if (without.length === 0) return query(source, wanted);
  const closed = source.closed.filter((one) => one.kind === wanted.kind).map((one) => one.reason);
  return read<T>([], [...new Set([...closed, ...without.flatMap((one) => one.notes)])]);
}

/** The same source, of its databases of one kind only those that have all these tables. */
export function withTables(source: Source, kind: DatabaseKind, tables: readonly string[]): Source {
  const open = source.open.filter(
    (one) => one.kind !== kind || tables.every((table) => one.tables.has(table)),
  );
  return { ...source, open };
}
