/** The session key's way in and out of the packets for recipients and passphrases. */
import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import type { Secret } from "../../model/secret.ts";
import { damaged } from "../damage.ts";
import type { Envelope } from "./message-reader.ts";
import { gpg22, openpgp, type PrivateKey, type PublicKey } from "./openpgp.ts";
import { packet, tags } from "./packets.ts";
import { openWithPassphrase, sealToPassphrase, type SessionKey, sessionKeyOf } from "./s2k.ts";

/** What opens an archive. */
export type Unlock =
  | { readonly passphrase: Secret }
  /** Path of an armoured or binary private key, and what unlocks it. */
  | { readonly privateKey: string; readonly passphrase?: Secret }
  /** An archive that was never encrypted is opened by saying so. */
  | { readonly plaintext: true }
  /** A seal that is being made checks itself with this. */
  | { readonly session: SessionKey };

/** The packets before the encrypted one: a version 3 packet for each recipient, a version 4 one for the passphrase. */
export async function sessionPackets(
  host: Pick<Host, "random" | "clock">,
  session: Uint8Array,
  recipients: readonly PublicKey[],
  passphrase: Secret | undefined,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  if (recipients.length > 0) {
    const { encryptSessionKey } = await openpgp();
    // An explicit algorithm and no AEAD: also a recipient who advertises SEIPDv2 gets the version 3 packet.
    parts.push(
      await encryptSessionKey({
        data: session,
        algorithm: "aes256",
        encryptionKeys: [...recipients],
        date: host.clock.now(),
        format: "binary",
        config: gpg22,
      }),
    );
  }
  if (passphrase !== undefined) parts.push(sealToPassphrase(session, passphrase.reveal(), host.random(8)));
  return Buffer.concat(parts);
}

/** Every session key that what we have opens; whether one fits, the message itself says. */
export async function openSession(
  host: Pick<Host, "fs">,
  envelope: Envelope,
  unlock: Unlock,
): Promise<readonly SessionKey[]> {
  if ("session" in unlock) return [unlock.session];
  if ("plaintext" in unlock) return [];
  if ("privateKey" in unlock) return openWithKey(envelope, await readPrivate(host, unlock));
  const text = unlock.passphrase.reveal();
  return envelope.forPassphrases.flatMap((body) => openWithPassphrase(body, text) ?? []);
}

async function openWithKey(envelope: Envelope, keys: readonly PrivateKey[]): Promise<readonly SessionKey[]> {
  const { decryptSessionKeys, enums, readMessage } = await openpgp();
  const found: SessionKey[] = [];
  for (const body of envelope.forKeys) {
    try {
      const message = await readMessage({ binaryMessage: packet(tags.pkesk, body), config: grammarFree });
      const opened = await decryptSessionKeys({ message, decryptionKeys: [...keys], config: grammarFree });
      for (const { data, algorithm } of opened) {
        const key = algorithm === null ? undefined : sessionKeyOf(enums.symmetric[algorithm], data);
        if (key !== undefined) found.push(key);
      }
    } catch {
      // Not for this key, or unreadable: the next packet may be. What is left without a key is an error of its own.
    }
  }
  return found;
}

// A session key packet alone is no message in the grammar of RFC 9580.
const grammarFree = { ...gpg22, enforceGrammar: false };

/** Whether a private key file needs a passphrase. Throws `wrongKey` for a file that holds no private key. */
export async function isProtectedKey(host: Pick<Host, "fs">, privateKey: string): Promise<boolean> {
  return (await parsePrivate(host, privateKey)).some((key) => !key.isDecrypted());
}

async function parsePrivate(host: Pick<Host, "fs">, privateKey: string): Promise<readonly PrivateKey[]> {
  const { readPrivateKeys } = await openpgp();
  const bytes = await host.fs.read(privateKey, { maxBytes: 1024 * 1024 }).catch((cause: unknown) => {
    throw new ClawError("the private key file cannot be read", {
      exit: "wrongKey",
      code: "no-private-key",
      hint: "look at its path and permissions",
      cause,
    });
  });
  return (
    isArmoured(bytes)
      ? readPrivateKeys({ armoredKeys: Buffer.from(bytes).toString("utf8") })
      : readPrivateKeys({ binaryKeys: bytes })
  ).catch((cause: unknown) => {
    throw new ClawError("this file holds no OpenPGP private key", {
      exit: "wrongKey",
      code: "no-private-key",
      hint: "give the file that holds the private part of a recipient's key",
      cause,
    });
  });
}

async function readPrivate(
  host: Pick<Host, "fs">,
  { privateKey, passphrase }: { readonly privateKey: string; readonly passphrase?: Secret },
): Promise<readonly PrivateKey[]> {
  const { decryptKey } = await openpgp();
  const keys = await parsePrivate(host, privateKey);
  return Promise.all(
    keys.map(async (key) => {
      if (key.isDecrypted()) return key;
      if (passphrase === undefined) throw wrongPassphrase("the private key is protected by a passphrase");
      try {
        return await decryptKey({ privateKey: key, passphrase: passphrase.reveal() });
      } catch {
        throw wrongPassphrase("the passphrase does not open the private key");
      }
    }),
  );
}

export function isArmoured(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4096)).includes("-----BEGIN PGP ");
}

export function wrongPassphrase(message: string): ClawError {
  return new ClawError(message, {
    exit: "wrongKey",
    code: "wrong-passphrase",
    hint: "give the passphrase with --passphrase-from FILE or at the prompt",
  });
}

/** None of what we have opens the archive: said so that the user knows what would. */
export function noKeyFits(envelope: Envelope, unlock: Unlock): ClawError {
  const keys = envelope.forKeys.map(keyIdOf);
  const forPassphrase = envelope.forPassphrases.length > 0;
  if ("session" in unlock) return damaged("altered", "what was written cannot be decrypted again");
  if ("passphrase" in unlock && !("privateKey" in unlock) && forPassphrase)
    return wrongPassphrase("the passphrase does not open this archive");
  const to = [...keys.map((id) => `key ${id}`), ...(forPassphrase ? ["a passphrase"] : [])].join(", ");
  const what =
    "privateKey" in unlock
      ? "this private key does not open it"
      : "plaintext" in unlock
        ? "it is no plaintext archive"
        : "a passphrase does not open it";
  return new ClawError(`the archive is sealed to ${to || "nobody"}; ${what}`, {
    exit: "wrongKey",
    code: "wrong-key",
    hint: "give the private key of one of the recipients",
  });
}

/** The key id that a version 3 packet names; "hidden" for a wildcard. */
export function keyIdOf(body: Uint8Array): string {
  const id = Buffer.from(body.subarray(1, 9)).toString("hex");
  return /^0*$/.test(id) ? "hidden" : id;
}
