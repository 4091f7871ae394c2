import type { Row } from "../../../host/sqlite.ts";
import type { Approval } from "../../../model/activity-records.ts";
import { str, strings } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import { present } from "../../present.ts";
import { jsonColumn, text, time } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { OpenDatabase, Source } from "../source.ts";
import { signIns } from "./mcp-oauth.ts";

/** Every question that OpenClaw put to a person, with its durable verdict; and sign-ins at MCP servers that are open. */
export function approvals(source: Source): Reading<Approval> {
  const asked = query<Approval>(source, {
    kind: "state",
    tables: ["operator_approvals"],
    sql: "SELECT * FROM operator_approvals ORDER BY created_at_ms, approval_id",
    map: approvalOf,
  });
  return combine([asked, signIns(source)]);
}

function approvalOf(row: Row, open: OpenDatabase): Approval | undefined {
  const id = text(row, "approval_id");
  if (id === undefined) return undefined;
  return {
    id,
    kind: text(row, "kind") ?? "unknown",
    status: text(row, "status") ?? "unknown",
    subject: approvalSubject(row) ?? "unknown",
    ...present({
      decision: text(row, "decision"),
      requestedBy: joined(text(row, "requested_by_client_id"), text(row, "requested_by_device_id")),
      resolver: joined(text(row, "resolver_kind"), text(row, "resolver_id")),
      sessionKey: text(row, "source_session_key"),
      runId: text(row, "source_run_id"),
      createdAt: time(row, "created_at_ms"),
      resolvedAt: time(row, "resolved_at_ms"),
    }),
    place: { path: open.shown, locator: `operator_approvals/${id}` },
  };
}

/** What was asked for, as it was shown to whoever answered. */
export function approvalSubject(row: Row): string | undefined {
  const shown = jsonColumn(row, "presentation_json");
  const argv = strings(shown["commandArgv"]);
  return (
    str(shown["command"]) ??
    str(shown["commandText"]) ??
    (argv.length > 0 ? argv.join(" ") : undefined) ??
    str(shown["title"]) ??
    text(row, "source_tool_name")
  );
}

function joined(...parts: readonly (string | undefined)[]): string | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.join(" ");
}
