import type { Row } from "../../../host/sqlite.ts";
import type { Delivery } from "../../../model/activity-records.ts";
import { dict, num, str, strings } from "../../../model/json.ts";
import type { Dict } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import { present } from "../../present.ts";
import { boundedJson } from "../bounded-json.ts";
import { messageIn } from "../ingress-message.ts";
import { queryOnFirstUse } from "../on-first-use.ts";
import { jsonColumn, text, time } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { Query, Source } from "../source.ts";

const maxText = 4096;

type Fields = { readonly [K in Exclude<keyof Delivery, "place">]?: Delivery[K] | undefined };

interface Store {
  readonly kind: "state" | "agent";
  /** The first is where the record is. */
  readonly tables: readonly [string, ...string[]];
  readonly onFirstUse?: true;
  readonly sql: string;
  readonly key: string;
  readonly map: (row: Row) => Fields;
}

/** Every table that tells of something sent, about to be, or received. What was sent stands in the queues only, until it is gone. */
const stores: readonly Store[] = [
  {
    kind: "state",
    tables: ["delivery_queue_entries"],
    sql: "SELECT * FROM delivery_queue_entries ORDER BY enqueued_at, queue_name, id",
    key: "id",
    map: (row) => ({
      channel: text(row, "channel"),
      target: text(row, "target"),
      at: time(row, "platform_send_started_at") ?? time(row, "enqueued_at"),
      status: stated(text(row, "status"), text(row, "last_error")),
      sessionKey: text(row, "session_key"),
      text: queuedText(jsonColumn(row, "entry_json")),
    }),
  },
  {
    kind: "state",
    tables: ["outbound_message_progress"],
    onFirstUse: true,
    sql: "SELECT * FROM outbound_message_progress ORDER BY sequence",
    key: "progress_id",
    map: (row) => ({
      channel: text(row, "channel"),
      target: text(row, "target_ref") ?? text(row, "conversation_ref"),
      at: time(row, "occurred_at"),
      status: text(row, "outcome") ?? text(row, "action"),
      runId: text(row, "run_id"),
    }),
  },
  {
    kind: "state",
    tables: ["github_publication_requests"],
    sql: "SELECT * FROM github_publication_requests ORDER BY created_at_ms, request_id",
    key: "request_id",
    map: (row) => ({
      channel: "github",
      target: `${text(row, "repository") ?? "?"} ${text(row, "branch") ?? ""}`.trim(),
      at: time(row, "created_at_ms"),
      status: stated(text(row, "status"), text(row, "error_code")),
      sessionId: text(row, "session_id"),
      sessionKey: text(row, "session_key"),
      runId: text(row, "run_id"),
      text: text(row, "title"),
    }),
  },
  {
    // What came in, until it was handled; then it stays without its text, for OpenClaw to know it again.
    kind: "state",
    tables: ["channel_ingress_events"],
    sql: `SELECT *, channel_id || '/' || account_id || '/' || event_id AS place_key FROM channel_ingress_events
           ORDER BY received_at, queue_name, event_id`,
    key: "place_key",
    map: (row) => ({
      inbound: true,
      channel: accountIn(text(row, "channel_id"), text(row, "account_id")),
      at: time(row, "received_at"),
      status: stated(text(row, "status"), text(row, "failed_reason") ?? text(row, "last_error")),
      ...received(row),
    }),
  },
  {
    kind: "agent",
    tables: ["conversation_deliveries", "conversations"],
    sql: `SELECT d.*, c.channel, c.delivery_target, c.label FROM conversation_deliveries d
            LEFT JOIN conversations c ON c.conversation_id = d.conversation_id
           ORDER BY d.created_at, d.operation_id`,
    key: "operation_id",
    map: (row) => ({
      channel: text(row, "channel"),
      target: text(row, "delivery_target") ?? text(row, "label"),
      at: time(row, "created_at"),
      status: stated(text(row, "status"), text(row, "rejection_error")),
      sessionKey: text(row, "source_session_key"),
      text: text(row, "reply_text") === undefined ? undefined : `answered: ${text(row, "reply_text") ?? ""}`,
    }),
  },
  {
    kind: "agent",
    tables: ["message_tool_run_outcomes"],
    sql: "SELECT * FROM message_tool_run_outcomes ORDER BY occurred_at, id",
    key: "id",
    map: (row) => ({
      at: time(row, "occurred_at"),
      status: stated(text(row, "outcome"), text(row, "run_status")),
      sessionKey: text(row, "session_key"),
      runId: text(row, "run_id"),
    }),
  },
  {
    // A debug proxy that was switched on recorded them; bodies and headers are secrets and stay in the sealed state.
    kind: "state",
    tables: ["capture_events"],
    sql: `SELECT id, ts, method, host, path, status, error_text, source_process FROM capture_events
           WHERE host IS NOT NULL AND (method IS NOT NULL OR kind = 'request' OR direction = 'outbound') ORDER BY ts, id`,
    key: "id",
    map: (row) => ({
      channel: "http",
      target: text(row, "host"),
      at: time(row, "ts"),
      status: stated(num(row["status"])?.toString(), text(row, "error_text")),
      text: `${text(row, "method") ?? "?"} ${withoutQuery(text(row, "path") ?? "")}`.trim(),
    }),
  },
];

