import type { Reading } from "../../../model/outcome.ts";
import type { AuditEvent } from "../../../model/records.ts";
import { present } from "../../present.ts";
import { number, text, time } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { Source } from "../source.ts";

/** What happened, without content: the action ledger, changes of sessions, and set-ups of devices that came to their end. */
export function audit(source: Source): Reading<AuditEvent> {
  return combine([ledger(source), sessionStates(source), setups(source)]);
}

/** Runs, tool actions and (where switched on) messages: 30 days or 100,000 rows. */
function ledger(source: Source): Reading<AuditEvent> {
  return query<AuditEvent>(source, {
    kind: "state",
    tables: ["audit_events"],
    sql: "SELECT * FROM audit_events ORDER BY sequence",
    map: (row, open) => {
      const at = time(row, "occurred_at");
      const kind = text(row, "kind");
      const action = text(row, "action");
      if (at === undefined || kind === undefined || action === undefined) return undefined;
      return {
        at,
        kind,
        action,
        ...present({
          status: text(row, "status"),
          actor: text(row, "actor_id"),
          agent: text(row, "agent_id"),
          sessionId: text(row, "session_id"),
          runId: text(row, "run_id"),
          toolName: text(row, "tool_name"),
          channel: text(row, "channel"),
        }),
        place: { path: open.shown, locator: `audit_events/${number(row, "sequence") ?? 0}` },
      };
    },
  });
}

/** A session was compacted, reset, handed over, …: who did it, and when. */
function sessionStates(source: Source): Reading<AuditEvent> {
  return query<AuditEvent>(source, {
    kind: "state",
    tables: ["session_state_events"],
    sql: "SELECT * FROM session_state_events ORDER BY sequence",
    map: (row, open) => {
      const at = time(row, "occurred_at");
      const action = text(row, "kind");
      if (at === undefined || action === undefined) return undefined;
      return {
        at,
        kind: "session",
        action,
        ...present({
          actor: text(row, "actor_id") ?? text(row, "actor_type"),
          agent: text(row, "agent_id"),
          sessionId: text(row, "session_id"),
          runId: text(row, "run_id"),
        }),
        place: { path: open.shown, locator: `session_state_events/${number(row, "sequence") ?? 0}` },
      };
    },
  });
}

/** A set-up code was redeemed: kept for some days after the pairing. */
function setups(source: Source): Reading<AuditEvent> {
  return query<AuditEvent>(source, {
    kind: "state",
    tables: ["device_pair_setup_completions"],
    sql: "SELECT * FROM device_pair_setup_completions ORDER BY completed_at_ms, setup_id",
    map: (row, open) => {
      const at = time(row, "completed_at_ms");
      if (at === undefined) return undefined;
      return {
        at,
        kind: "device",
        action: `set up with ${text(row, "access") ?? "unknown"} access`,
        ...present({ status: text(row, "delivery_state"), actor: text(row, "device_id") }),
        place: { path: open.shown, locator: `device_pair_setup_completions/${text(row, "setup_id") ?? ""}` },
      };
    },
  });
}
