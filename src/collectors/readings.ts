import type { Redactor } from "../case/types.ts";
import type { Host } from "../host/host.ts";
import { messageOf } from "../model/errors.ts";
import { unread } from "../model/outcome.ts";
import type { ReadingKind, ReadingSet } from "../model/readings.ts";
import type { Installation, StateReader, Target } from "../openclaw/types.ts";
import { readAuthorizedKeys } from "./authorized-keys.ts";
import { readConfig } from "./config.ts";
import { readGatewayLogs } from "./gateway-logs.ts";
import { readHostCron } from "./host-cron.ts";
import { readProcesses } from "./processes.ts";
import { readShellStartup } from "./shell-startup.ts";
import { readSockets } from "./sockets.ts";
import { readSystemdUser } from "./systemd-user.ts";

/** What a reading is made from. */
export interface Sources {
  readonly host: Host;
  readonly target: Target;
  readonly installation: Installation;
  /** Absent before the state was copied, and where there is no state. */
  readonly state?: StateReader;
  readonly redactor: Redactor;
  /** What was read is kept here, so that analysis judges the records that were collected. */
  readonly readings: Readings;
}

/** Each kind is read once per run; a reading that failed says so and is not tried again. */
export interface Readings {
  readonly get: <K extends ReadingKind>(kind: K, sources: Sources) => Promise<ReadingSet[K]>;
  readonly all: (sources: Sources) => Promise<ReadingSet>;
}

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

type Memo = { [K in ReadingKind]?: Promise<ReadingSet[K]> };

/** Readings of one run. What is in `kept`, such as the processes of the first minute, is not read again. */
export function createReadings(kept: Partial<ReadingSet> = {}): Readings {
  const memo: Memo = {};
  const get = <K extends ReadingKind>(kind: K, sources: Sources): Promise<ReadingSet[K]> => {
    const before: ReadingSet[K] | undefined = kept[kind];
    if (before !== undefined) return Promise.resolve(before);
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
