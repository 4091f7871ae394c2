import { createHash, type Hash } from "node:crypto";
import type { Db } from "../host/host.ts";
import { dict, num, str } from "../model/json.ts";
import { shown } from "../model/text.ts";
import { sha256 } from "./canonical.ts";
import { parseStored, schemaProblems } from "./database.ts";
import { sortKey } from "./events.ts";
import type { Tally } from "./verification.ts";
import { rowKey, type JournalCheck } from "./verify-journal.ts";

const page = 500;

/** The schema has to be the one we made, and the file sound: a trigger, a view or a bent index could hide rows. */
export function checkSchema(db: Db, problems: string[]): void {
  problems.push(...schemaProblems(db).map((one) => `database: ${one}`));
  const verdict = db.all("PRAGMA integrity_check(5)").map((row) => str(Object.values(row)[0]) ?? "");
  if (verdict.join() !== "ok") problems.push(`database: damaged (${shown(verdict.join("; "))})`);
}

/** Every row against the journal entry that vouches for it, and the other way round. */
export function checkRecords(db: Db, { rows: said }: JournalCheck, problems: string[]): Tally {
  const left = new Set(said.keys());
  let altered = 0;
  let checked = 0;
  for (const row of byNumber(
    db,
    "SELECT n, kind, id, json, seq FROM record WHERE n > ? ORDER BY n LIMIT ?",
  )) {
    checked += 1;
    const [kind, id, json] = [str(row["kind"]) ?? "", str(row["id"]) ?? "", str(row["json"]) ?? ""];
    const vouched = said.get(rowKey(kind, id));
    left.delete(rowKey(kind, id));
    if (vouched?.row === sha256(json) && vouched.seq === row["seq"]) continue;
    altered += 1;
    const what = vouched === undefined ? "is not in the journal" : "was changed";
    problems.push(`database: ${shown(kind)} ${shown(id)} ${what}`);
  }
  for (const key of left) problems.push(`database: ${shown(key.replace("\0", " "))} is missing`);
  return { checked, altered, missing: left.size };
}

interface Batch {
  readonly seq: number;
  readonly hash: Hash;
  events: number;
}

/** Batches of the timeline: their rows lie together, in the order in which they were added. */
export function checkEvents(db: Db, { batches }: JournalCheck, problems: string[]): Tally {
  const left = new Set(batches.keys());
  let checked = 0;
  let altered = 0;
  let batch: Batch | undefined;
  const close = (): void => {
    if (batch === undefined) return;
    const said = batches.get(batch.seq);
    checked += 1;
    const fits =
      left.delete(batch.seq) && said?.events === batch.events && said.rows === batch.hash.digest("hex");
    if (fits) return;
    altered += 1;
    problems.push(`database: events of the timeline were changed (entry ${batch.seq})`);
  };
  for (const row of byNumber(db, "SELECT n, at, id, json, seq FROM event WHERE n > ? ORDER BY n LIMIT ?")) {
    const seq = num(row["seq"]) ?? 0;
    if (batch?.seq !== seq) {
      close();
      batch = { seq, hash: createHash("sha256"), events: 0 };
    }
    const json = str(row["json"]) ?? "";
    batch.hash.update(`${json}\n`);
    // The columns beside the JSON decide the order: they have to agree with it.
    const event = dict(parseStored(json));
    if (event["id"] === row["id"] && sortKey(str(event["ts"]) ?? "") === row["at"]) batch.events += 1;
  }
  close();
  for (const seq of left) problems.push(`database: events of the timeline are missing (entry ${seq})`);
  return { checked, altered, missing: left.size };
}

function* byNumber(db: Db, sql: string): IterableIterator<Readonly<Record<string, unknown>>> {
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const rows = db.all(sql, after, page);
    yield* rows;
    after = num(rows.at(-1)?.["n"]) ?? after;
    if (rows.length < page) return;
  }
}
