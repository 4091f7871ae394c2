import { read } from "../../model/outcome.ts";
import type { CollectContext, CollectResult, Collector } from "../collector.ts";
import { listFolder } from "../files.ts";
import { small } from "./proc-text.ts";

const maxSessions = 2000;
const sessionFolder = "/run/systemd/sessions";
const lingerFolder = "/var/lib/systemd/linger";

/** KEY=value lines as logind writes them to /run; the first of each key counts. At most 100 keys. */
export function parsePairs(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const line of text.split("\n", 500)) {
    const equals = line.indexOf("=");
    if (equals < 1 || pairs.size >= 100) continue;
    const key = line.slice(0, equals);
    if (!pairs.has(key)) pairs.set(key, line.slice(equals + 1));
  }
  return pairs;
}

async function logind(context: CollectContext, reasons: string[]): Promise<readonly unknown[]> {
  const { names, trouble } = await listFolder(context, sessionFolder, maxSessions);
  if (trouble !== undefined) reasons.push(trouble.reason);
  const records: unknown[] = [];
  for (const name of names.filter((each) => !each.endsWith(".ref"))) {
    const path = `${sessionFolder}/${name}`;
    const text = await small(context, path, 65_536);
    if (text === undefined) continue;
    const pairs = parsePairs(text);
    const micros = Number(pairs.get("REALTIME"));
    records.push({
      kind: "session",
      id: name,
      user: pairs.get("USER"),
      uid: pairs.get("UID"),
      class: pairs.get("CLASS"),
      type: pairs.get("TYPE"),
      service: pairs.get("SERVICE"),
      terminal: pairs.get("TTY"),
      from: pairs.get("REMOTE_HOST"),
      leader: pairs.get("LEADER"),
      state: pairs.get("STATE"),
      ...(micros > 0 && micros < 8.64e18 ? { at: new Date(micros / 1000).toISOString() } : {}),
      place: { path },
    });
  }
  return records;
}

/** Accounts whose services run without anybody logged in: an agent's gateway needs it, an intruder's timer likes it. */
async function lingering(context: CollectContext, reasons: string[]): Promise<readonly unknown[]> {
  const { names, trouble } = await listFolder(context, lingerFolder, maxSessions);
  if (trouble !== undefined) reasons.push(trouble.reason);
  return names.map((user) => ({ kind: "linger", user, place: { path: `${lingerFolder}/${user}` } }));
}

async function collect(context: CollectContext): Promise<CollectResult> {
  const reasons: string[] = [];
  const records = [
    ...(context.target.live ? await context.host.processes.logins() : []).map((login) => ({
      kind: "login",
      ...login,
    })),
    ...(await logind(context, reasons)),
    ...(await lingering(context, reasons)),
  ];
  return read<unknown>(records, reasons);
}

export const logins: Collector = {
  id: "logins",
  title: "Users logged in now, their sessions, and accounts that linger",
  stage: "volatile",
  attack: ["T1078", "T1021.004"],
  liveOnly: true,
  timeoutMs: 30_000,
  collect,
};
