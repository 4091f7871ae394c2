import type { Row } from "../../../host/sqlite.ts";
import type { Task } from "../../../model/activity-records.ts";
import { dict, isoOf, str } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import { present } from "../../present.ts";
import { jsonColumn, text, time } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { OpenDatabase, Source } from "../source.ts";

/** The prompt of a turn may be a whole document; the transcript has the rest. */
const maxText = 16_384;

/** OpenClaw's ledger of work: turns and jobs (kept about a week), flows, sub-agents, heartbeats, standing intents. */
export function tasks(source: Source): Reading<Task> {
  return combine([taskRuns(source), flows(source), subagents(source), heartbeats(source), intents(source)]);
}

/** Every turn of the agent is a row here, whoever asked for it: `runtime` says how. 2026.3 to 2026.5 had a database of their own. */
export function taskRuns(source: Source, kind: "state" | "tasks" = "state"): Reading<Task> {
  return query<Task>(source, {
    kind,
    tables: ["task_runs"],
    sql: "SELECT * FROM task_runs ORDER BY created_at, task_id",
    map: (row, open) => {
      const id = text(row, "task_id");
      if (id === undefined) return undefined;
      return {
        id,
        kind: "task",
        ...present({
          agent: text(row, "agent_id"),
          runtime: text(row, "runtime"),
          text: cut(text(row, "task") ?? text(row, "label")),
          status: text(row, "status"),
          outcome: cut(outcomeOf(row)),
          createdAt: time(row, "created_at"),
          startedAt: time(row, "started_at"),
          endedAt: time(row, "ended_at"),
          requester: text(row, "requester_session_key"),
          childSession: otherThan(text(row, "child_session_key"), text(row, "requester_session_key")),
          runId: text(row, "run_id"),
        }),
        place: placeOf(open, "task_runs", id),
      };
    },
  });
}

function outcomeOf(row: Row): string | undefined {
  const summary = text(row, "terminal_summary") ?? text(row, "progress_summary");
  return text(row, "error") ?? summary ?? str(jsonColumn(row, "detail_json")["summary"]);
}

/** A turn names its own session as its child. */
function otherThan(child: string | undefined, own: string | undefined): string | undefined {
  return child === own ? undefined : child;
}

export function flows(source: Source, kind: "state" | "tasks" = "state"): Reading<Task> {
  return query<Task>(source, {
    kind,
    tables: ["flow_runs"],
    sql: "SELECT * FROM flow_runs ORDER BY created_at, flow_id",
    map: (row, open) => {
      const id = text(row, "flow_id");
      if (id === undefined) return undefined;
      return {
        id,
        kind: "flow",
        ...present({
          runtime: text(row, "controller_id"),
          text: cut(text(row, "goal")),
          status: text(row, "status"),
          outcome: cut(text(row, "blocked_summary") ?? text(row, "current_step")),
          createdAt: time(row, "created_at"),
          endedAt: time(row, "ended_at"),
          requester: text(row, "owner_key"),
        }),
        place: placeOf(open, "flow_runs", id),
      };
    },
  });
}

/** Who started a sub-agent is in columns, what it was told and how it ended in `payload_json`. */
function subagents(source: Source): Reading<Task> {
  return query<Task>(source, {
    kind: "state",
    tables: ["subagent_runs"],
    sql: "SELECT * FROM subagent_runs ORDER BY created_at, run_id",
    map: (row, open) => {
      const id = text(row, "run_id");
      if (id === undefined) return undefined;
      const payload = jsonColumn(row, "payload_json");
      const execution = dict(payload["execution"]);
      const outcome = dict(payload["outcome"]);
      return {
        id,
        kind: "subagent",
        ...present({
          agent: str(payload["agentId"]) ?? agentOf(text(row, "child_session_key")),
          text: cut(str(payload["task"]) ?? str(payload["label"])),
          status: str(execution["status"]) ?? str(outcome["status"]) ?? str(payload["status"]),
          outcome: cut(str(outcome["error"]) ?? str(payload["frozenResultText"]) ?? str(payload["result"])),
          createdAt: time(row, "created_at") ?? isoOf(payload["createdAt"]),
          startedAt: isoOf(execution["startedAt"]) ?? isoOf(payload["startedAt"]),
          endedAt: isoOf(execution["endedAt"]) ?? isoOf(payload["endedAt"]),
          requester: text(row, "requester_session_key"),
          childSession: text(row, "child_session_key"),
          runId: id,
        }),
        place: placeOf(open, "subagent_runs", id),
      };
    },
  });
}

/** "agent:main:subagent:…" names its agent. */
function agentOf(key: string | undefined): string | undefined {
  return /^agent:([A-Za-z0-9][\w-]{0,63}):/.exec(key ?? "")?.[1];
}

/** The latest row of each session only: OpenClaw keeps no more. */
function heartbeats(source: Source): Reading<Task> {
  return query<Task>(source, {
    kind: "agent",
    tables: ["heartbeat_outcomes"],
    sql: "SELECT * FROM heartbeat_outcomes ORDER BY occurred_at, session_key",
    map: (row, open) => {
      const key = text(row, "session_key");
      if (key === undefined) return undefined;
      return {
        id: key,
        kind: "heartbeat",
        agent: open.agent,
        ...present({
          runtime: text(row, "wake_source"),
          text: cut(text(row, "wake_reason")),
          status: text(row, "outcome"),
          outcome: cut(text(row, "summary")),
          createdAt: time(row, "occurred_at"),
          requester: key,
          childSession: otherThan(text(row, "run_session_key"), key),
          runId: text(row, "context_run_id"),
        }),
        place: placeOf(open, "heartbeat_outcomes", key),
      };
    },
  });
}

/** What the agent will do when somebody says certain words: made in one session, set off in another. */
function intents(source: Source): Reading<Task> {
  return query<Task>(source, {
    kind: "agent",
    tables: ["standing_intents"],
    sql: "SELECT * FROM standing_intents ORDER BY created_at, id",
    map: (row, open) => {
      const id = text(row, "id");
      if (id === undefined) return undefined;
      const keywords = text(row, "trigger_keywords");
      const scope = [text(row, "channel_scope"), text(row, "sender_scope")].filter(
        (one) => one !== undefined,
      );
      return {
        id,
        kind: "intent",
        agent: open.agent,
        ...present({
          runtime: scope.length === 0 ? undefined : scope.join(" "),
          text: cut([text(row, "description") ?? "", keywords ?? ""].filter((one) => one !== "").join("\n")),
          status: text(row, "status"),
          createdAt: time(row, "created_at"),
          startedAt: time(row, "last_fired_at"),
          requester: text(row, "creator_sender"),
          childSession: text(row, "source_session_id"),
        }),
        place: placeOf(open, "standing_intents", id),
      };
    },
  });
}

function cut(value: string | undefined): string | undefined {
  return value === undefined || value.length <= maxText ? value : `${value.slice(0, maxText)}…`;
}

function placeOf(open: OpenDatabase, table: string, key: string): Task["place"] {
  return { path: open.shown, locator: `${table}/${key}` };
}
