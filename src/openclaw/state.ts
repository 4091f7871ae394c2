import type { Host } from "../host/host.ts";
import type { TrajectoryEvent } from "../model/activity-records.ts";
import type { Reading } from "../model/outcome.ts";
import { unread } from "../model/outcome.ts";
import type { Credential, TranscriptEvent } from "../model/records.ts";
import { openCopies } from "./copies.ts";
import { fileCredentials } from "./credentials/files.ts";
import { unitCredentials } from "./credentials/units.ts";
import { findArchives } from "./layouts/archives.ts";
import { configGrants } from "./layouts/grant-shapes.ts";
import { layouts } from "./layouts/index.ts";
import type { Layout } from "./layouts/layout.ts";
import { findOlder, withOlder } from "./layouts/older.ts";
import { combine } from "./layouts/source.ts";
import type { Source } from "./layouts/source.ts";
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
      older: await findOlder(view, installation),
      ...(options.fingerprintKey === undefined ? {} : { fingerprintKey: options.fingerprintKey }),
    };
    return readerOf(source, folder);
  } catch (error) {
    await host.fs.removeScratch(folder).catch(() => undefined);
    throw error;
  }
}

function readerOf(source: Source, folder: string): StateReader {
  const { host, installation, view, older, fingerprintKey } = source;
  const applying = layouts.filter((layout) => layout.applies(source));
  const of: Of = <T>(what: string, pick: (layout: Layout) => Reading<T>): Reading<T> => {
    const readings = applying.map(pick);
    return readings.length === 0 ? unread("missing", nothing(source, what)) : combine(readings);
  };
  let closed = false;
  return {
    sessions: () =>
      withOlder(
        of("sessions", (layout) => layout.sessions(source)),
        older.sessions,
      ),
    transcripts: () => transcriptsOf(source, applying),
    devices: () =>
      withOlder(
        of("devices", (layout) => layout.devices(source)),
        older.devices,
      ),
    cronJobs: () =>
      withOlder(
        of("jobs", (layout) => layout.cronJobs(source)),
        older.cron,
      ),
    cronRuns: () =>
      withOlder(
        of("job runs", (layout) => layout.cronRuns(source)),
        older.cron,
      ),
    skills: async () => await readSkills(host, view, installation, usesOf(source, applying)),
    credentials: async () =>
      combine<Credential>([
        await fileCredentials(view, installation, fingerprintKey),
        await unitCredentials(view, installation, fingerprintKey),
        of("stored credentials", (layout) => layout.storedCredentials(source)),
      ]),
    configWrites: () =>
      withOlder(
        of("config writes", (layout) => layout.configWrites(source)),
        older.configWrites,
      ),
    audit: () => of("audit events", (layout) => layout.audit(source)),
    boots: () => of("gateway starts", (layout) => layout.boots(source)),
    grants: () =>
      withOlder(
        combine([of("grants", (layout) => layout.grants(source)), configGrants(installation)]),
        older.grants,
      ),
    ...activityOf(source, of),
    trajectories: () => trajectoriesOf(source, applying),
    close: async () => {
      if (closed) return;
      closed = true;
      for (const { db } of source.open) db.close();
      await host.fs.removeScratch(folder);
    },
  };
}

type Of = <T>(what: string, pick: (layout: Layout) => Reading<T>) => Reading<T>;

function activityOf(
  source: Source,
  of: Of,
): Pick<StateReader, "tasks" | "approvals" | "extensions" | "memory" | "operations" | "deliveries"> {
  return {
    tasks: () => of("tasks", (layout) => layout.tasks(source)),
    approvals: () => of("approvals", (layout) => layout.approvals(source)),
    extensions: () => Promise.resolve(of("hooks and plugins", (layout) => layout.extensions(source))),
    memory: () => Promise.resolve(of("memory", (layout) => layout.memory(source))),
    operations: () => Promise.resolve(of("operations", (layout) => layout.operations(source))),
    deliveries: () => of("deliveries", (layout) => layout.deliveries(source)),
  };
}

function nothing(source: Source, what: string): string {
  const { layout, target } = source.installation;
  const where = target.toHost(target.stateDir);
  return layout === "none"
    ? `no OpenClaw state at ${where}, so no ${what}`
    : `${where} has no database of OpenClaw 2026.8 or later, so its ${what} were not read`;
}

function transcriptsOf(
  source: Source,
  applying: readonly Layout[],
): { readonly events: IterableIterator<TranscriptEvent>; readonly problems: readonly string[] } {
  const problems: string[] = [];
  if (applying.length === 0) problems.push(nothing(source, "transcripts"));
  const older = withOlder({ outcome: "ok", records: [] }, source.older.sessions).reason;
  if (older !== undefined) problems.push(older);
  return { events: all(source, applying, problems), problems };
}

function* all(
  source: Source,
  applying: readonly Layout[],
  problems: string[],
): IterableIterator<TranscriptEvent> {
  for (const layout of applying) yield* layout.transcripts(source, problems);
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
