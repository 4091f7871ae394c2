import type { PublicKey } from "./openpgp.ts";

/** A public key that an archive can be sealed to now. */
export interface Recipient {
  /** 40 hex digits, upper case. */
  readonly fingerprint: string;
  /** The first user id; chosen by whoever made the key. */
  readonly userId: string;
  /** "curve25519", "rsa3072", … */
  readonly algorithm: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  /** File it was read from, or "gpg keyring". */
  readonly source: string;
  readonly key: PublicKey;
}
