import type { Operation } from "../../../model/activity-records.ts";
import type { Reading } from "../../../model/outcome.ts";
import { present } from "../../present.ts";
import { queryOnFirstUse } from "../on-first-use.ts";
import { text } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { Query, Source } from "../source.ts";
import { operationStores } from "./operation-stores.ts";
import type { OperationStore } from "./operation-stores.ts";
import { rewrites } from "./rewrites.ts";

/** Updates, backups, migrations, restarts, the health of the config, captures, and transcripts that were rewritten. */
export function operations(source: Source): Reading<Operation> {
  return combine([...operationStores.map((store) => readStore(source, store)), rewrites(source)]);
}

function readStore(source: Source, store: OperationStore): Reading<Operation> {
  const { kind, table, where, order, key, map, onFirstUse } = store;
  const wanted: Query<Operation> = {
    kind: "state",
    tables: [table],
    sql: `SELECT * FROM ${table}${where === undefined ? "" : ` WHERE ${where}`} ORDER BY ${order}`,
    map: (row, open) => {
      const { at, detail, ...more } = { ...map(row) };
      if (at === undefined) return undefined;
      const place = { path: open.shown, locator: `${table}/${text(row, key) ?? ""}` };
      return { kind, at, ...present(more), detail: (detail ?? "").slice(0, 2000), place };
    },
  };
  return onFirstUse === true ? queryOnFirstUse(source, wanted) : query(source, wanted);
}
