import type { Host } from "../../host/host.ts";
import { isDict } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Reading } from "../../model/outcome.ts";
import { read } from "../../model/outcome.ts";
import type { Session, TranscriptEvent } from "../../model/session-records.ts";
import { boundedJson } from "../layouts/bounded-json.ts";
import { fileLines } from "../layouts/lines.ts";
import type { Installation } from "../types.ts";
import { isInside } from "../view.ts";
import { claudeLine, claudePrompt } from "./claude.ts";
import { codexLine, codexPrompt } from "./codex.ts";
import type { BackEndLog, BackEndLogs } from "./find.ts";
import type { LineOrigin, LineTold } from "./origin.ts";

const maxProblems = 50;

/** What is read, and what tells whose folder a session worked in. */
export interface BackEnds extends BackEndLogs {
  readonly host: Pick<Host, "fs">;
  readonly installation: Pick<Installation, "agents" | "target">;
}

type LineReader = (line: Dict, origin: LineOrigin) => LineTold;

const lineReaders: Readonly<Record<BackEndLog["backEnd"], Readonly<Record<BackEndLog["kind"], LineReader>>>> =
  {
    claude: { session: claudeLine, prompts: claudePrompt },
    codex: { session: codexLine, prompts: codexPrompt },
  };

/** Every event of every log, one at a time, in the order of the files. `problems` fills while they are read. */
export function* backEndEvents(backEnds: BackEnds, problems: string[]): IterableIterator<TranscriptEvent> {
  const note = (problem: string): void => {
    if (problems.length < maxProblems && !problems.includes(problem)) problems.push(problem);
  };
  backEnds.problems.forEach(note);
  for (const log of backEnds.logs) yield* logEvents(backEnds, log, note);
}

function* logEvents(
  { host, installation }: BackEnds,
  log: BackEndLog,
  note: (problem: string) => void,
): IterableIterator<TranscriptEvent> {
  let { agent, sessionId } = log;
  let strange = 0;
  const reader = lineReaders[log.backEnd][log.kind];
  for (const { text, number } of fileLines(host, log.path, (problem) => note(`${log.shown}: ${problem}`))) {
    const line = boundedJson(text);
    if (!isDict(line)) {
      strange += 1;
      continue;
    }
    const told = reader(line, { agent, sessionId, seq: number, path: log.shown });
    if (told.folder !== undefined && agent === "") agent = agentIn(installation, told.folder);
    if (told.sessionId !== undefined && log.backEnd === "codex" && log.kind === "session")
      sessionId = told.sessionId;
    for (const event of told.events) yield event.agent === agent ? event : { ...event, agent };
  }
  if (strange > 0) note(`${strange} lines of ${log.shown} are no JSON objects`);
}

/** The agent in whose workspace a session worked; empty for none, as with a session that a person started elsewhere. */
function agentIn({ agents, target }: BackEnds["installation"], folder: string): string {
  return agents.find(({ workspace }) => isInside(folder, target.toHost(workspace)))?.id ?? "";
}

/** The sessions of the logs, one per session and sub-agent. */
export function backEndSessions(backEnds: BackEnds): Reading<Session> {
  const found = new Map<string, Session>();
  const problems: string[] = [];
  for (const event of backEndEvents(backEnds, problems)) {
    if (event.type === "prompt") continue;
    const key = `${event.backEnd ?? ""}\0${event.place.path}\0${event.sessionId}`;
    found.set(key, grown(found.get(key), event));
  }
  return read([...found.values()], problems);
}

function grown(known: Session | undefined, event: TranscriptEvent): Session {
  const { backEnd, agent, sessionId, at, model, provider, place } = event;
  const [parent] = sessionId.split("/");
  const name = backEnd ?? "";
  const first: Session = known ?? {
    ...(backEnd === undefined ? {} : { backEnd }),
    agent,
    key: `${name}:${sessionId}`,
    id: sessionId,
    via: "unknown",
    ...(parent === undefined || parent === sessionId ? {} : { parentKey: `${name}:${parent}` }),
    events: 0,
    toolCalls: 0,
    place: { path: place.path },
  };
  return {
    ...first,
    ...(agent === "" ? {} : { agent }),
    ...(at === undefined
      ? {}
      : { createdAt: earliest(first.createdAt, at), lastAt: latest(first.lastAt, at) }),
    ...(model === undefined ? {} : { model }),
    ...(provider === undefined ? {} : { provider }),
    events: first.events + 1,
    toolCalls: first.toolCalls + (event.toolCalls?.length ?? 0),
  };
}

function earliest(a: string | undefined, b: string): string {
  return a === undefined || b < a ? b : a;
}
function latest(a: string | undefined, b: string): string {
  return a === undefined || b > a ? b : a;
}
