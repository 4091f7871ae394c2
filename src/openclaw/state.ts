import type { Host } from "../host/host.ts";
import type { TrajectoryEvent } from "../model/activity-records.ts";
import type { Reading } from "../model/outcome.ts";
import { unread } from "../model/outcome.ts";
import type { Credential, TranscriptEvent } from "../model/records.ts";
import { openCopies } from "./copies.ts";
import { fileCredentials } from "./credentials/files.ts";
import { unitCredentials } from "./credentials/units.ts";
import { readExtensions } from "./extensions/extensions.ts";
import { findArchives } from "./layouts/archives.ts";
import { findStateFiles } from "./layouts/files/find.ts";
import { configGrants } from "./layouts/grant-shapes.ts";
import { layouts } from "./layouts/index.ts";
import type { Layout } from "./layouts/layout.ts";
import { sameDevice, sameGrant, sameRun, sameSession, sameWrite, settle } from "./layouts/settle.ts";
import { combine } from "./layouts/source.ts";
import type { Source } from "./layouts/source.ts";
import { toldOnce } from "./layouts/told-once.ts";
import { readMemoryFiles } from "./memory/memory.ts";
import { readQuarantine } from "./operations/quarantine.ts";
import { readRestartLog } from "./operations/restart-log.ts";
import { readSkills } from "./skills/skills.ts";
import type { SkillUses } from "./skills/skills.ts";
import type { Installation, StateReader } from "./types.ts";
import { viewOf } from "./view.ts";

export interface StateOptions {
  /** Which databases to copy: a run that needs the devices only does not copy every transcript. Default: all. */
  readonly only?: readonly ("state" | "agent")[] | undefined;
  /** Fills `mark` in credentials. */
  readonly fingerprintKey?: Uint8Array | undefined;
}

/**
 * Copies the databases with their -wal into a fresh folder below `scratchDir` and opens the copies. The originals keep
 * bytes and times. Never throws because of content: each reading says how it ended. `close` removes the copies.
 */
export async function openState(
  host: Host,
  installation: Installation,
  scratchDir: string,
  options: StateOptions = {},
): Promise<StateReader> {
  const view = viewOf(host, installation.target);
  const folder = await host.fs.scratch(scratchDir, "state-");
  try {
    const copies = await openCopies(host, view, installation, folder, options.only ?? ["state", "agent"]);
    const source: Source = {
      host,
      installation,
      view,
      ...copies,
      archiveFiles: await findArchives(host, view, installation),
      files: await findStateFiles(host, view, installation),
      ...(options.fingerprintKey === undefined ? {} : { fingerprintKey: options.fingerprintKey }),
    };
    return readerOf(source, folder);
  } catch (error) {
    await host.fs.removeScratch(folder).catch(() => undefined);
    throw error;
  }
}

function readerOf(source: Source, folder: string): StateReader {
  const { host, installation, view } = source;
  const applying = inOrder(source).filter((layout) => layout.applies(source));
  const of: Of = <T>(what: string, pick: (layout: Layout) => Reading<T>): Reading<T> => {
    const readings = applying.map(pick);
    return readings.length === 0 ? unread("missing", nothing(source, what)) : combine(readings);
  };
  let closed = false;
  return {
    sessions: () =>
      settle(
        of("sessions", (layout) => layout.sessions(source)),
        sameSession,
      ),
    transcripts: () => transcriptsOf(source, applying),
    devices: () =>
      settle(
        of("devices", (layout) => layout.devices(source)),
        sameDevice,
      ),
    cronJobs: () =>
      settle(
        of("jobs", (layout) => layout.cronJobs(source)),
        { idOf: ({ id }) => id },
      ),
    cronRuns: () =>
      settle(
        of("job runs", (layout) => layout.cronRuns(source)),
        sameRun,
      ),
    skills: async () => await readSkills(host, view, installation, usesOf(source, applying)),
    credentials: () => credentialsOf(source, of),
    configWrites: () =>
      settle(
        of("config writes", (layout) => layout.configWrites(source)),
        sameWrite,
      ),
    audit: () => of("audit events", (layout) => layout.audit(source)),
    boots: () => of("gateway starts", (layout) => layout.boots(source)),
    grants: () =>
      combine([
        settle(
          of("grants", (layout) => layout.grants(source)),
          sameGrant,
        ),
        configGrants(installation),
      ]),
    ...activityOf(source, folder, of),
    trajectories: () => trajectoriesOf(source, applying),
    close: async () => {
      if (closed) return;
      closed = true;
      for (const { db } of source.open) db.close();
      await host.fs.removeScratch(folder);
    },
  };
}

async function credentialsOf(source: Source, of: Of): Promise<Reading<Credential>> {
  const { installation, view, fingerprintKey } = source;
  return combine<Credential>([
    await fileCredentials(view, installation, fingerprintKey),
    await unitCredentials(view, installation, fingerprintKey),
    of("stored credentials", (layout) => layout.storedCredentials(source)),
  ]);
}

type Of = <T>(what: string, pick: (layout: Layout) => Reading<T>) => Reading<T>;

function activityOf(
  source: Source,
  folder: string,
  of: Of,
): Pick<StateReader, "tasks" | "approvals" | "extensions" | "memory" | "operations" | "deliveries"> {
  const { host, view, installation } = source;
  return {
    tasks: () => of("tasks", (layout) => layout.tasks(source)),
    approvals: () => of("approvals", (layout) => layout.approvals(source)),
    extensions: async () =>
      combine([
        of("hooks and plugins", (layout) => layout.extensions(source)),
        await readExtensions(host, view, installation),
      ]),
    memory: async () =>
      combine([
        of("memory", (layout) => layout.memory(source)),
        await readMemoryFiles(host, view, installation),
      ]),
    operations: async () =>
      combine([
        of("operations", (layout) => layout.operations(source)),
        await readRestartLog(view, installation),
        await readQuarantine(host, view, installation, folder),
      ]),
    deliveries: () => of("deliveries", (layout) => layout.deliveries(source)),
  };
}

function nothing({ installation: { target } }: Source, what: string): string {
  return `no OpenClaw state at ${target.toHost(target.stateDir)}, so no ${what}`;
}

/**
 * The layout that is in use comes first. 2026.6 and 2026.7 (schema version 1) made the tables of later versions and went by
 * the files.
 */
function inOrder(source: Source): readonly Layout[] {
  const early = source.open.some(({ kind, version }) => kind === "state" && version === 1);
  return early ? layouts.toReversed() : layouts;
}

function transcriptsOf(
  source: Source,
  applying: readonly Layout[],
): { readonly events: IterableIterator<TranscriptEvent>; readonly problems: readonly string[] } {
  const problems: string[] = [];
  if (applying.length === 0) problems.push(nothing(source, "transcripts"));
  return { events: toldOnce(source, applying, problems), problems };
}

function trajectoriesOf(
  source: Source,
  applying: readonly Layout[],
): { readonly events: IterableIterator<TrajectoryEvent>; readonly problems: readonly string[] } {
  const problems: string[] = [];
  if (applying.length === 0) problems.push(nothing(source, "trajectories"));
  function* events(): IterableIterator<TrajectoryEvent> {
    for (const layout of applying) yield* layout.trajectories(source, problems);
  }
  return { events: events(), problems };
}

function usesOf(source: Source, applying: readonly Layout[]): SkillUses {
  return new Map(applying.flatMap((layout) => [...layout.skillUses(source)]));
}
