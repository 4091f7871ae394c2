import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { isDict, parseJson } from "../../src/model/json.ts";
import type { Approval } from "../../src/model/activity-records.ts";
import type { Reading } from "../../src/model/outcome.ts";
import type { Credential } from "../../src/model/records.ts";
import { oauthSecrets, openSignIn } from "../../src/openclaw/layouts/mcp-oauth.ts";
import { mutated } from "../support/mutated.ts";
import { fingerprintKey, realState, type RealState, type Release } from "./real-state.ts";

let state: RealState;
afterEach(() => state.cleanup());

const at = Date.UTC(2026, 10, 20, 12);
const iso = "2026-11-20T12:00:00.000Z";
const key = "notes-0123456789abcdef";

/** As 2026.9.6 keeps a sign-in that was begun. */
const begun = {
  clientInformation: { client_id: "c1", client_secret: "FAKE-client-secret" },
  codeVerifier: "FAKE-verifier",
  lastAuthorizationUrl: "https://auth.example/authorize?client_id=c1&state=FAKE-state&code_challenge=x",
  redirectUrl: "https://elsewhere.example/callback?x=FAKE-query",
  discoveryState: { authorizationServerUrl: "https://auth.example/" },
};
const ended = {
  tokens: { access_token: "FAKE-access", refresh_token: "FAKE-refresh", token_type: "Bearer" },
};

interface Told {
  readonly approvals: Reading<Approval>;
  readonly credentials: readonly Credential[];
}

async function told(): Promise<Told> {
  const reader = await state.open({ fingerprintKey });
  const approvals = reader.approvals();
  const credentials = (await reader.credentials()).records.filter(({ provider }) => provider === "mcp");
  await reader.close();
  const records = approvals.records.filter(({ kind }) => kind === "mcp-oauth");
  return { approvals: { ...approvals, records }, credentials };
}

function brief({ credentials }: Told): readonly unknown[] {
  return credentials.map(({ label, live, secret }) => [label, live, secret?.reveal()]);
}

async function withDatabase(sql: string): Promise<void> {
  state = await realState({}, "2026.9.6");
  const db = new Database(join(state.stateDir, "state", "openclaw.sqlite"));
  const insert = db.prepare("INSERT INTO mcp_oauth_stores VALUES (?, 1, ?, ?)");
  insert.run(key, JSON.stringify(begun), at);
  insert.run(`done-${"a".repeat(16)}`, JSON.stringify(ended), at);
  const again = {
    ...ended,
    pendingAuthorizationChallenge: { requiresAuthorization: true, scope: "mail.read" },
  };
  insert.run(`mail-${"b".repeat(16)}-r-${"c".repeat(16)}`, JSON.stringify(again), at);
  db.exec(sql);
  db.close();
}

describe("sign-ins at MCP servers", () => {
  it("that are open are told with server, time and a mark, without a value", async () => {
    await withDatabase(
      `CREATE TABLE mcp_oauth_pending_authorizations (state TEXT NOT NULL PRIMARY KEY, store_key TEXT NOT NULL, create_time INTEGER NOT NULL) STRICT;
       INSERT INTO mcp_oauth_pending_authorizations VALUES ('FAKE-waiting', '${key}', ${at});`,
    );
    const all = await told();
    expect(all.approvals.outcome).toBe("ok");
    const mark = { fingerprint: /^fp:[0-9a-f]{12}$/ };
    expect(all.approvals.records).toMatchObject([
      {
        ...{ id: `mail-${"b".repeat(16)}-r-${"c".repeat(16)}`, requestedBy: `requester ${"c".repeat(16)}` },
        subject: "sign-in at MCP server mail for mail.read",
      },
      {
        ...{ id: key, status: "pending", requestedBy: "operator", createdAt: iso, mark },
        subject:
          "sign-in at MCP server notes through https://auth.example, answers go to https://elsewhere.example/callback",
        place: { path: "/home/claw/.openclaw/state/openclaw.sqlite", locator: `mcp_oauth_stores/${key}` },
      },
      {
        ...{ id: key, createdAt: iso, mark },
        subject: "sign-in at MCP server notes, which waits for its answer",
        place: { locator: `mcp_oauth_pending_authorizations/${key}` },
      },
    ]);
    expect(JSON.stringify(all)).not.toContain("FAKE-");
    // The redactor knows them all; what runs out by itself is nothing to replace.
    expect(brief(all)).toEqual(
      expect.arrayContaining([
        [`${key}.clientInformation.client_secret`, true, "FAKE-client-secret"],
        [`${key}.codeVerifier`, false, "FAKE-verifier"],
        [`${key}.lastAuthorizationUrl`, false, "FAKE-state"],
        [`${key}.state`, false, "FAKE-waiting"],
        [`done-${"a".repeat(16)}.tokens.access_token`, true, "FAKE-access"],
      ]),
    );
  });

  it("are no gap where none ever waited, and one where the stores are gone", async () => {
    await withDatabase("");
    expect((await told()).approvals).toMatchObject({ outcome: "ok", records: [{}, {}] });
    await state.cleanup();
    await withDatabase("DROP TABLE mcp_oauth_stores");
    expect((await told()).approvals).toMatchObject({
      outcome: "partial",
      reason: /has no table mcp_oauth_stores/,
      records: [],
    });
  });

  it.each(["2026.2.26", "2026.6.11"] as const)(
    "are read from files as well, beside a state of %s",
    async (release: Release) => {
      state = await realState({}, release);
      await mkdir(join(state.stateDir, "mcp-oauth"));
      await writeFile(join(state.stateDir, "mcp-oauth", `${key}.json`), JSON.stringify(begun));
      await writeFile(
        join(state.stateDir, "mcp-oauth", `done-${"a".repeat(16)}.json.migrated`),
        JSON.stringify({ ...begun, ...ended }),
      );
      const all = await told();
      expect(all.approvals).toMatchObject({
        outcome: "partial",
        reason: /keeps no record of approvals/,
        records: [{ id: key, place: { path: `/home/op/.openclaw/mcp-oauth/${key}.json` } }],
      });
      expect(brief(all)).toEqual(
        expect.arrayContaining([
          [`${key}.codeVerifier`, false, "FAKE-verifier"],
          [`done-${"a".repeat(16)}.tokens.access_token`, false, "FAKE-access"],
        ]),
      );
      expect(JSON.stringify(all)).not.toContain("FAKE-");
    },
  );

  it("may hold anything", async () => {
    await withDatabase("");
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.json(), mutated(JSON.stringify(begun))), (name, text) => {
        const value = parseJson(text);
        if (!isDict(value)) return;
        const store = { key: name, value, place: () => ({ path: "p" }) };
        for (const { secret, ref } of oauthSecrets(store)) expect(secret ?? ref).toBeDefined();
        expect(openSignIn(store, fingerprintKey)?.status ?? "pending").toBe("pending");
      }),
    );
  });
});
