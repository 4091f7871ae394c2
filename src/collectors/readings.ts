import { messageOf } from "../model/errors.ts";
import { unread } from "../model/outcome.ts";
import type { ReadingKind, ReadingSet } from "../model/readings.ts";
import type { StateReader } from "../openclaw/types.ts";
import { readAuthorizedKeys } from "./authorized-keys.ts";
import { readConfig } from "./config.ts";
import { readGatewayLogs } from "./gateway-logs.ts";
import { readHostCron } from "./host-cron.ts";
import { readProcesses } from "./processes.ts";
import { readShellStartup } from "./shell-startup.ts";
import { readSockets } from "./sockets.ts";
import type { Readings, Sources } from "./sources.ts";
import { readSystemdUser } from "./systemd-user.ts";

type Readers = { readonly [K in ReadingKind]: (sources: Sources) => Promise<ReadingSet[K]> };

const noState = "OpenClaw's state was not read";

/** A reader of the copied state, or the reason why there is none. */
function ofState<K extends ReadingKind>(
  ask: (state: StateReader) => ReadingSet[K] | Promise<ReadingSet[K]>,
): (sources: Sources) => Promise<ReadingSet[K] | ReturnType<typeof unread<never>>> {
  return async ({ state }) => (state === undefined ? unread<never>("missing", noState) : await ask(state));
}

const readers: Readers = {
  sessions: ofState<"sessions">((state) => state.sessions()),
  devices: ofState<"devices">((state) => state.devices()),
  cronJobs: ofState<"cronJobs">((state) => state.cronJobs()),
  cronRuns: ofState<"cronRuns">((state) => state.cronRuns()),
  skills: ofState<"skills">((state) => state.skills()),
  configWrites: ofState<"configWrites">((state) => state.configWrites()),
  audit: ofState<"audit">((state) => state.audit()),
  boots: ofState<"boots">((state) => state.boots()),
  grants: ofState<"grants">((state) => state.grants()),
  credentials: ofState<"credentials">((state) => state.credentials()),
  config: async (sources) => readConfig(sources),
  processes: readProcesses,
  sockets: readSockets,
  logs: readGatewayLogs,
  hostCron: readHostCron,
  authorizedKeys: readAuthorizedKeys,
  systemdUser: readSystemdUser,
  shellStartup: readShellStartup,
};

const ofOpenClaw: ReadonlySet<ReadingKind> = new Set<ReadingKind>([
  "sessions",
  "devices",
  "cronJobs",
  "cronRuns",
  "skills",
  "configWrites",
  "audit",
  "boots",
  "grants",
  "credentials",
]);

type Memo = { [K in ReadingKind]?: Promise<ReadingSet[K]> };

/** Readings of one run. What is in `kept`, such as the processes of the first minute, is not read again. */
export function createReadings(kept: Partial<ReadingSet> = {}): Readings {
  const memo: Memo = {};
  const get = <K extends ReadingKind>(kind: K, sources: Sources): Promise<ReadingSet[K]> => {
    const before: ReadingSet[K] | undefined = kept[kind];
    if (before !== undefined) return Promise.resolve(before);
    // Asked too early, such as before the stop: the answer "not read" must not stay.
    if (sources.state === undefined && ofOpenClaw.has(kind)) return start(kind, sources);
    const running: Memo[K] = memo[kind];
    if (running !== undefined) return running;
    const started: Promise<ReadingSet[K]> = start(kind, sources);
    Object.assign(memo, { [kind]: started });
    return started;
  };
  return { get, all: (sources) => everything(get, sources) };
}

async function start<K extends ReadingKind>(kind: K, sources: Sources): Promise<ReadingSet[K]> {
  const reader: Readers[K] = readers[kind];
  try {
    return await reader(sources);
  } catch (error) {
    return unread<never>("error", messageOf(error));
  }
}

async function everything(get: Readings["get"], sources: Sources): Promise<ReadingSet> {
  return {
    sessions: await get("sessions", sources),
    devices: await get("devices", sources),
    cronJobs: await get("cronJobs", sources),
    cronRuns: await get("cronRuns", sources),
    skills: await get("skills", sources),
    configWrites: await get("configWrites", sources),
    audit: await get("audit", sources),
    boots: await get("boots", sources),
    grants: await get("grants", sources),
    credentials: await get("credentials", sources),
    config: await get("config", sources),
    processes: await get("processes", sources),
    sockets: await get("sockets", sources),
    logs: await get("logs", sources),
    hostCron: await get("hostCron", sources),
    authorizedKeys: await get("authorizedKeys", sources),
    systemdUser: await get("systemdUser", sources),
    shellStartup: await get("shellStartup", sources),
  };
}
