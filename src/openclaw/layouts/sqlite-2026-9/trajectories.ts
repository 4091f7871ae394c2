import type { Row } from "../../../host/sqlite.ts";
import type { TrajectoryEvent } from "../../../model/activity-records.ts";
import { messageOf } from "../../../model/errors.ts";
import { num } from "../../../model/json.ts";
import { present } from "../../present.ts";
import { text, time } from "../rows.ts";
import { isGap } from "../source.ts";
import type { OpenDatabase, Source } from "../source.ts";
import { trajectoryEventOf } from "../trajectory-event.ts";
import { jsonOf } from "./transcripts.ts";

const table = "trajectory_runtime_events";
const maxProblems = 100;

/**
 * What each run was given and did, beside the transcript. OpenClaw keeps the newest 10 MiB per session, leaves out what is
 * longer than it allows, and writes nothing where it was started with OPENCLAW_TRAJECTORY=0.
 */
export function* trajectories(source: Source, problems: string[]): IterableIterator<TrajectoryEvent> {
  const note = (problem: string): void => {
    if (problems.length < maxProblems && !problems.includes(problem)) problems.push(problem);
  };
  for (const one of source.closed) if (one.kind === "agent") note(one.reason);
  for (const open of source.open) {
    if (open.kind !== "agent") continue;
    for (const reason of open.notes) note(reason);
    yield* ofDatabase(open, note);
  }
}

function* ofDatabase(open: OpenDatabase, note: (problem: string) => void): IterableIterator<TrajectoryEvent> {
  if (!open.tables.has(table)) {
    if (isGap(open, table)) note(`${open.shown} has no table ${table}`);
    return;
  }
  try {
    for (const row of open.db.each(`SELECT * FROM ${table} ORDER BY session_id, seq`)) {
      const event = rowEvent(row, open);
      if ("problem" in event) note(event.problem);
      else yield event;
    }
  } catch (error) {
    note(`table ${table} of ${open.shown} was read in part: ${messageOf(error)}`);
  }
}

function rowEvent(row: Row, open: OpenDatabase): TrajectoryEvent | { readonly problem: string } {
  const sessionId = text(row, "session_id") ?? "";
  const seq = num(row["seq"]) ?? 0;
  const json = jsonOf(row);
  const what = `trajectory event ${sessionId}/${seq} of ${open.shown}`;
  if (typeof json !== "string") return { problem: `${what} could not be read: ${json.problem}` };
  const event = trajectoryEventOf(json, {
    agent: open.agent,
    sessionId,
    seq,
    ...present({ at: time(row, "created_at"), runId: text(row, "run_id") }),
    place: { path: open.shown, locator: `${table}/${sessionId}/${seq}` },
  });
  return event ?? { problem: `${what} is no JSON object` };
}
