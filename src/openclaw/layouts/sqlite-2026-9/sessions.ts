import type { Row } from "../../../host/sqlite.ts";
import { num } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import { read } from "../../../model/outcome.ts";
import type { CreatedVia, Session } from "../../../model/session-records.ts";
import { archiveSessions, archivesGoWith } from "../archive-sessions.ts";
import { present } from "../../present.ts";
import { text, time } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { OpenDatabase, Source } from "../source.ts";
import { channelOf } from "../session-key.ts";
import { eventOf } from "../transcript-event.ts";
import { summaryOf } from "../transcript-lines.ts";
import { entryColumns, entryFacts } from "./session-entry.ts";
import { archiveLines, jsonOf } from "./transcripts.ts";

const vias: readonly CreatedVia[] = [
  "operator",
  "spawn",
  "channel",
  "cron",
  "talk",
  "run",
  "plugin",
  "internal",
];

/** Sessions that are there, and those of which only an archive is left. One record per session id. */
export function sessions(source: Source): Reading<Session> {
  const counts = new Map(source.open.map((open) => [open, countsOf(open)]));
  const windows = query<Session>(source, {
    kind: "agent",
    tables: ["session_windows", "session_nodes"],
    sql: `SELECT w.*, n.created_via, n.created_actor_type, n.created_actor_id, n.last_interaction_at, n.last_activity_at,
                 n.created_at AS node_created_at, n.status AS node_status, n.parent_session_key AS node_parent,
                 n.current_session_id, ${entryColumns}
            FROM session_windows w LEFT JOIN session_nodes n ON n.session_key = w.session_key
           ORDER BY w.created_at, w.session_id`,
    map: (row, open) => windowOf(row, open, counts.get(open)),
  });
  const archived = query<Session>(source, {
    kind: "agent",
    tables: ["session_transcript_archives"],
    sql: "SELECT * FROM session_transcript_archives ORDER BY created_at, session_id",
    map: archiveOf,
  });
  return combine([
    windows,
    orphans(source, windows.records, counts),
    archived,
    archivesGoWith(source) === "databases" ? archiveSessions(source, archived.records) : read([]),
  ]);
}

/** Transcripts whose session row was removed by hand: OpenClaw itself removes both. */
function orphans(
  source: Source,
  known: readonly Session[],
  counts: ReadonlyMap<OpenDatabase, Counts>,
): Reading<Session> {
  const ids = new Set(known.map((session) => `${session.agent}/${session.id}`));
  const found = source.open.flatMap((open) =>
    [...(counts.get(open)?.events ?? [])]
      .filter(([id]) => !ids.has(`${open.agent}/${id}`))
      .map(([id, events]): Session => ({
        agent: open.agent,
        key: "",
        id,
        via: "unknown",
        status: "orphaned",
        events,
        toolCalls: counts.get(open)?.calls.get(id) ?? 0,
        place: { path: open.shown, locator: `transcript_events/${id}` },
      })),
  );
  return read(found);
}

interface Counts {
  readonly events: ReadonlyMap<string, number>;
  readonly calls: ReadonlyMap<string, number>;
  readonly cold: ReadonlyMap<string, number>;
}

/** Events and tool calls by session. Packed events are opened only where their navigation says "assistant". */
function countsOf(open: OpenDatabase): Counts {
  const calls = sums(open, "transcript_events", callsSql);
  for (const row of tryRows(open, "transcript_events", packedSql)) {
    const json = jsonOf(row);
    const origin = { agent: "", sessionId: "", seq: 0, place: { path: "" } };
    const event = typeof json === "string" ? eventOf(json, origin) : undefined;
    const id = text(row, "session_id") ?? "";
    calls.set(id, (calls.get(id) ?? 0) + (event?.toolCalls?.length ?? 0));
  }
  return {
    events: sums(
      open,
      "transcript_events",
      "SELECT session_id AS id, count(*) AS n FROM transcript_events GROUP BY 1",
    ),
    calls,
    cold: sums(
      open,
      "session_transcript_cold_archives",
      "SELECT session_id AS id, event_count AS n FROM session_transcript_cold_archives",
    ),
  };
}

