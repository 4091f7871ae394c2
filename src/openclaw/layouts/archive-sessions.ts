import type { Reading } from "../../model/outcome.ts";
import { read } from "../../model/outcome.ts";
import type { Session, TranscriptEvent } from "../../model/session-records.ts";
import { present } from "../present.ts";
import { checkFile } from "./digest.ts";
import { fileLines } from "./lines.ts";
import { hasDatabases } from "./source.ts";
import type { ArchiveFile, Source } from "./source.ts";
import { lineEvents, summaryOf } from "./transcript-lines.ts";

/** Archives in files go with the databases where those know of transcripts, else with the index in files. */
export function archivesGoWith(source: Source): "databases" | "files" {
  if (!hasDatabases(source)) return "files";
  const open = source.open.filter(({ kind }) => kind === "agent");
  const closed = source.closed.some(({ kind }) => kind === "agent");
  return closed || open.some(({ tables }) => tables.has("transcript_events")) ? "databases" : "files";
}

/** Deleted and reset sessions of which a file is left that `known`, the archives in databases, do not hold. */
export function archiveSessions(source: Source, known: readonly Session[]): Reading<Session> {
  const names = new Set(known.map((one) => `${one.agent}/${one.place.locator?.split("/").at(-1) ?? ""}`));
  const reasons: string[] = [];
  const records = source.archiveFiles
    .filter((file) => file.kind !== "cold" && !names.has(`${file.agent}/${file.name}`))
    .map((file) => sessionOf(source, file, reasons));
  return read(records, reasons);
}

function sessionOf(source: Source, file: ArchiveFile, reasons: string[]): Session {
  const lines = fileLines(source.host, file.path, (problem) => reasons.push(`${file.shown}: ${problem}`));
  const { events, toolCalls, createdAt, provider, model } = summaryOf(lines);
  return {
    agent: file.agent,
    key: "",
    id: file.sessionId,
    via: "unknown",
    events,
    toolCalls,
    ...present({ createdAt, provider, model, lastAt: file.at }),
    archived: file.kind,
    place: { path: file.shown },
  };
}

/** The events of one such file. */
export function* archiveEvents(
  source: Source,
  file: ArchiveFile,
  say: (problem: string) => void,
): IterableIterator<TranscriptEvent> {
  const own = (problem: string): void => say(`${file.shown}: ${problem}`);
  if (file.kind === "cold") checkFile(source.host, file.path, file.name, own);
  const lines = fileLines(source.host, file.path, own);
  const origin = { agent: file.agent, sessionId: file.sessionId, ...present({ at: file.at }) };
  yield* lineEvents(lines, origin, file.shown, undefined, say);
}
