import type { Key } from "../../archive/index.ts";
import { isArmoured, openpgp } from "../../archive/index.ts";
import { ClawError, messageOf } from "../../model/errors.ts";

/** More is no key of a person; what keyservers collect under some keys is far larger. */
export const maxKeyFile = 4 * 1024 * 1024;

export function refusedKey(source: string, reason: string, hint: string, code = "bad-recipient"): ClawError {
  return new ClawError(`the key from ${source} cannot be used: ${reason}`, { exit: "failed", code, hint });
}

const blocks = /-----BEGIN PGP [A-Z ]+-----[^]*?-----END PGP [A-Z ]+-----/g;
const again = "export it again: gpg --export --armor FPR";

/** Reads one or more public keys from armoured or binary bytes. A private key is refused: it must not be on this host. */
export async function parseKeys(bytes: Uint8Array, source: string): Promise<readonly Key[]> {
  let keys: readonly Key[];
  try {
    keys = await readAll(bytes);
  } catch (error) {
    // The library tells of a file of another kind in words of its own that help nobody.
    const why = isArmoured(bytes) ? ` (${messageOf(error)})` : "";
    throw refusedKey(source, `it is no OpenPGP key${why}`, again);
  }
  if (keys.length === 0) throw refusedKey(source, "it holds no key", again);
  const secret = keys.find((key) => key.isPrivate());
  if (secret !== undefined) {
    const fingerprint = secret.getFingerprint().toUpperCase();
    throw refusedKey(
      source,
      "it holds the private part, which does not belong on this host",
      `take it away and give the public part: gpg --export --armor ${fingerprint} > public.asc`,
      "private-key",
    );
  }
  return keys;
}

/** Several armoured keys, one after the other, are several blocks; the library reads the first of them. */
async function readAll(bytes: Uint8Array): Promise<readonly Key[]> {
  const { readKeys } = await openpgp();
  if (!isArmoured(bytes)) return readKeys({ binaryKeys: bytes });
  const text = Buffer.from(bytes).toString("utf8");
  const armoured = text.match(blocks) ?? [text];
  return (await Promise.all(armoured.map((armoredKeys) => readKeys({ armoredKeys })))).flat();
}
