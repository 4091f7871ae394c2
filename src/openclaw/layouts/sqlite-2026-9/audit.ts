import type { Reading } from "../../../model/outcome.ts";
import type { AuditEvent } from "../../../model/records.ts";
import { present } from "../../present.ts";
import { number, text, time } from "../rows.ts";
import { query } from "../source.ts";
import type { Source } from "../source.ts";

/** OpenClaw's ledger of runs, tool actions and (where switched on) messages: 30 days or 100,000 rows, without content. */
export function audit(source: Source): Reading<AuditEvent> {
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
