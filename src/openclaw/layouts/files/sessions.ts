import { dict, isDict, isoOf, str } from "../../../model/json.ts";
import type { Dict } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { Session } from "../../../model/session-records.ts";
import { ranOnOf } from "../../back-ends/ran-on.ts";
import { present } from "../../present.ts";
import { archiveSessions, archivesGoWith } from "../archive-sessions.ts";
import { channelOf, viaOfKey } from "../session-key.ts";
import { skillsIn } from "../skills-seen.ts";
import { combine } from "../source.ts";
import type { Source, StateFile } from "../source.ts";
import type { Summary } from "../transcript-lines.ts";
import { headsOf } from "./heads.ts";
import type { Head } from "./heads.ts";
import { namesOf, transcriptFor, transcriptOf } from "./indexed.ts";
import type { Transcript } from "./indexed.ts";
import { fromFiles } from "./missing.ts";
import { promptsOf } from "./prompts.ts";
import { filesOf, jsonFile, leftoverOf } from "./text.ts";

const maxEntries = 100_000;

/**
 * Sessions of `sessions.json`, transcripts in the folder that it does not name (2026.1 left them there at a reset; an
 * intruder may have taken the entry out), and what was deleted or reset.
 */
export function sessions(source: Source): Reading<Session> {
  const reasons: string[] = [];
  const heads = headsOf(source, reasons);
  const transcripts = filesOf(source, "transcript").map((file) => transcriptOf(source, file, reasons));
  const byName = namesOf(transcripts);
  const indexes = filesOf(source, "session-index");
  const promptOf = promptsOf(source, reasons);
  const claimed = new Set<Transcript>();
  const without: Session[] = [];
  const named = indexes.flatMap((index) => {
    const entries = Object.entries(jsonFile(source.host, index, reasons) ?? {});
    if (entries.length > maxEntries) reasons.push(`${index.shown} has more than ${maxEntries} entries`);
    return entries.slice(0, maxEntries).flatMap(([key, entry]): readonly Session[] => {
      const id = str(dict(entry)["sessionId"]);
      if (id === undefined || !isDict(entry)) return [];
      const transcript = transcriptFor(byName, index, id, str(entry["sessionFile"]));
      if (transcript !== undefined) claimed.add(transcript);
      const beside = { transcript, heads, prompt: promptOf(index, entry) };
      const session = namedSession(index, key, id, entry, beside);
      if (transcript === undefined) without.push(session);
      return [session];
    });
  });
  const orphans = transcripts.filter((one) => !claimed.has(one)).map((one) => orphan(one, heads));
  const inUse = indexes.some((file) => !file.leftover);
  const wanted = { name: "agents/main/sessions/sessions.json", table: "session_windows", inUse };
  if (archivesGoWith(source) === "databases")
    return fromFiles(source, wanted, [...named, ...orphans], reasons);
  const archived = archiveSessions(source, []);
  const entries = new Map(without.map((session) => [`${session.agent}/${session.id}`, session]));
  const merged = archived.records.map((session) => withEntry(session, entries, heads));
  const known = new Set(merged.map(({ agent, id }) => `${agent}/${id}`));
  const gone = new Set(without.filter(({ agent, id }) => known.has(`${agent}/${id}`)));
  const rest = named.filter((session) => !gone.has(session));
  return combine([
    fromFiles(source, wanted, [...rest, ...orphans], reasons),
    { ...archived, records: merged },
  ]);
}

/** The index may still name a session whose transcript was deleted or reset: one session, of which an archive is left. */
function withEntry(
  archive: Session,
  entries: ReadonlyMap<string, Session>,
  heads: ReadonlyMap<string, Head>,
): Session {
  const entry = entries.get(`${archive.agent}/${archive.id}`);
  if (entry === undefined) return { ...archive, ...ofHead(heads, archive, undefined) };
  const { key, via, channel, parentKey } = entry;
  return { ...archive, key, via, ...present({ channel, parentKey }) };
}

