import type { Credential, Place } from "../../model/records.ts";
import { Secret } from "../../model/secret.ts";
import { credentialId } from "./names.ts";
import type { CredentialName } from "./names.ts";

export interface CredentialAt extends CredentialName {
  /** The value where it is known, or a reference to it. */
  readonly secret?: Secret | string | undefined;
  readonly ref?: string | undefined;
  readonly live: boolean;
  readonly createdAt?: string | undefined;
  readonly place: Place;
}

/** The record, with the secret's mark where a fingerprint key is given. */
export function credential(found: CredentialAt, key: Uint8Array | undefined): Credential {
  const secret = typeof found.secret === "string" ? new Secret(found.secret) : found.secret;
  return {
    id: credentialId(found),
    kind: found.kind,
    provider: found.provider,
    label: found.label,
    ...(secret === undefined ? {} : { secret }),
    ...(secret === undefined || key === undefined ? {} : { mark: secret.mark(key) }),
    ...(found.ref === undefined ? {} : { ref: found.ref }),
    live: found.live,
    ...(found.createdAt === undefined ? {} : { createdAt: found.createdAt }),
    place: found.place,
  };
}
