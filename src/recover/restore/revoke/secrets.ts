/** Secrets that a later case replaced: the value in force takes their place, or they are told as dead. */
import type { Host } from "../../../host/host.ts";
import type { Credential, Place } from "../../../model/records.ts";
import type { Secret } from "../../../model/secret.ts";
import { shown } from "../../../model/text.ts";
import type { Installation } from "../../../openclaw/index.ts";
import { currentValue, placeSecret, rotateGatewayToken } from "../../../openclaw/write/index.ts";
import { attempt } from "./attempt.ts";
import { type Ended, type RevocationList, successorOf } from "./plan.ts";
import type { Revocation } from "./revocation.ts";

export interface SecretsRequest {
  readonly installation: Installation;
  readonly list: RevocationList;
  /** Of the restored state. */
  readonly credentials: readonly Credential[];
  /** Of the state in force, which is about to be replaced; empty where its values are not to be taken over. */
  readonly inForce: readonly Credential[];
  readonly mark: (secret: Secret) => ReturnType<Secret["mark"]>;
}

export async function revokeSecrets(host: Host, request: SecretsRequest): Promise<readonly Revocation[]> {
  return [...(await gatewayToken(host, request)), ...(await others(host, request))];
}

/** Who asks a remote gateway has that gateway's token in the config; it is not this one's. */
function isOwnToken({ kind, label, live }: Credential): boolean {
  return kind === "gateway-token" && live && !label.startsWith("gateway-remote");
}

function ofFingerprint(request: SecretsRequest, fingerprint: string): Secret | undefined {
  if (fingerprint === "") return undefined;
  return request.inForce.find(
    ({ secret, live }) => live && secret !== undefined && request.mark(secret).fingerprint === fingerprint,
  )?.secret;
}

async function gatewayToken(host: Host, request: SecretsRequest): Promise<readonly Revocation[]> {
  const { installation, list, credentials, mark } = request;
  const own = credentials.find(isOwnToken);
  // A reference that leads out of the restored state leads to what is in force.
  const value = own === undefined ? "" : await currentValue(host, installation, own);
  if (own === undefined || typeof value === "string") return [];
  const { fingerprint } = mark(value);
  const later = list.gatewayToken ?? list.ended.get(fingerprint);
  if (later === undefined || fingerprint === later.next) return [];
  return attempt("gateway token", later.case, async () => {
    const next = ofFingerprint(request, later.next);
    const done =
      next === undefined
        ? await rotateGatewayToken(host, installation, mark)
        : await placeSecret(host, installation, own, next, mark);
    const how = next === undefined ? "a new one was made" : "the one in force was taken over";
    if (done.changed.length === 0)
      return [
        {
          what: "gateway token",
          case: later.case,
          state: "failed",
          detail: done.notWritten[0]?.todo ?? "it stands where claw-ir does not write",
        },
      ];
    return [
      {
        what: "gateway token",
        case: later.case,
        state: "replaced",
        detail: `${how}; it stands in ${placesText(done.changed)}`,
      },
    ];
  });
}

async function others(host: Host, request: SecretsRequest): Promise<readonly Revocation[]> {
  const done: Revocation[] = [];
  const seen = new Set<string>();
  for (const credential of request.credentials) {
    if (credential.secret === undefined || !credential.live || isOwnToken(credential)) continue;
    const { fingerprint } = request.mark(credential.secret);
    const ended = request.list.ended.get(fingerprint);
    if (ended === undefined || seen.has(fingerprint)) continue;
    seen.add(fingerprint);
    done.push(
      ...(await attempt(shown(ended.label, 80), ended.case, () => one(host, request, credential, ended))),
    );
  }
  return done;
}

async function one(
  host: Host,
  request: SecretsRequest,
  credential: Credential,
  ended: Ended,
): Promise<readonly Revocation[]> {
  const what = shown(ended.label, 80);
  const next = ofFingerprint(request, successorOf(request.list, ended.old));
  const dead = (detail: string): readonly Revocation[] => [{ what, case: ended.case, state: "dead", detail }];
  if (next === undefined) return dead(`put the new one in at ${placesText([credential.place])}`);
  const { changed, notWritten } = await placeSecret(
    host,
    request.installation,
    credential,
    next,
    request.mark,
  );
  if (changed.length === 0)
    return dead(notWritten[0]?.todo ?? `put the new one in at ${placesText([credential.place])}`);
  return [
    {
      what,
      case: ended.case,
      state: "replaced",
      detail: `the one in force was taken over; it stands in ${placesText(changed)}`,
    },
  ];
}

function placesText(places: readonly Place[]): string {
  const some = places
    .slice(0, 3)
    .map(({ path, locator }) => shown([path, locator].filter(Boolean).join(" "), 160));
  return `${some.join(", ")}${places.length > some.length ? " and other places" : ""}`;
}
