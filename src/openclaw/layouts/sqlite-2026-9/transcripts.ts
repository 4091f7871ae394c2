import type { Row } from "../../../host/sqlite.ts";
import { messageOf } from "../../../model/errors.ts";
import { num, str } from "../../../model/json.ts";
import type { TranscriptEvent } from "../../../model/session-records.ts";
import { archiveEvents, archivesGoWith } from "../archive-sessions.ts";
import { checkBytes, checkFile } from "../digest.ts";
import { fileLines, linesIn, packedLines } from "../lines.ts";
import type { Line, Say } from "../lines.ts";
import { present } from "../../present.ts";
import { text, time } from "../rows.ts";
import { isGap } from "../source.ts";
import type { OpenDatabase, Source } from "../source.ts";
import { eventOf } from "../transcript-event.ts";
import { lineEvents } from "../transcript-lines.ts";
import { unpackZstd } from "../zstd.ts";

/** OpenClaw limits an event to 4 MiB; more than this is no transcript of its making. */
const maxEventBytes = 16 * 1024 * 1024;
const maxProblems = 100;

/**
 * Every event of every session, one at a time: live rows per agent, session and sequence, then the archives of deleted and
 * reset sessions, in the database and as files. `problems` fills while the events are read.
 */
export function* transcripts(source: Source, problems: string[]): IterableIterator<TranscriptEvent> {
  for (const one of source.closed) if (one.kind === "agent") note(problems, one.reason);
  const seen = new Set<string>();
  for (const open of source.open) {
    if (open.kind !== "agent") continue;
    for (const reason of open.notes) note(problems, reason);
    yield* liveEvents(open, problems);
    yield* archivedEvents(open, seen, problems);
    yield* coldEvents(source, open, seen, problems);
  }
  if (archivesGoWith(source) === "files") return;
  for (const file of source.archiveFiles) {
    if (!seen.has(`${file.agent}/${file.name}`))
      yield* archiveEvents(source, file, (problem) => note(problems, problem));
  }
}

function note(problems: string[], problem: string): void {
  if (problems.length < maxProblems && !problems.includes(problem)) problems.push(problem);
}

function* rows(open: OpenDatabase, table: string, sql: string, problems: string[]): IterableIterator<Row> {
  if (!open.tables.has(table)) {
    if (isGap(open, table)) note(problems, `${open.shown} has no table ${table}`);
    return;
  }
  try {
    yield* open.db.each(sql);
  } catch (error) {
    note(problems, `table ${table} of ${open.shown} was read in part: ${messageOf(error)}`);
  }
}

function* liveEvents(open: OpenDatabase, problems: string[]): IterableIterator<TranscriptEvent> {
  const sql = "SELECT * FROM transcript_events ORDER BY session_id, seq";
  for (const row of rows(open, "transcript_events", sql, problems)) {
    const sessionId = text(row, "session_id") ?? "";
    const seq = num(row["seq"]) ?? 0;
    const locator = `${sessionId}/${seq}`;
    const json = jsonOf(row);
    const event =
      typeof json === "string"
        ? eventOf(json, {
            agent: open.agent,
            sessionId,
            seq,
            ...present({ at: time(row, "created_at") }),
            place: { path: open.shown, locator },
          })
        : undefined;
    if (event !== undefined) yield event;
    else
      note(
        problems,
        `event ${locator} of ${open.shown} ${typeof json === "string" ? "is no JSON object" : `could not be read: ${json.problem}`}`,
      );
  }
}

/** The event's JSON: as text, or packed where it is large. */
export function jsonOf(row: Row): string | { readonly problem: string } {
  const plain = str(row["event_json"]);
  if (plain !== undefined) return plain;
  const packed = row["event_zstd"];
  if (!(packed instanceof Uint8Array)) return { problem: "it is neither text nor packed data" };
  const unpacked = unpackZstd(packed, maxEventBytes);
  return unpacked.bytes === undefined
    ? { problem: unpacked.problem }
    : new TextDecoder().decode(unpacked.bytes);
}

function* archivedEvents(
  open: OpenDatabase,
  seen: Set<string>,
  problems: string[],
): IterableIterator<TranscriptEvent> {
  const table = "session_transcript_archives";
  for (const row of rows(open, table, `SELECT * FROM ${table} ORDER BY created_at, session_id`, problems)) {
    const name = text(row, "archive_name") ?? "";
    const sessionId = text(row, "session_id") ?? "";
    const locator = `${table}/${name}`;
    let count = 0;
    const lines = archiveLines(row, (problem) => note(problems, `${locator} of ${open.shown}: ${problem}`));
    const origin = { agent: open.agent, sessionId, ...present({ at: time(row, "created_at") }) };
    for (const event of lineEvents(lines, origin, open.shown, locator, (problem) =>
      note(problems, problem),
    )) {
      count += 1;
      yield event;
    }
    // What could be read here needs no second look at its file.
    if (count > 0) seen.add(`${open.agent}/${name}`);
  }
}

/** The lines of an archive that lies in the database. */
export function archiveLines(row: Row, say: Say): Iterable<Line> {
  const blob = row["archive_blob"];
  if (blob instanceof Uint8Array) {
    checkBytes(blob, text(row, "archive_sha256"), say);
    return text(row, "encoding") === "identity" ? linesIn([blob], say) : packedLines(blob, say);
  }
  say("it holds no data");
  return [];
}

function* coldEvents(
  source: Source,
  open: OpenDatabase,
  seen: Set<string>,
  problems: string[],
): IterableIterator<TranscriptEvent> {
  const table = "session_transcript_cold_archives";
  if (!open.tables.has(table)) return;
  for (const row of rows(open, table, `SELECT * FROM ${table} ORDER BY archived_at, session_id`, problems)) {
    const name = text(row, "archive_name") ?? "";
    const file = source.archiveFiles.find(
      (one) => one.agent === open.agent && one.name === name && one.kind === "cold",
    );
    const say = (problem: string): void =>
      note(problems, `cold archive ${name} of ${open.shown}: ${problem}`);
    seen.add(`${open.agent}/${name}`);
    const blob = row["archive_blob"];
    if (blob instanceof Uint8Array) checkBytes(blob, text(row, "archive_sha256"), say);
    else if (file === undefined) say("its file is not there");
    else checkFile(source.host, file.path, text(row, "archive_sha256") ?? name, say);
    const lines =
      blob instanceof Uint8Array
        ? packedLines(blob, say)
        : file === undefined
          ? []
          : fileLines(source.host, file.path, say);
    const origin = { agent: open.agent, sessionId: text(row, "session_id") ?? "" };
    yield* lineEvents(lines, origin, open.shown, `${table}/${name}`, (problem) => note(problems, problem));
  }
}
