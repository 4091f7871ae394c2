import type { Row } from "../../../host/sqlite.ts";
import { num, strings } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { Device } from "../../../model/device-records.ts";
import { present } from "../../present.ts";
import { tokensOf } from "../device-token.ts";
import { setupDevice } from "../setup-token.ts";
import { jsonColumn, text, textsColumn, time } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { OpenDatabase, Source } from "../source.ts";

/** Paired and pending devices, and setup tokens. Pending requests live five minutes in OpenClaw; a row may be older than that. */
export function devices(source: Source): Reading<Device> {
  const paired = query<Device>(source, {
    kind: "state",
    tables: ["device_pairing_paired"],
    sql: "SELECT * FROM device_pairing_paired ORDER BY created_at_ms, device_id",
    map: pairedDevice,
  });
  const pending = query<Device>(source, {
    kind: "state",
    tables: ["device_pairing_pending"],
    sql: "SELECT * FROM device_pairing_pending ORDER BY ts, request_id",
    map: pendingDevice,
  });
  const setups = query<Device>(source, {
    kind: "state",
    tables: ["device_bootstrap_tokens"],
    sql: "SELECT * FROM device_bootstrap_tokens ORDER BY issued_at_ms, token_key",
    map: setupToken,
  });
  return combine([paired, pending, setups]);
}

function setupToken(row: Row, open: OpenDatabase): Device | undefined {
  const token = text(row, "token");
  if (token === undefined) return undefined;
  const setupId = text(row, "setup_id");
  return setupDevice({
    token,
    setupId,
    profile: jsonColumn(row, "profile_json"),
    issuedAtMs: row["issued_at_ms"],
    lastUsedAtMs: row["last_used_at_ms"],
    deviceId: text(row, "device_id"),
    publicKey: text(row, "public_key"),
    place: {
      path: open.shown,
      locator: `device_bootstrap_tokens/${setupId ?? String(num(row["issued_at_ms"]) ?? 0)}`,
    },
  });
}

function pairedDevice(row: Row, open: OpenDatabase): Device | undefined {
  const id = text(row, "device_id");
  if (id === undefined) return undefined;
  const approved = textsColumn(row, "approved_scopes_json");
  const allowed = strings(jsonColumn(row, "node_surface_json")["commands"]);
  const asked = strings(jsonColumn(row, "pending_node_surface_json")["commands"]);
  return {
    id,
    state: "paired",
    ...described(row),
    roles: rolesOf(row),
    scopes: approved.length > 0 ? approved : textsColumn(row, "scopes_json"),
    ...present({
      label: text(row, "operator_label"),
      approvedVia: text(row, "approved_via"),
      createdAt: time(row, "created_at_ms"),
      approvedAt: time(row, "approved_at_ms"),
      lastSeenAt: time(row, "last_seen_at_ms"),
      askedCommands: asked.length === 0 ? undefined : asked,
    }),
    nodeCommands: [...new Set([...allowed, ...asked])],
    tokens: tokensOf(jsonColumn(row, "tokens_json")),
    place: { path: open.shown, locator: `device_pairing_paired/${id}` },
  };
}

function pendingDevice(row: Row, open: OpenDatabase): Device | undefined {
  const id = text(row, "device_id");
  const requestId = text(row, "request_id");
  if (id === undefined || requestId === undefined) return undefined;
  return {
    id,
    state: "pending",
    requestId,
    ...described(row),
    roles: rolesOf(row),
    scopes: textsColumn(row, "scopes_json"),
    ...present({ createdAt: time(row, "ts") }),
    nodeCommands: [],
    tokens: [],
    place: { path: open.shown, locator: `device_pairing_pending/${requestId}` },
  };
}

function described(row: Row): Partial<Device> {
  return present({
    name: text(row, "display_name"),
    platform: text(row, "platform"),
    clientId: text(row, "client_id"),
    clientMode: text(row, "client_mode"),
    origin: text(row, "browser_origin"),
    remoteIp: text(row, "remote_ip"),
    publicKey: text(row, "public_key"),
  });
}

function rolesOf(row: Row): readonly string[] {
  const role = text(row, "role");
  return [...new Set([...textsColumn(row, "roles_json"), ...(role === undefined ? [] : [role])])];
}
