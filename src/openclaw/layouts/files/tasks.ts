import type { Task } from "../../../model/activity-records.ts";
import type { Reading } from "../../../model/outcome.ts";
import { read, unread } from "../../../model/outcome.ts";
import { combine, hasDatabases } from "../source.ts";
import type { OpenDatabase, Source } from "../source.ts";
import { flows, taskRuns } from "../sqlite-2026-9/tasks.ts";

/** `tasks/runs.sqlite` (2026.3.31 to 2026.5) and `flows/registry.sqlite`, each with the table that 2026.6 took over. */
export function tasks(source: Source): Reading<Task> {
  const open = source.open.filter(({ kind }) => kind === "tasks");
  const closed = source.closed.filter(({ kind }) => kind === "tasks");
  if (open.length === 0 && closed.length === 0)
    return hasDatabases(source)
      ? read([])
      : unread(
          "missing",
          "there is no tasks/runs.sqlite; OpenClaw before 2026.3.31 keeps no ledger of tasks",
        );
  const readings = open.map((one) => tasksIn(source, one));
  return combine([
    ...readings,
    read<Task>(
      [],
      closed.map(({ reason }) => reason),
    ),
  ]);
}

function tasksIn(source: Source, open: OpenDatabase): Reading<Task> {
  const own = { ...source, open: [open], closed: [] };
  const readings = [
    ...(open.tables.has("task_runs") ? [taskRuns(own, "tasks")] : []),
    ...(open.tables.has("flow_runs") ? [flows(own, "tasks")] : []),
  ];
  if (readings.length === 0)
    return read([], [`${open.shown} has neither a table task_runs nor a table flow_runs`]);
  const reading = combine(readings);
  if (open.leftover !== true) return reading;
  return { ...reading, records: reading.records.map((task) => ({ ...task, leftover: true as const })) };
}
