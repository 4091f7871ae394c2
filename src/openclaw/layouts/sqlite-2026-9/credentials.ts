import { isSecretVariable } from "../../credentials/names.ts";
import { profileSecrets } from "../../credentials/profiles.ts";
import { credential } from "../../credentials/record.ts";
import type { CredentialAt } from "../../credentials/record.ts";
import { secretsInConfig } from "../../credentials/scan.ts";
import { dict, num, parseJson, str } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { Credential, Place } from "../../../model/records.ts";
import type { Row } from "../../../host/sqlite.ts";
import { deviceTokens } from "../device-tokens.ts";
import { jsonColumn, text, time } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { OpenDatabase, Source } from "../source.ts";
import { devices } from "./devices.ts";
import { oauthCredentials } from "./mcp-oauth.ts";

type Mapper = (row: Row, place: (key: string) => Place) => readonly CredentialAt[];

interface Store {
  readonly kind: "state" | "agent";
  readonly table: string;
  readonly where?: string;
  readonly order: string;
  readonly map: Mapper;
}

/** Every table that holds a secret in the clear. */
const stores: readonly Store[] = [
  {
    kind: "state",
    table: "config_machine_state",
    where: "state_key = 'authProfiles.store'",
    order: "state_key",
    map: (row, place) =>
      profileSecrets(jsonColumn(row, "value_json"), true, (id) => place(`authProfiles.store/${id}`)),
  },
  {
    kind: "agent",
    table: "auth_profile_store",
    order: "store_key",
    map: (row, place) =>
      profileSecrets(jsonColumn(row, "store_json"), true, (id) =>
        place(`${text(row, "store_key") ?? ""}/${id}`),
      ),
  },
  { kind: "state", table: "secret_store_entries", order: "scope_kind, scope_id, name", map: storeEntry },
  {
    kind: "state",
    table: "device_auth_tokens",
    order: "device_id, role",
    map: (row, place) => clientToken(row, place),
  },
  {
    kind: "state",
    table: "gateway_origin_device_tokens",
    order: "gateway_scope, device_id, role",
    map: originToken,
  },
  { kind: "state", table: "device_pairing_join_codes", order: "created_at_ms", map: joinCode },
  { kind: "state", table: "device_identities", order: "identity_key", map: identity },
  { kind: "state", table: "exec_approvals_config", order: "config_key", map: socketToken },
  {
    kind: "state",
    table: "plugin_state_entries",
    order: "plugin_id, namespace, entry_key",
    map: pluginState,
  },
];

/** The secrets in the databases. */
export function storedCredentials(source: Source): Reading<Credential> {
  const readings = stores.map(({ kind, table, where, order, map }) =>
    query<Credential>(source, {
      kind,
      tables: [table],
      sql: `SELECT * FROM ${table}${where === undefined ? "" : ` WHERE ${where}`} ORDER BY ${order}`,
      map: (row, open) =>
        map(row, placeIn(open, table)).map((found) => credential(found, source.fingerprintKey)),
    }),
  );
  return combine([
    ...readings,
    oauthCredentials(source),
    deviceTokens(devices(source), source.fingerprintKey),
  ]);
}

function placeIn(open: OpenDatabase, table: string): (key: string) => Place {
  return (key) => ({ path: open.shown, locator: `${table}/${key}` });
}

function storeEntry(row: Row, place: (key: string) => Place): readonly CredentialAt[] {
  const name = text(row, "name") ?? "";
  const value = text(row, "value");
  if (value === undefined || (row["kind"] === "env" && !isSecretVariable(name, value))) return [];
  const scope = text(row, "scope_id");
  return [
    {
      kind: "store-secret",
      provider: "store",
      label: scope === undefined ? name : `${scope}.${name}`,
      secret: value,
      live: num(row["deleted_at_ms"]) === undefined,
      createdAt: time(row, "created_at_ms"),
      place: place(`${text(row, "scope_kind") ?? ""}/${scope ?? ""}/${name}`),
    },
  ];
}

/** Tokens this host uses as a client of a gateway. */
function clientToken(row: Row, place: (key: string) => Place, scope?: string): readonly CredentialAt[] {
  const device = text(row, "device_id") ?? "";
  const role = text(row, "role") ?? "";
  return [
    {
      kind: "device-token",
      provider: "device",
      label: `client ${device.slice(0, 12)}.${role}${scope === undefined ? "" : ` ${scope}`}`,
      secret: text(row, "token"),
      live: true,
      createdAt: time(row, "updated_at_ms"),
      place: place(`${scope === undefined ? "" : `${scope}/`}${device}/${role}`),
    },
  ];
}

/** One per gateway that it is a client of. */
function originToken(row: Row, place: (key: string) => Place): readonly CredentialAt[] {
  return clientToken(row, place, text(row, "gateway_scope"));
}

/** The code is a secret while it is valid: it lets a device pair. */
function joinCode(row: Row, place: (key: string) => Place): readonly CredentialAt[] {
  const key = String(num(row["created_at_ms"]) ?? 0);
  const base = { kind: "device-token" as const, provider: "device", live: true, place: place(key) };
  const code = text(row, "shortcode");
  const inside = secretsInConfig(jsonColumn(row, "payload_json"));
  return [
    ...(code === undefined ? [] : [{ ...base, label: `join code ${key}`, secret: code }]),
    ...inside.map((found) => ({ ...base, label: `join code ${key}.${found.path}`, secret: found.secret })),
  ];
}

function identity(row: Row, place: (key: string) => Place): readonly CredentialAt[] {
  const key = text(row, "identity_key") ?? "primary";
  return [
    {
      kind: "identity-key",
      provider: "openclaw",
      label: `device identity ${key}`,
      secret: text(row, "private_key_pem"),
      live: true,
      createdAt: time(row, "created_at_ms"),
      place: place(key),
    },
  ];
}

function socketToken(row: Row, place: (key: string) => Place): readonly CredentialAt[] {
  const token = str(dict(jsonColumn(row, "raw_json")["socket"])["token"]);
  if (token === undefined || token === "") return [];
  return [
    {
      kind: "socket-token",
      provider: "openclaw",
      label: "exec approvals socket",
      secret: token,
      live: true,
      place: place(text(row, "config_key") ?? ""),
    },
  ];
}

/** What plugins keep: only what is called a secret or looks like one. */
function pluginState(row: Row, place: (key: string) => Place): readonly CredentialAt[] {
  const plugin = text(row, "plugin_id") ?? "";
  const entry = `${text(row, "namespace") ?? ""}/${text(row, "entry_key") ?? ""}`;
  return secretsInConfig(parseJson(text(row, "value_json") ?? "")).map((found) => ({
    kind: "other" as const,
    provider: plugin,
    label: `${entry}.${found.path}`,
    secret: found.secret,
    ref: found.ref,
    live: true,
    createdAt: time(row, "created_at"),
    place: place(`${plugin}/${entry}/${found.path}`),
  }));
}
