import { credential } from "../../credentials/record.ts";
import type { Row } from "../../../host/sqlite.ts";
import type { Approval } from "../../../model/activity-records.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { Credential } from "../../../model/records.ts";
import { Secret } from "../../../model/secret.ts";
import { present } from "../../present.ts";
import { oauthSecrets, openSignIn, requesterOf, serverOf } from "../mcp-oauth.ts";
import type { OauthStore } from "../mcp-oauth.ts";
import { queryOnFirstUse } from "../on-first-use.ts";
import { jsonColumn, text, time } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { OpenDatabase, Query, Source } from "../source.ts";

type Stores<T> = Pick<Query<T>, "kind" | "tables" | "sql">;
const stores = {
  kind: "state",
  tables: ["mcp_oauth_stores"],
  sql: "SELECT * FROM mcp_oauth_stores ORDER BY store_key",
} satisfies Stores<unknown>;
/** One row for each sign-in that waits for its answer; its key is the state that the answer has to name. */
const waiting = {
  kind: "state",
  tables: ["mcp_oauth_pending_authorizations"],
  sql: "SELECT * FROM mcp_oauth_pending_authorizations ORDER BY create_time, store_key",
} satisfies Stores<unknown>;

function storeOf(row: Row, open: OpenDatabase): OauthStore {
  const key = text(row, "store_key") ?? "";
  return {
    key,
    value: jsonColumn(row, "store_json"),
    updatedAt: time(row, "updated_at"),
    place: (path) => ({
      path: open.shown,
      locator: `mcp_oauth_stores/${key}${path === "" ? "" : `/${path}`}`,
    }),
  };
}

/** Tokens of MCP servers, and what sign-ins that are under way would be ended with. */
export function oauthCredentials(source: Source): Reading<Credential> {
  const { fingerprintKey } = source;
  return combine([
    query<Credential>(source, {
      ...stores,
      map: (row, open) => oauthSecrets(storeOf(row, open)).map((found) => credential(found, fingerprintKey)),
    }),
    queryOnFirstUse<Credential>(source, {
      ...waiting,
      map: (row, open) => {
        const key = text(row, "store_key") ?? "";
        const base = { kind: "oauth" as const, provider: "mcp", label: `${key}.state`, live: false };
        const found = { ...base, secret: text(row, "state"), createdAt: time(row, "create_time") };
        return credential({ ...found, place: waitingAt(open, key) }, fingerprintKey);
      },
    }),
  ]);
}

/** Sign-ins at MCP servers that were begun and not ended. */
export function signIns(source: Source): Reading<Approval> {
  const { fingerprintKey } = source;
  return combine([
    query<Approval>(source, {
      ...stores,
      map: (row, open) => openSignIn(storeOf(row, open), fingerprintKey) ?? [],
    }),
    queryOnFirstUse<Approval>(source, {
      ...waiting,
      map: (row, open) => {
        const key = text(row, "store_key");
        const state = text(row, "state");
        if (key === undefined || state === undefined) return undefined;
        const mark = fingerprintKey === undefined ? undefined : new Secret(state).mark(fingerprintKey);
        return {
          id: key,
          kind: "mcp-oauth",
          status: "pending",
          subject: `sign-in at MCP server ${serverOf(key)}, which waits for its answer`,
          requestedBy: requesterOf(key),
          ...present({ createdAt: time(row, "create_time"), mark }),
          place: waitingAt(open, key),
        };
      },
    }),
  ]);
}

function waitingAt(open: OpenDatabase, key: string): { readonly path: string; readonly locator: string } {
  return { path: open.shown, locator: `mcp_oauth_pending_authorizations/${key}` };
}
