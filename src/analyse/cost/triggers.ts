/** What made a session spend: a job, the heartbeat, a channel, a person. */
import { inUseLast } from "../../model/leftover.ts";
import type { CronJob } from "../../model/job-records.ts";
import type { Session } from "../../model/session-records.ts";

export interface Origin {
  /** "cron:NAME", "channel:NAME", "operator", "plugin", … The heartbeat is told per message, not per session. */
  readonly trigger: string;
  readonly channel: string;
  readonly jobId?: string;
  /** The session at the top: a sub-agent's spending is its requester's. */
  readonly rootKey: string;
}

const jobInKey = /(?:^|:)cron:([^:]{1,200})/;
const maxDepth = 32;

/** The origin of every session, by session id; sub-agents are rolled up to who asked for them. */
export function originsOf(
  sessions: readonly Session[],
  jobs: readonly CronJob[],
): (sessionId: string) => Origin {
  const byKey = new Map(inUseLast(sessions).map((session) => [session.key, session]));
  const byId = new Map(inUseLast(sessions).map((session) => [session.id, session]));
  const names = new Map(inUseLast(jobs).map((job) => [job.id, job.name ?? job.id]));
  return (sessionId) => {
    const session = byId.get(sessionId);
    if (session === undefined) return { trigger: "unknown", channel: "none", rootKey: sessionId };
    return originOf(rootOf(session, byKey), names);
  };
}

function rootOf(session: Session, byKey: ReadonlyMap<string, Session>): Session {
  let here = session;
  for (let depth = 0; depth < maxDepth; depth += 1) {
    const parent = here.parentKey === undefined ? undefined : byKey.get(here.parentKey);
    if (parent === undefined || parent === here) return here;
    here = parent;
  }
  return here;
}

function originOf(session: Session, names: ReadonlyMap<string, string>): Origin {
  const channel = session.channel ?? channelInKey(session.key) ?? "none";
  const base = { channel, rootKey: session.key };
  const jobId = jobInKey.exec(session.key)?.[1];
  if (jobId !== undefined) return { ...base, jobId, trigger: `cron:${names.get(jobId) ?? jobId}` };
  return { ...base, trigger: triggerOf(session.via, channel) };
}

function triggerOf(via: Session["via"], channel: string): string {
  if (via === "cron") return "cron";
  if (via === "channel" || channel !== "none") return `channel:${channel}`;
  return via === "operator" || via === "run" || via === "talk" ? "operator" : via;
}

/** `agent:main:telegram:group:42` → telegram. Keys such as "main", "explicit:…", "subagent:…" name no channel. */
function channelInKey(key: string): string | undefined {
  const match =
    /^agent:[^:]{1,80}:([a-z][a-z0-9_-]{1,40}):(?:group|direct|dm|channel|thread|[^:]{1,80}:(?:direct|dm|group))/.exec(
      key,
    );
  const name = match?.[1];
  return name === "cron" || name === "explicit" || name === "subagent" ? undefined : name;
}
