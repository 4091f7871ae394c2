import type { TranscriptEvent } from "../../../model/session-records.ts";
import { archiveEvents, archivesGoWith } from "../archive-sessions.ts";
import { fileLines } from "../lines.ts";
import { hasDatabases } from "../source.ts";
import type { Source, StateFile } from "../source.ts";
import { lineEvents, sessionNamedIn } from "../transcript-lines.ts";
import { filesOf } from "./text.ts";

const maxProblems = 100;

/** Transcripts in use, then those deleted or reset, then those that a migration left behind. */
export function* transcripts(source: Source, problems: string[]): IterableIterator<TranscriptEvent> {
  const say = (problem: string): void => {
    if (problems.length < maxProblems && !problems.includes(problem)) problems.push(problem);
  };
  const files = filesOf(source, "transcript");
  if (!hasDatabases(source) && !filesOf(source, "session-index").some((file) => !file.leftover))
    say("there is no index of sessions (sessions.json) in use: whole transcripts may be missing");
  for (const file of files) if (!file.leftover) yield* eventsOf(source, file, say);
  if (archivesGoWith(source) === "files")
    for (const file of source.archiveFiles) yield* archiveEvents(source, file, say);
  for (const file of files) {
    if (!file.leftover) continue;
    for (const event of eventsOf(source, file, say)) yield { ...event, leftover: true };
  }
}

function* eventsOf(
  source: Source,
  file: StateFile,
  say: (problem: string) => void,
): IterableIterator<TranscriptEvent> {
  const lines = fileLines(source.host, file.path, (problem) => say(`${file.shown}: ${problem}`));
  const origin = { agent: file.agent ?? "main", sessionId: sessionOf(source, file) };
  yield* lineEvents(lines, origin, file.shown, undefined, say);
}

/** The session of a transcript without reading all of it. */
export function sessionOf(source: Source, file: StateFile): string {
  for (const { text } of fileLines(source.host, file.path, () => undefined))
    return sessionIdOf(file, sessionNamedIn(text));
  return sessionIdOf(file, "");
}

/**
 * What the first line says, else the name: "<id>.jsonl", "<id>-topic-<n>.jsonl", and after the migration to SQLite
 * "<key with _>.<id>.jsonl.imported-<ms>".
 */
export function sessionIdOf({ base }: StateFile, named: string): string {
  if (named !== "") return named;
  const name = base.replace(/\.jsonl$/, "");
  return name.slice(name.lastIndexOf(".") + 1).replace(/-topic-.*$/, "");
}
