/** The library is loaded on first use: it is large, and most commands never touch a key. */
import type * as OpenPgp from "openpgp";
import type { PartialConfig } from "openpgp";

export type { Key, PrivateKey, PublicKey, Signature } from "openpgp";

export function openpgp(): Promise<typeof OpenPgp> {
  return import("openpgp");
}

/**
 * What gpg 2.2 understands: no version 6 keys, no AEAD, no Argon2. Message packets are framed by message-writer.ts, so the
 * library decides no more than how keys and session keys look.
 */
export const gpg22: PartialConfig = {
  v6Keys: false,
  aeadProtect: false,
  s2kIterationCountByte: 240,
  showVersion: false,
  showComment: false,
};