const callsSql = `SELECT t.session_id AS id, count(*) AS n
  FROM transcript_events t, json_each(t.event_json, '$.message.content') part
 WHERE t.event_json LIKE '%"toolCall"%' AND json_valid(t.event_json)
   AND part.type = 'object' AND json_extract(part.value, '$.type') = 'toolCall'
 GROUP BY 1`;

const packedSql = `SELECT session_id, event_json, event_zstd FROM transcript_events
 WHERE event_json IS NULL AND coalesce(navigation_json, '"assistant"') LIKE '%"assistant"%'`;

function sums(open: OpenDatabase, table: string, sql: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const row of tryRows(open, table, sql)) found.set(text(row, "id") ?? "", num(row["n"]) ?? 0);
  return found;
}

/** What cannot be counted counts as zero here; reading the transcripts names the damage. */
function* tryRows(open: OpenDatabase, table: string, sql: string): IterableIterator<Row> {
  if (!open.tables.has(table)) return;
  try {
    yield* open.db.each(sql);
  } catch {
    return;
  }
}

function windowOf(row: Row, open: OpenDatabase, counts: Counts | undefined): Session | undefined {
  const id = text(row, "session_id");
  const key = text(row, "session_key");
  if (id === undefined || key === undefined) return undefined;
  const current = text(row, "current_session_id") === id;
  const cold = counts?.cold.get(id);
  const live = counts?.events.get(id) ?? 0;
  return {
    agent: open.agent,
    key,
    id,
    via: viaOf(text(row, "created_via")),
    ...describedWindow(row, key, current),
    ...entryFacts(row, current),
    ...(live === 0 && cold !== undefined ? { archived: "cold" as const } : {}),
    events: live + (cold ?? 0),
    toolCalls: counts?.calls.get(id) ?? 0,
    place: { path: open.shown, locator: `session_windows/${id}` },
  };
}

function describedWindow(row: Row, key: string, current: boolean): Partial<Session> {
  return present({
    createdAt: time(row, "created_at") ?? time(row, "node_created_at"),
    lastAt: lastOf(row, current),
    actor: actorOf(row),
    channel: text(row, "channel") ?? channelOf(key),
    provider: text(row, "model_provider"),
    model: text(row, "model"),
    status: text(row, "status") ?? (current ? text(row, "node_status") : undefined),
    parentKey: text(row, "parent_session_key") ?? text(row, "node_parent") ?? text(row, "spawned_by"),
    externalContent: text(row, "hook_external_content_source"),
  });
}

function lastOf(row: Row, current: boolean): string | undefined {
  const activity = current ? (time(row, "last_activity_at") ?? time(row, "last_interaction_at")) : undefined;
  const candidates = [
    activity,
    time(row, "transcript_updated_at"),
    time(row, "ended_at"),
    time(row, "updated_at"),
  ];
  return candidates
    .filter((at) => at !== undefined)
    .sort()
    .at(-1);
}

function actorOf(row: Row): string | undefined {
  const kind = text(row, "created_actor_type");
  const id = text(row, "created_actor_id");
  return kind === undefined ? id : id === undefined ? kind : `${kind}:${id}`;
}

function viaOf(value: string | undefined): CreatedVia {
  return vias.find((via) => via === value) ?? "unknown";
}

function archiveOf(row: Row, open: OpenDatabase): Session | undefined {
  const id = text(row, "session_id");
  if (id === undefined) return undefined;
  const key = text(row, "session_key") ?? "";
  const name = text(row, "archive_name") ?? "";
  // What is wrong with it is said where its events are read.
  const { events, toolCalls, createdAt, provider, model } = summaryOf(archiveLines(row, () => undefined));
  return {
    agent: open.agent,
    key,
    id,
    via: "unknown",
    events,
    toolCalls,
    ...present({ createdAt, provider, model, lastAt: time(row, "created_at"), channel: channelOf(key) }),
    archived: text(row, "reason") === "reset" ? "reset" : "deleted",
    place: { path: open.shown, locator: `session_transcript_archives/${name}` },
  };
}