/** What other files tell of an entry of the index. */
interface Beside {
  readonly transcript: Transcript | undefined;
  readonly heads: ReadonlyMap<string, Head>;
  /** Of the skills; may be empty. */
  readonly prompt: string;
}

function namedSession(
  index: StateFile,
  key: string,
  id: string,
  entry: Dict,
  { transcript, heads, prompt }: Beside,
): Session {
  const agent = index.agent ?? "main";
  return {
    agent,
    key,
    id,
    via: viaOfKey(key),
    ...describedBy(key, entry, transcript?.summary),
    ...headCut(heads, agent, id, transcript?.summary.firstUserAt),
    ...toldBy(entry, prompt),
    events: transcript?.summary.events ?? 0,
    toolCalls: transcript?.summary.toolCalls ?? 0,
    ...leftoverOf(index),
    place: { path: index.shown, locator: key },
  };
}

function describedBy(key: string, entry: Dict, summary: Summary | undefined): Partial<Session> {
  const last = [isoOf(entry["updatedAt"]), isoOf(entry["lastInteractionAt"]), summary?.lastAt];
  return present({
    createdAt: isoOf(entry["sessionStartedAt"]) ?? summary?.createdAt,
    lastAt: latest(last),
    channel: channelOf(key) ?? channelIn(entry),
    provider: str(entry["modelProvider"]) ?? summary?.provider,
    model: str(entry["model"]) ?? summary?.model,
    status: str(entry["status"]),
    parentKey: str(entry["parentSessionKey"]) ?? str(entry["spawnedBy"]),
    externalContent: str(entry["hookExternalContentSource"]),
  });
}

function toldBy(entry: Dict, prompt: string): Pick<Session, "ranOn" | "skillsSeen"> {
  const seen = skillsIn(prompt);
  const ranOn = ranOnOf(entry, str(entry["modelProvider"]));
  return present({ ranOn, skillsSeen: seen.length === 0 ? undefined : seen });
}

/** A command line or web chat is no channel that others could write to. */
function channelIn(entry: Dict): string | undefined {
  const delivery = dict(entry["deliveryContext"]);
  const channel = str(delivery["channel"]) ?? str(entry["lastChannel"]) ?? str(entry["channel"]);
  return channel === "webchat" || channel === "internal" || channel === "" ? undefined : channel;
}

function orphan({ file, id, summary }: Transcript, heads: ReadonlyMap<string, Head>): Session {
  const { events, toolCalls, createdAt, lastAt, provider, model } = summary;
  const session: Session = {
    agent: file.agent ?? "main",
    key: "",
    id,
    via: "unknown",
    ...present({ createdAt, lastAt, provider, model }),
    status: "orphaned",
    events,
    toolCalls,
    ...leftoverOf(file),
    place: { path: file.shown },
  };
  return { ...session, ...ofHead(heads, session, summary.firstUserAt) };
}

/** The trajectory that stays beside a transcript tells the key of its session. */
function ofHead(
  heads: ReadonlyMap<string, Head>,
  { agent, id, key }: Session,
  firstUserAt: string | undefined,
): Partial<Session> {
  const known = key === "" ? heads.get(`${agent}/${id}`)?.sessionKey : undefined;
  return {
    ...(known === undefined
      ? {}
      : { key: known, via: viaOfKey(known), ...present({ channel: channelOf(known) }) }),
    ...headCut(heads, agent, id, firstUserAt),
  };
}

function headCut(
  heads: ReadonlyMap<string, Head>,
  agent: string,
  id: string,
  firstUserAt: string | undefined,
): Pick<Session, "headCut"> {
  const head = heads.get(`${agent}/${id}`);
  if (head?.firstRunAt === undefined || firstUserAt === undefined) return {};
  const cut = head.firstRunOver !== undefined && firstUserAt > head.firstRunOver;
  return cut ? { headCut: head.firstRunAt } : {};
}

function latest(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
}