export function deliveries(source: Source): Reading<Delivery> {
  return combine(stores.map((store) => readStore(source, store)));
}

function readStore(source: Source, { kind, tables, sql, key, map, onFirstUse }: Store): Reading<Delivery> {
  const wanted: Query<Delivery> = {
    kind,
    tables,
    sql,
    map: (row, open) => {
      const id = text(row, key) ?? num(row[key])?.toString();
      if (id === undefined) return undefined;
      const fields = present({ ...map(row) });
      return {
        ...fields,
        ...(fields.text === undefined ? {} : { text: fields.text.slice(0, maxText) }),
        place: { path: open.shown, locator: `${tables[0]}/${id}` },
      };
    },
  };
  return onFirstUse === true ? queryOnFirstUse(source, wanted) : query(source, wanted);
}

function stated(status: string | undefined, more: string | undefined): string | undefined {
  const known = [status, more].filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.join(": ").slice(0, 400);
}

function accountIn(channel: string | undefined, account: string | undefined): string | undefined {
  return account === undefined || account === "default" ? channel : `${channel ?? "?"} ${account}`;
}

/** What stands there when a message was handled, or could not be told from nothing (channels/message/ingress-queue.ts). */
const handled = new Set(["null", "OPENCLAW_CHANNEL_INGRESS_FAILED_NULL_V1"]);

/** Who wrote what where; the whole event where nothing in it looks like a text. */
function received(row: Row): Pick<Fields, "sender" | "target" | "text"> {
  const payload = text(row, "payload_json") ?? "null";
  const { sender, conversation, text: words } = messageIn(boundedJson(payload));
  const beside = messageIn(jsonColumn(row, "metadata_json"));
  return {
    sender: sender ?? beside.sender,
    target: conversation ?? beside.conversation ?? text(row, "lane_key"),
    text: words ?? (handled.has(payload) ? undefined : payload),
  };
}

/** Queues of several versions: the text of the message, or of each of its payloads. */
function queuedText(entry: Dict): string | undefined {
  const inner = dict(entry["payload"]);
  const own = str(entry["text"]) ?? str(entry["message"]) ?? str(inner["text"]) ?? str(inner["message"]);
  if (own !== undefined) return own;
  const payloads = Array.isArray(entry["payloads"]) ? (entry["payloads"] as readonly unknown[]) : [];
  const texts = payloads.map((one) => str(dict(one)["text"]) ?? "").filter((one) => one !== "");
  const media = payloads.flatMap((one) => strings(dict(one)["mediaUrls"]));
  const all = [...texts, ...media];
  return all.length === 0 ? undefined : all.join("\n");
}

/** A query may hold a token: that there was one is told, and not which. */
function withoutQuery(path: string): string {
  const at = path.search(/[?#]/);
  return at < 0 ? path : `${path.slice(0, at)}?…`;
}
