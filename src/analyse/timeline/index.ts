import type { Finding, TimelineEvent } from "../../model/evidence.ts";
import { leftoverNote } from "../../model/leftover.ts";
import type { ReadingSet } from "../../model/readings.ts";
import type { TranscriptEvent } from "../../model/session-records.ts";
import {
  approvalEvents,
  deliveryEvents,
  extensionEvents,
  memoryEvents,
  operationEvents,
  taskEvents,
} from "./activity-events.ts";
import { deviceEvents } from "./device-events.ts";
import { makeEvent } from "./event.ts";
import type { EventDraft, TimelineContext } from "./event.ts";
import { findingEvents } from "./finding-events.ts";
import {
  authorizedKeyEvents,
  hostCronEvents,
  logEvents,
  processEvents,
  startFileEvents,
} from "./host-events.ts";
import { containerEvents, hostEventsOf, tempFileEvents } from "./log-events.ts";
import { skillEvents } from "./skill-events.ts";
import {
  auditEvents,
  bootEvents,
  configWriteEvents,
  credentialEvents,
  cronJobEvents,
  cronRunEvents,
  grantEvents,
  sessionEvents,
} from "./state-events.ts";
import { transcriptEvents } from "./transcript-events.ts";

/** The events of all records, lazily and in no order: the case sorts them. Records without a time give none. */
export function* timelineOf(context: TimelineContext, set: ReadingSet): Generator<TimelineEvent> {
  yield* eventsOf(context, set.sessions.records, sessionEvents);
  yield* eventsOf(context, set.devices.records, labelled(deviceEvents));
  yield* eventsOf(context, set.cronJobs.records, labelled(cronJobEvents));
  yield* eventsOf(context, set.cronRuns.records, cronRunEvents);
  yield* eventsOf(context, set.skills.records, skillEvents);
  yield* eventsOf(context, set.configWrites.records, configWriteEvents);
  yield* eventsOf(context, set.audit.records, auditEvents);
  yield* eventsOf(context, set.boots.records, bootEvents);
  yield* eventsOf(context, set.grants.records, labelled(grantEvents));
  yield* eventsOf(context, set.credentials.records, credentialEvents);
  yield* eventsOf(context, set.tasks.records, taskEvents);
  yield* eventsOf(context, set.approvals.records, approvalEvents);
  yield* eventsOf(context, set.extensions.records, extensionEvents);
  yield* eventsOf(context, set.memory.records, memoryEvents);
  yield* eventsOf(context, set.operations.records, operationEvents);
  yield* eventsOf(context, set.deliveries.records, deliveryEvents);
  yield* eventsOf(context, set.processes.records, processEvents);
  yield* eventsOf(context, set.logs.records, logEvents);
  yield* eventsOf(context, set.loginRecords.records, hostEventsOf("login-records"));
  yield* eventsOf(context, set.authLog.records, hostEventsOf("auth-logs"));
  yield* eventsOf(context, set.journal.records, hostEventsOf("journal"));
  yield* eventsOf(context, set.auditLog.records, hostEventsOf("audit-log"));
  yield* eventsOf(context, set.packageLog.records, hostEventsOf("package-logs"));
  yield* eventsOf(context, set.containers.records, containerEvents);
  yield* eventsOf(context, set.tempFiles.records, tempFileEvents);
  yield* eventsOf(context, [set.hostCron.records], hostCronEvents);
  yield* eventsOf(context, [set.authorizedKeys.records], authorizedKeyEvents);
  yield* eventsOf(context, set.systemdUser.records, startFileEvents);
  yield* eventsOf(context, set.shellStartup.records, startFileEvents);
}

/** Findings, at the time each was first seen; one without a time is in the list of findings only. */
export function timelineOfFindings(
  context: TimelineContext,
  findings: Iterable<Finding>,
): Generator<TimelineEvent> {
  return eventsOf(context, findings, findingEvents);
}

/** The events of the transcripts, one at a time: they may be many. */
export function timelineOfTranscripts(
  context: TimelineContext,
  events: Iterable<TranscriptEvent>,
): Generator<TimelineEvent> {
  return eventsOf(context, events, transcriptEvents);
}

function* eventsOf<T>(
  context: TimelineContext,
  records: Iterable<T>,
  drafts: (context: TimelineContext, record: T) => readonly EventDraft[],
): Generator<TimelineEvent> {
  for (const record of records) {
    for (const draft of drafts(context, record)) {
      const event = makeEvent(context, draft);
      if (event !== undefined) yield event;
    }
  }
}

/** Of things that would still be there: what was left behind tells what was done, and is no more. */
function labelled<T extends { readonly leftover?: true }>(
  drafts: (context: TimelineContext, record: T) => readonly EventDraft[],
): (context: TimelineContext, record: T) => readonly EventDraft[] {
  return (context, record) =>
    drafts(context, record).map((draft) => ({
      ...draft,
      message: `${draft.message}${leftoverNote(record)}`,
    }));
}

export { compareEvents, mergeEvents } from "./event.ts";
export type { TimelineContext } from "./event.ts";
