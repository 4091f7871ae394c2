import { join } from "node:path";
import type { Row } from "../../../host/sqlite.ts";
import type { MemoryEntry } from "../../../model/activity-records.ts";
import { num } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import { present } from "../../present.ts";
import { withTables } from "../on-first-use.ts";
import { text, time } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { OpenDatabase, Source } from "../source.ts";

const origins = ["owner", "agent", "untrusted", "system"] as const;

/** What the agent remembers, and from whom: the index of its memory, promoted entries, tombstones, scratch notes of jobs. */
export function memory(source: Source): Reading<MemoryEntry> {
  return combine([chunks(source), entries(source), tombstones(source), scratch(source)]);
}

/** Of indexed transcripts only the place: their text is in the transcripts. */
const chunkColumns = `c.id, c.path, c.source, c.start_line, c.end_line, c.hash, length(CAST(c.text AS BLOB)) AS bytes,
  CASE WHEN c.source = 'sessions' THEN NULL ELSE substr(c.text, 1, 4096) END AS head, c.updated_at`;

/** Provenance is kept since 2026.8; an index without it says "unknown" for each of its chunks. */
function chunks(source: Source): Reading<MemoryEntry> {
  const told = withTables(source, "agent", ["memory_index_chunk_provenance"]);
  const untold = { ...source, closed: [], open: source.open.filter((one) => !told.open.includes(one)) };
  const readings: Reading<MemoryEntry>[] = [];
  if (untold.open.length > 0)
    readings.push(
      query<MemoryEntry>(untold, {
        kind: "agent",
        tables: ["memory_index_chunks"],
        sql: `SELECT ${chunkColumns} FROM memory_index_chunks c ORDER BY c.path, c.start_line, c.id`,
        map: (row, open) => chunkOf(source, row, open),
      }),
    );
  if (untold.open.length === 0 || told.open.some((one) => one.kind === "agent"))
    readings.push(
      query<MemoryEntry>(told, {
        kind: "agent",
        tables: ["memory_index_chunks", "memory_index_chunk_provenance"],
        sql: `SELECT ${chunkColumns}, p.origin_class, p.session_kind, p.observed_at FROM memory_index_chunks c
                LEFT JOIN memory_index_chunk_provenance p ON p.chunk_id = c.id ORDER BY c.path, c.start_line, c.id`,
        map: (row, open) => chunkOf(source, row, open),
      }),
    );
  return combine(readings);
}

function chunkOf(source: Source, row: Row, open: OpenDatabase): MemoryEntry | undefined {
  const id = text(row, "id");
  const path = text(row, "path");
  if (id === undefined || path === undefined) return undefined;
  const hash = text(row, "hash");
  const lines = `${num(row["start_line"]) ?? 0}-${num(row["end_line"]) ?? 0}`;
  const session = /^sessions\/[^/]+\/(.+?)\.jsonl/.exec(path)?.[1];
  return {
    agent: open.agent,
    subject: `${text(row, "source") === "sessions" ? path : hostPath(source, open.agent, path)}:${lines}`,
    origin: originOf(row),
    ...present({
      sessionId: session,
      observedAt: time(row, "observed_at") ?? time(row, "updated_at"),
      bytes: num(row["bytes"]),
      sha256: hash !== undefined && /^[0-9a-f]{64}$/.test(hash) ? hash : undefined,
      text: text(row, "head"),
    }),
    place: { path: open.shown, locator: `memory_index_chunks/${id}` },
  };
}

/** The index names files relative to the agent's workspace. */
function hostPath(source: Source, agent: string, path: string): string {
  const { agents, target } = source.installation;
  const workspace = agents.find((one) => one.id === agent)?.workspace;
  return path.startsWith("/") || workspace === undefined
    ? path
    : target.toHost(join(workspace, join("/", path)));
}

function originOf(row: Row): MemoryEntry["origin"] {
  const value = text(row, "origin_class");
  return origins.find((origin) => origin === value) ?? "unknown";
}

function entries(source: Source): Reading<MemoryEntry> {
  return query<MemoryEntry>(source, {
    kind: "agent",
    tables: ["memory_entry_origins"],
    sql: "SELECT * FROM memory_entry_origins ORDER BY observed_at, entry_key, agent_id, session_id",
    map: (row, open) => {
      const key = text(row, "entry_key");
      if (key === undefined) return undefined;
      const session = text(row, "session_id");
      return {
        agent: text(row, "agent_id") ?? open.agent,
        subject: key,
        origin: originOf(row),
        ...present({ sessionId: session, observedAt: time(row, "observed_at") }),
        place: { path: open.shown, locator: `memory_entry_origins/${key}/${session ?? ""}` },
      };
    },
  });
}

/** Sessions whose memories were taken out, on request or because they came from outside. */
function tombstones(source: Source): Reading<MemoryEntry> {
  return query<MemoryEntry>(source, {
    kind: "agent",
    tables: ["memory_session_tombstones"],
    sql: "SELECT * FROM memory_session_tombstones ORDER BY created_at, session_id",
    map: (row, open) => {
      const session = text(row, "session_id");
      if (session === undefined) return undefined;
      return {
        agent: text(row, "agent_id") ?? open.agent,
        subject: session,
        origin: "system",
        sessionId: session,
        removed: true,
        ...present({ observedAt: time(row, "created_at"), text: text(row, "reason") }),
        place: { path: open.shown, locator: `memory_session_tombstones/${session}` },
      };
    },
  });
}

/** What a job wrote down for its next run; the agent reads it back as its own. */
function scratch(source: Source): Reading<MemoryEntry> {
  return query<MemoryEntry>(source, {
    kind: "state",
    tables: ["cron_job_scratch"],
    sql: `SELECT s.job_id, s.revision, s.updated_at_ms, substr(s.content, 1, 4096) AS head, j.agent_id,
                 length(CAST(s.content AS BLOB)) AS bytes
            FROM cron_job_scratch s LEFT JOIN cron_jobs j ON j.job_id = s.job_id AND j.store_key = s.store_key
           ORDER BY s.updated_at_ms, s.job_id`,
    map: (row, open) => {
      const job = text(row, "job_id");
      if (job === undefined) return undefined;
      return {
        agent: text(row, "agent_id") ?? "",
        subject: `notes of job ${job}`,
        origin: "agent",
        ...present({
          observedAt: time(row, "updated_at_ms"),
          bytes: num(row["bytes"]),
          text: text(row, "head"),
        }),
        place: { path: open.shown, locator: `cron_job_scratch/${job}` },
      };
    },
  });
}
