import type { CredentialAt } from "../credentials/record.ts";
import { secretsInConfig } from "../credentials/scan.ts";
import { at, dict, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Approval } from "../../model/activity-records.ts";
import type { Place } from "../../model/records.ts";
import { Secret } from "../../model/secret.ts";
import { present } from "../present.ts";

/**
 * What OpenClaw keeps of its sign-in at one MCP server: a row of `mcp_oauth_stores`, or since 2026.7 and until it was moved there a
 * file of `mcp-oauth/`. Shape as in agents/mcp-oauth-store.kernel.ts of 2026.9.6.
 */
export interface OauthStore {
  /** `<server>-<hash of name and address>`, with `-r-<hash of who asked>` where it is not the operator's. */
  readonly key: string;
  readonly value: Dict;
  readonly updatedAt?: string | undefined;
  readonly leftover?: true | undefined;
  readonly place: (path: string) => Place;
}

/** Tokens and client secrets; and what is good for one sign-in only, which is nothing to replace: it runs out in ten minutes. */
export function oauthSecrets(store: OauthStore): readonly CredentialAt[] {
  const { key, value, updatedAt, place, leftover } = store;
  const base = { kind: "oauth" as const, provider: "mcp", createdAt: updatedAt };
  const lasting = secretsInConfig(value).map((found) => ({
    ...base,
    label: `${key}.${found.path}`,
    secret: found.secret,
    ref: found.ref,
    live: leftover !== true,
    place: place(found.path),
  }));
  const passing = passingIn(value).map(({ path, secret }) => ({
    ...{ ...base, label: `${key}.${path}`, live: false },
    secret: new Secret(secret),
    place: place(path),
  }));
  return [...lasting, ...passing];
}

/** The verifier, and the state that the answer must name. */
function passingIn(value: Dict): readonly { readonly path: string; readonly secret: string }[] {
  const verifier = str(value["codeVerifier"]) ?? "";
  const state = addressOf(value["lastAuthorizationUrl"])?.searchParams.get("state") ?? "";
  return [
    ...(verifier === "" ? [] : [{ path: "codeVerifier", secret: verifier }]),
    ...(state === "" ? [] : [{ path: "lastAuthorizationUrl", secret: state }]),
  ];
}

/**
 * A sign-in that was begun and not ended, or is asked for anew, without any value of it. With `fingerprintKey` its verifier is told by
 * its mark. Undefined where nothing is open.
 */
export function openSignIn(store: OauthStore, fingerprintKey: Uint8Array | undefined): Approval | undefined {
  const { key, value, updatedAt } = store;
  const asked = at(value, "pendingAuthorizationChallenge", "requiresAuthorization") === true;
  const begun = ["codeVerifier", "lastAuthorizationUrl"].some((name) => str(value[name]) !== undefined);
  if (!asked && (!begun || value["tokens"] !== undefined)) return undefined;
  const [passing] = passingIn(value);
  const mark =
    passing === undefined || fingerprintKey === undefined
      ? undefined
      : new Secret(passing.secret).mark(fingerprintKey);
  return {
    id: key,
    kind: "mcp-oauth",
    status: "pending",
    subject: subjectOf(key, value),
    requestedBy: requesterOf(key),
    ...present({ createdAt: updatedAt, mark }),
    place: store.place(""),
  };
}

/** Who is asked, and where the answer goes: a place that is not this host is what an intruder would set. */
function subjectOf(key: string, value: Dict): string {
  const server = addressOf(at(value, "discoveryState", "authorizationServerUrl"));
  const asked = server ?? addressOf(value["lastAuthorizationUrl"]);
  const back = addressOf(value["redirectUrl"]);
  const scope = str(dict(value["pendingAuthorizationChallenge"])["scope"])?.slice(0, 200);
  return [
    `sign-in at MCP server ${serverOf(key)}`,
    asked === undefined ? "" : ` through ${asked.origin}`,
    scope === undefined ? "" : ` for ${scope}`,
    back === undefined ? "" : `, answers go to ${back.origin}${back.pathname}`,
  ].join("");
}

const ending = /-[0-9a-f]{16}(?:-r-([0-9a-f]{16}))?$/;

export function serverOf(key: string): string {
  return key.replace(ending, "");
}

/** Everybody who writes to the agent may have a sign-in of their own: only a hash of who it was is kept. */
export function requesterOf(key: string): string {
  const requester = ending.exec(key)?.[1];
  return requester === undefined ? "operator" : `requester ${requester}`;
}

function addressOf(value: unknown): URL | undefined {
  const text = str(value);
  return text !== undefined && text.length < 16_384 && URL.canParse(text) ? new URL(text) : undefined;
}
