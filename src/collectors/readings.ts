import { messageOf } from "../model/errors.ts";
import type { Reading } from "../model/outcome.ts";
import { unread } from "../model/outcome.ts";
import type { PersistenceItem } from "../model/persistence.ts";
import type { ReadingKind, ReadingSet } from "../model/readings.ts";
import type { StateReader } from "../openclaw/types.ts";
import { readAuthorizedKeys } from "./persistence/ssh/authorized-keys.ts";
import { readConfig } from "./state/config.ts";
import { readContainerTraces } from "./live/container-traces.ts";
import { readContainers } from "./live/containers.ts";
import { readKernel } from "./live/kernel.ts";
import { readMounts } from "./live/mounts.ts";
import { readNetwork } from "./live/network.ts";
import { readTempFiles } from "./live/temp-files.ts";
import { readAuditLog } from "./traces/logs/audit-log.ts";
import { readAuthLog } from "./traces/logs/auth-logs.ts";
import { readJournal } from "./traces/logs/journal.ts";
import { readLoginRecords } from "./traces/logs/login-records.ts";
import { readPackageLog } from "./traces/logs/package-logs.ts";
import { readGatewayLogs } from "./live/gateway-logs.ts";
import { readHostCron } from "./persistence/scheduled/host-cron.ts";
import { readGitSecrets } from "./traces/git-history.ts";
import { readHistories } from "./traces/histories/histories.ts";
import { readProcesses } from "./live/processes.ts";
import { joined, readSource } from "./persistence/source.ts";
import { persistenceSources } from "./persistence/sources.ts";
import { readOddFiles } from "./traces/odd-files.ts";
import { readShellStartup } from "./persistence/login/shell-startup.ts";
import { readSockets } from "./live/sockets.ts";
import type { PersistenceSource, Readings, Sources } from "./sources.ts";
import { readSystemdUser } from "./persistence/systemd/systemd-user.ts";
import { sandboxesOf } from "./state/sandboxes.ts";
import { readTexts } from "./state/texts.ts";

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
  tasks: ofState<"tasks">((state) => state.tasks()),
  approvals: ofState<"approvals">((state) => state.approvals()),
  extensions: ofState<"extensions">((state) => state.extensions()),
  memory: ofState<"memory">((state) => state.memory()),
  operations: ofState<"operations">((state) => state.operations()),
  deliveries: ofState<"deliveries">((state) => state.deliveries()),
  config: async (sources) => readConfig(sources),
  processes: readProcesses,
  sockets: readSockets,
  network: readNetwork,
  kernel: readKernel,
  mounts: readMounts,
  containers: readContainers,
  containerTraces: readContainerTraces,
  sandboxes: sandboxesOf,
  tempFiles: readTempFiles,
  logs: readGatewayLogs,
  loginRecords: readLoginRecords,
  authLog: readAuthLog,
  journal: readJournal,
  auditLog: readAuditLog,
  packageLog: readPackageLog,
  hostCron: readHostCron,
  authorizedKeys: readAuthorizedKeys,
  systemdUser: readSystemdUser,
  shellStartup: readShellStartup,
  persistence: (sources) => readPersistence(sources),
  oddFiles: readOddFiles,
  histories: readHistories,
  texts: readTexts,
  gitSecrets: readGitSecrets,
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
  "tasks",
  "approvals",
  "extensions",
  "memory",
  "operations",
  "deliveries",
  // They come from the state's databases or lead to them.
  "sandboxes",
  "gitSecrets",
]);

async function readPersistence(
  sources: Sources,
  picks: (source: PersistenceSource) => boolean = () => true,
): Promise<Reading<PersistenceItem>> {
  const readings: (readonly [PersistenceSource, Reading<PersistenceItem>])[] = [];
  for (const source of persistenceSources.filter(picks))
    readings.push([source, await sources.readings.persistence(source, sources)]);
  return joined(readings);
}

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
  const bySource = new Map<string, Promise<Reading<PersistenceItem>>>();
  const persistence: Readings["persistence"] = (source, sources) => {
    const reading = bySource.get(source.id) ?? readSource(source, sources);
    bySource.set(source.id, reading);
    return reading;
  };
  const put: Readings["put"] = (kind, reading) =>
    void Object.assign(memo, { [kind]: Promise.resolve(reading) });
  return { get, persistence, put, all: (sources) => everything(get, sources) };
}

async function start<K extends ReadingKind>(kind: K, sources: Sources): Promise<ReadingSet[K]> {
  const reader: Readers[K] = readers[kind];
  try {
    return await reader(sources);
  } catch (error) {
    return unread<never>("error", messageOf(error));
  }
}

export const kinds = Object.keys(readers) as readonly ReadingKind[];

/** One after another: each takes the whole machine, and together they would take its memory. */
async function everything(get: Readings["get"], sources: Sources): Promise<ReadingSet> {
  const found: Partial<Record<ReadingKind, unknown>> = {};
  for (const kind of kinds) found[kind] = await get(kind, sources);
  return found as ReadingSet;
}

/**
 * The readings of some kinds; those of the others say that nobody asked for them. `picks`: only these sources of the reading
 * "persistence", for who wants to know nothing of the others.
 */
export async function someReadings(
  wanted: ReadonlySet<ReadingKind>,
  sources: Sources,
  picks?: (source: PersistenceSource) => boolean,
): Promise<ReadingSet> {
  const found: Partial<Record<ReadingKind, unknown>> = {};
  for (const kind of kinds) {
    if (!wanted.has(kind)) found[kind] = unread<never>("missing", "it was not asked for");
    else if (kind === "persistence" && picks !== undefined)
      found[kind] = await readPersistence(sources, picks);
    else found[kind] = await sources.readings.get(kind, sources);
  }
  return found as ReadingSet;
}
