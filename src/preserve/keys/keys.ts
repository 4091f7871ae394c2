/** OpenPGP public keys that archives are sealed to: found, checked, made. */
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError, codeOf, messageOf } from "../../model/errors.ts";
import type { Key, Recipient } from "../../archive/index.ts";
import { checkKey } from "./key-check.ts";
import { maxKeyFile, parseKeys, refusedKey } from "./key-parse.ts";
import { fromKeyring } from "./keyring.ts";

export interface Recipients {
  readonly usable: readonly Recipient[];
  /** Keys that are there and cannot be used, each with the reason: they must not go missing in silence. */
  readonly refused: readonly { readonly source: string; readonly reason: string }[];
}

export type KeyHost = Pick<Host, "fs" | "run" | "clock" | "facts">;

export function keysFolder(dataDir: string): string {
  return join(dataDir, "keys");
}

async function usable(host: KeyHost, key: Key, source: string): Promise<Recipient> {
  const checked = await checkKey(key, host.clock.now());
  if (checked.refused !== undefined) throw refusedKey(source, checked.refused.reason, checked.refused.hint);
  return {
    fingerprint: key.getFingerprint().toUpperCase(),
    userId: key.getUserIDs()[0] ?? "",
    algorithm: checked.algorithm,
    createdAt: key.getCreationTime().toISOString(),
    ...(checked.expiresAt === undefined ? {} : { expiresAt: checked.expiresAt }),
    source,
    key: key.toPublic(),
  };
}

/** The keys in a file's bytes, all of them usable, or a ClawError with the reason. */
export async function recipientsOf(
  host: KeyHost,
  bytes: Uint8Array,
  source: string,
): Promise<readonly Recipient[]> {
  const recipients: Recipient[] = [];
  for (const key of await parseKeys(bytes, source)) recipients.push(await usable(host, key, source));
  return recipients;
}

/** Public keys in claw-ir's key folder: whoever put them there wants to be a recipient of every seal. */
export async function configuredRecipients(host: KeyHost, dataDir: string): Promise<Recipients> {
  const found: Recipient[] = [];
  const refused: { source: string; reason: string }[] = [];
  for (const file of await keyFiles(host, dataDir)) {
    try {
      const bytes = await host.fs.read(file, { maxBytes: maxKeyFile });
      found.push(...(await recipientsOf(host, bytes, file)));
    } catch (error) {
      refused.push({ source: file, reason: messageOf(error) });
    }
  }
  return { usable: distinct(found), refused };
}

export async function keyFiles(host: Pick<Host, "fs">, dataDir: string): Promise<readonly string[]> {
  return keyFilesIn(host, keysFolder(dataDir));
}

/** Files with a key's ending in a folder; none if it is not there. */
export async function keyFilesIn(host: Pick<Host, "fs">, folder: string): Promise<readonly string[]> {
  try {
    const entries = await host.fs.list(folder);
    return entries
      .filter(({ name }) => /\.(?:asc|gpg|pgp)$/i.test(name))
      .map(({ name }) => join(folder, name));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

function distinct(recipients: readonly Recipient[]): readonly Recipient[] {
  return [...new Map(recipients.map((recipient) => [recipient.fingerprint, recipient])).values()];
}

/** "0xABCD 1234…" → 40 upper-case hex digits; undefined if it is no fingerprint. */
export function fingerprintOf(spec: string): string | undefined {
  const bare = spec.replaceAll(/[\s:]/g, "").replace(/^0x/i, "").toUpperCase();
  return /^[0-9A-F]{40}$/.test(bare) ? bare : undefined;
}

/**
 * The recipients that were asked for, each a fingerprint (in claw-ir's key folder, else in gpg's keyring) or the path of a
 * key file. Throws for the first that cannot be used: a seal must not go to fewer people than were named.
 */
export async function loadRecipients(
  host: KeyHost,
  dataDir: string,
  specs: readonly string[],
): Promise<readonly Recipient[]> {
  const recipients: Recipient[] = [];
  for (const spec of specs) {
    const fingerprint = fingerprintOf(spec);
    recipients.push(
      ...(fingerprint === undefined
        ? await fromFile(host, spec)
        : [await byFingerprint(host, dataDir, fingerprint)]),
    );
  }
  return distinct(recipients);
}

async function fromFile(host: KeyHost, path: string): Promise<readonly Recipient[]> {
  let bytes: Uint8Array;
  try {
    bytes = await host.fs.read(path, { maxBytes: maxKeyFile });
  } catch (error) {
    if (/^(?:0x)?[0-9A-F]{8,16}$/i.test(path)) {
      throw refusedKey(
        path,
        "a short key id can be forged",
        "give the whole fingerprint (40 hex digits) or a file",
      );
    }
    const reason = codeOf(error) === "ENOENT" ? "there is no such file" : messageOf(error);
    throw refusedKey(path, reason, "give a fingerprint of 40 hex digits, or the path of a public key file");
  }
  return recipientsOf(host, bytes, path);
}

async function byFingerprint(host: KeyHost, dataDir: string, fingerprint: string): Promise<Recipient> {
  for (const file of await keyFiles(host, dataDir)) {
    const bytes = await host.fs.read(file, { maxBytes: maxKeyFile });
    const keys = await parseKeys(bytes, file).catch(() => []);
    const key = keys.find((one) => one.getFingerprint().toUpperCase() === fingerprint);
    if (key !== undefined) return usable(host, key, file);
  }
  const exported = await fromKeyring(host, fingerprint);
  if (exported === undefined) {
    throw new ClawError(`there is no public key ${fingerprint}`, {
      exit: "failed",
      code: "no-such-key",
      hint: `put the public key, exported with gpg --export --armor, into ${keysFolder(dataDir)}`,
    });
  }
  const key = (await parseKeys(exported, "gpg keyring")).find(
    (one) => one.getFingerprint().toUpperCase() === fingerprint,
  );
  if (key === undefined)
    throw refusedKey("gpg keyring", "gpg gave another key", "export it to a file and name that");
  return usable(host, key, "gpg keyring");
}
