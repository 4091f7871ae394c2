import { messageOf } from "../../model/errors.ts";
import { type Key, openpgp } from "../../archive/index.ts";

export interface KeyCheck {
  readonly algorithm: string;
  readonly expiresAt?: string;
  readonly refused?: { readonly reason: string; readonly hint: string };
}

interface Refusal {
  readonly reason: string;
  readonly hint: string;
}

type UseTrouble = (key: Key, now: Date) => Promise<Refusal | undefined>;

/** Whether a seal may go to this key now; if not, why, in the order in which a person would want to know. */
export async function checkKey(key: Key, now: Date): Promise<KeyCheck> {
  const checked = await checkFor(key, now, encryptionTrouble);
  if (checked.refused !== undefined) return checked;
  const subkey = await key.getEncryptionKey(undefined, now);
  const ends = subkey === key ? null : await subkey.getExpirationTime().catch(() => null);
  return { ...checked, ...expiring(earlier(checked.expiresAt, ends)) };
}

/** Whether what this key signs now will count. */
export async function checkSigningKey(key: Key, now: Date): Promise<KeyCheck> {
  return checkFor(key, now, signingTrouble);
}

async function checkFor(key: Key, now: Date, forUse: UseTrouble): Promise<KeyCheck> {
  const expiry = await key.getExpirationTime().catch(() => null);
  const expiresAt = expiry instanceof Date ? expiry : undefined;
  const facts = { algorithm: algorithmOf(key), ...expiring(expiresAt?.toISOString()) };
  const refused = (await wholeKeyTrouble(key, now, expiresAt)) ?? (await forUse(key, now));
  return refused === undefined ? facts : { ...facts, refused };
}

function expiring(expiresAt: string | undefined): { readonly expiresAt?: string } {
  return expiresAt === undefined ? {} : { expiresAt };
}

/** A subkey may end before its key does. */
function earlier(known: string | undefined, other: Date | number | null): string | undefined {
  if (!(other instanceof Date)) return known;
  const iso = other.toISOString();
  return known === undefined || iso < known ? iso : known;
}

function algorithmOf(key: Key): string {
  const { algorithm, bits, curve } = key.getAlgorithmInfo();
  if (bits !== undefined) return `${algorithm.replace(/EncryptSign$/, "")}${bits}`;
  return curve?.replace(/Legacy$/, "") ?? algorithm;
}

const newKey = "make another one with gpg, or let claw-ir make one where it asks how to lock the archive";

async function wholeKeyTrouble(
  key: Key,
  now: Date,
  expiresAt: Date | undefined,
): Promise<Refusal | undefined> {
  if (await key.isRevoked(undefined, undefined, now)) return { reason: "it is revoked", hint: newKey };
  if (key.getCreationTime().getTime() > now.getTime() + 60_000) {
    return { reason: "it was made in the future", hint: "check this host's clock: date -u" };
  }
  if (expiresAt !== undefined && expiresAt.getTime() <= now.getTime()) {
    return {
      reason: `it expired on ${expiresAt.toISOString().slice(0, 10)}`,
      hint: `have its owner extend it (gpg --quick-set-expire), or ${newKey}`,
    };
  }
  try {
    await key.verifyPrimaryKey(now);
    return undefined;
  } catch (error) {
    return { reason: `its self-signature is not valid (${messageOf(error)})`, hint: newKey };
  }
}

async function encryptionTrouble(key: Key, now: Date): Promise<Refusal | undefined> {
  if (key.keyPacket.version !== 4) return unknownVersion(key);
  const { enums } = await openpgp();
  try {
    const { keyPacket } = await key.getEncryptionKey(undefined, now, undefined, undefined);
    const unknownToGpg22 = [enums.publicKey.x25519, enums.publicKey.x448];
    if (!unknownToGpg22.includes(keyPacket.algorithm)) return undefined;
    return { reason: "its encryption part is of a kind that gpg 2.2 cannot use", hint: newKey };
  } catch (error) {
    return withoutEncryption(key, now, messageOf(error));
  }
}

function unknownVersion({ keyPacket }: Key): Refusal {
  return { reason: `it is a version ${keyPacket.version} key, which gpg 2.2 cannot read`, hint: newKey };
}

async function signingTrouble(key: Key, now: Date): Promise<Refusal | undefined> {
  if (key.keyPacket.version !== 4) return unknownVersion(key);
  const { enums } = await openpgp();
  try {
    const { keyPacket } = await key.getSigningKey(undefined, now);
    const unknownToGpg22 = [enums.publicKey.ed25519, enums.publicKey.ed448];
    if (!unknownToGpg22.includes(keyPacket.algorithm)) return undefined;
    return { reason: "its signatures are of a kind that gpg 2.2 cannot check", hint: newKey };
  } catch (error) {
    return { reason: `it cannot sign (${messageOf(error)})`, hint: newKey };
  }
}

/** openpgp.js says only that it found none; a subkey that would do and does not now is the better reason. */
async function withoutEncryption(key: Key, now: Date, message: string): Promise<Refusal> {
  for (const subkey of key.subkeys) {
    const id = subkey.getKeyID().toHex().toUpperCase();
    if (subkey.bindingSignatures.some((signature) => ((signature.keyFlags?.[0] ?? 0) & 0x0c) === 0)) continue;
    const expiry = await subkey.getExpirationTime(now).catch(() => null);
    if (expiry instanceof Date && expiry.getTime() <= now.getTime()) {
      return {
        reason: `its encryption subkey ${id} expired on ${expiry.toISOString().slice(0, 10)}`,
        hint: `have its owner extend it, or ${newKey}`,
      };
    }
    if (subkey.revocationSignatures.length > 0) {
      return { reason: `its encryption subkey ${id} is revoked`, hint: newKey };
    }
  }
  const signOnly = /valid encryption key|encryption key packet|key flags/i.test(message);
  return {
    reason: signOnly
      ? "it can only sign: it has no part to encrypt to"
      : `it cannot be encrypted to (${message})`,
    hint: newKey,
  };
}
