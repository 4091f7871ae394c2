import { createHash } from "node:crypto";
import type { Db } from "../host/host.ts";
import type { TimelineEvent } from "../model/evidence.ts";
import { isDict, num, str, type Json } from "../model/json.ts";
import { canonicalJson } from "./canonical.ts";
import { parseStored } from "./database.ts";
import { ownFields } from "./fields.ts";
import type { Chain } from "./journal.ts";
import { isEvent } from "./shapes.ts";
import type { Case, Redactor } from "./types.ts";

const page = 500;
const batchSize = 5000;
const iso = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/;

/** Sorts as text in order of time, whatever the precision; what is no time comes last. */
export function sortKey(ts: string): string {
  const match = iso.exec(ts);
  if (match !== null) return `${match[1] ?? ""}.${(match[2] ?? "").padEnd(9, "0")}`;
  const ms = Date.parse(ts);
  return Number.isFinite(ms) ? `${new Date(ms).toISOString().slice(0, -1)}000000` : `~${ts}`;
}

/**
 * The timeline's rows. Events are added in batches; the journal entry of a batch has their number and, as `rows`, one
 * SHA-256 over their JSON lines. An event whose id is there already is left as it was.
 */
export function createTimeline(parts: {
  readonly db: Db;
  readonly chain: Chain;
  readonly redactor: Redactor;
}): Case["timeline"] {
  const { db, chain, redactor } = parts;
  return {
    add: (events) => {
      let added = 0;
      for (const batch of batches(events)) {
        const lines = batch.map((event) => clean(redactor, event));
        chain.addWith("timeline", (seq) => {
          const hash = createHash("sha256");
          let count = 0;
          for (const event of lines) {
            const line = insertEvent(db, event, seq);
            if (line === undefined) continue;
            count += 1;
            hash.update(`${line}\n`);
          }
          added += count;
          return count === 0 ? undefined : { events: count, rows: hash.digest("hex") };
        });
      }
      return added;
    },
    each: () => eventsOf(db),
    count: () => num(db.all("SELECT count(*) AS n FROM event")[0]?.["n"]) ?? 0,
  };
}

/** The source is read between the transactions, not within: it may itself read or write the case. */
function* batches(events: Iterable<TimelineEvent>): Generator<readonly TimelineEvent[]> {
  let batch: TimelineEvent[] = [];
  for (const event of events) {
    batch.push(event);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function clean(redactor: Redactor, event: TimelineEvent): Json {
  const result = ownFields({ ...event }, redactor.json(event));
  // A time is what the order is made of, and cannot hide a secret.
  return isDict(result) && iso.test(event.ts) ? { ...result, ts: event.ts } : result;
}

function insertEvent(db: Db, event: Json, seq: number): string | undefined {
  const json = canonicalJson(event);
  if (!isEvent(event)) return undefined;
  const { changes } = db.run(
    "INSERT OR IGNORE INTO event (at, id, json, seq) VALUES (?, ?, ?, ?)",
    ...[sortKey(event.ts), event.id, json, seq],
  );
  return changes === 0 ? undefined : json;
}

function* eventsOf(db: Db): IterableIterator<TimelineEvent> {
  let at = "";
  let id = "";
  for (;;) {
    const rows = db.all(
      "SELECT at, id, json FROM event WHERE (at, id) > (?, ?) ORDER BY at, id LIMIT ?",
      at,
      id,
      page,
    );
    for (const row of rows) {
      at = str(row["at"]) ?? at;
      id = str(row["id"]) ?? id;
      const event: unknown = parseStored(str(row["json"]) ?? "");
      if (isEvent(event)) yield event;
    }
    if (rows.length < page) return;
  }
}
