import { basename } from "node:path";
import { fileLines } from "../lines.ts";
import type { Source, StateFile } from "../source.ts";
import { summaryOf } from "../transcript-lines.ts";
import type { Summary } from "../transcript-lines.ts";
import { sessionIdOf } from "./transcripts.ts";

/** A transcript in a file, and what it tells of its session. */
export interface Transcript {
  readonly file: StateFile;
  readonly id: string;
  readonly summary: Summary;
}

export function transcriptOf(source: Source, file: StateFile, reasons: string[]): Transcript {
  const summary = summaryOf(
    fileLines(source.host, file.path, (problem) => reasons.push(`${file.shown}: ${problem}`)),
  );
  return { file, id: sessionIdOf(file, summary.sessionId), summary };
}

/** By the name of the file and by session, of those in use and those left behind. */
export function namesOf(transcripts: readonly Transcript[]): ReadonlyMap<string, Transcript> {
  const found = new Map<string, Transcript>();
  for (const transcript of transcripts) {
    const { agent, name, leftover } = transcript.file;
    for (const called of [`file ${name}`, `session ${transcript.id}`]) {
      const key = nameKey(agent, leftover, called);
      if (!found.has(key)) found.set(key, transcript);
    }
  }
  return found;
}

function nameKey(agent: string | undefined, leftover: boolean, name: string): string {
  return JSON.stringify([agent, leftover, name]);
}

/** An index that was left behind speaks of the transcripts of then. */
export function transcriptFor(
  byName: ReadonlyMap<string, Transcript>,
  { agent, leftover }: StateFile,
  id: string,
  sessionFile: string | undefined,
): Transcript | undefined {
  const named =
    sessionFile === undefined
      ? undefined
      : byName.get(nameKey(agent, leftover, `file ${basename(sessionFile)}`));
  return named ?? byName.get(nameKey(agent, leftover, `session ${id}`));
}
