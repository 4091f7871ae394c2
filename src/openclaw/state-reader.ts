import type { TrajectoryEvent } from "../model/activity-records.ts";
import type { Reading } from "../model/outcome.ts";
import { read, unread } from "../model/outcome.ts";
import type { Credential } from "../model/records.ts";
import type { Session, TranscriptEvent } from "../model/session-records.ts";
import { withoutLog } from "./back-ends/ran-on.ts";
import { backEndEvents, backEndSessions } from "./back-ends/read.ts";
import type { BackEnds } from "./back-ends/read.ts";
import { fileCredentials } from "./credentials/files.ts";
import { unitCredentials } from "./credentials/units.ts";
import { readExtensions } from "./extensions/extensions.ts";
import { configGrants } from "./layouts/config-grants.ts";
import { layouts } from "./layouts/index.ts";
import type { Layout } from "./layouts/layout.ts";
import {
  sameDevice,
  sameGrant,
  sameJob,
  sameRun,
  sameSession,
  sameTask,
  sameWrite,
  settle,
} from "./layouts/settle.ts";
import type { Placed, Sameness } from "./layouts/settle.ts";
import { combine } from "./layouts/source.ts";
import type { Source } from "./layouts/source.ts";
import { toldOnce } from "./layouts/told-once.ts";
import { readMemoryFiles } from "./memory/memory.ts";
import { readQuarantine } from "./operations/quarantine.ts";
import { readRestartLog } from "./operations/restart-log.ts";
import { stateSandboxes } from "./sandboxes.ts";
import { readSkills } from "./skills/skills.ts";
import type { SkillUses } from "./skills/skills.ts";
import { readWorkshop, workshopOrigins } from "./skills/workshop.ts";
import type { StateReader } from "./types.ts";

/**
 * The records of a state whose databases are open: from every layout that applies, settled to one record per thing, joined
 * with what is read from files for all layouts alike. `folder` holds the copies, and `close` removes it.
 */
export function readerOf(source: Source, folder: string, backEnds: BackEnds): StateReader {
  const { host, installation, view } = source;
  const applying = inOrder(source).filter((layout) => layout.applies(source));
  const of: Of = <T>(what: string, pick: (layout: Layout) => Reading<T>): Reading<T> => {
    const readings = applying.map(pick);
    // A layout that holds nothing, and should not, adds nothing to how the others ended.
    const telling = readings.filter(({ outcome, records }) => outcome !== "ok" || records.length > 0);
    if (readings.length === 0) return unread("missing", nothing(source, what));
    return combine(telling.length === 0 ? readings : telling);
  };
  const settled = <T extends Placed>(
    what: string,
    pick: (l: Layout) => Reading<T>,
    same: Sameness<T>,
  ): Reading<T> => settle(of(what, pick), same);
  const own = once(() => settled("sessions", (layout) => layout.sessions(source), sameSession));
  let closed = false;
  return {
    sessions: () => sessionsOf(own(), backEnds),
    transcripts: () => transcriptsOf(source, applying, own, backEnds),
    devices: () => settled("devices", (layout) => layout.devices(source), sameDevice),
    cronJobs: () => settled("jobs", (layout) => layout.cronJobs(source), sameJob),
    cronRuns: () => settled("job runs", (layout) => layout.cronRuns(source), sameRun),
    skills: async () =>
      await readSkills(host, view, installation, usesOf(source, applying), workshopOrigins(source)),
    credentials: () => credentialsOf(source, of),
    configWrites: () => settled("config writes", (layout) => layout.configWrites(source), sameWrite),
    audit: () => of("audit events", (layout) => layout.audit(source)),
    boots: () => of("gateway starts", (layout) => layout.boots(source)),
    grants: () =>
      combine([settled("grants", (layout) => layout.grants(source), sameGrant), configGrants(installation)]),
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

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
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
): Pick<
  StateReader,
  "tasks" | "approvals" | "extensions" | "memory" | "operations" | "deliveries" | "sandboxes"
> {
  const { host, view, installation } = source;
  return {
    tasks: () =>
      settle(
        of("tasks", (layout) => layout.tasks(source)),
        sameTask,
      ),
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
        await readWorkshop(source),
        await readRestartLog(view, installation),
        await readQuarantine(host, view, installation, folder),
      ]),
    deliveries: () => of("deliveries", (layout) => layout.deliveries(source)),
    sandboxes: () => stateSandboxes(source),
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

/** OpenClaw's own, then those of command-line back ends; what ran on one whose log is gone is a gap. */
function sessionsOf(own: Reading<Session>, backEnds: BackEnds): Reading<Session> {
  const others = backEndSessions(backEnds);
  const gaps = withoutLog(own.records, backEnds);
  const alone = others.records.length === 0 && others.outcome === "ok" && gaps.length === 0;
  return alone ? own : combine([own, others, read<Session>([], gaps)]);
}

function transcriptsOf(
  source: Source,
  applying: readonly Layout[],
  own: () => Reading<Session>,
  backEnds: BackEnds,
): { readonly events: IterableIterator<TranscriptEvent>; readonly problems: readonly string[] } {
  const problems: string[] = [];
  if (applying.length === 0) problems.push(nothing(source, "transcripts"));
  function* events(): IterableIterator<TranscriptEvent> {
    yield* toldOnce(source, applying, problems);
    yield* backEndEvents(backEnds, problems);
    problems.push(...withoutLog(own().records, backEnds));
  }
  return { events: events(), problems };
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
