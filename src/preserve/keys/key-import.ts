/** Public keys of people who shall be able to open archives, or whose signatures shall count. No network is asked. */
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError, codeOf, messageOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { isArmoured, type Key, openpgp, type PublicKey } from "../../archive/index.ts";
import { maxKeyFile, parseKeys, refusedKey } from "./key-parse.ts";
import { type KeyRecord, type KeyRole, recordOf, storedKeys, type StoredKey } from "./key-records.ts";
import { fromKeyring } from "./keyring.ts";
import { fingerprintOf, type KeyHost, keysFolder } from "./keys.ts";
import { signingFolder } from "./signing.ts";

export interface ImportCandidate {
  readonly record: KeyRecord;
  readonly userIds: readonly string[];
  /**
   * "new"; "same": there already, nothing to add; "renewed": there already, with something older; "revoked": there already,
   * and no longer to be used; "refused": cannot be used, `record.reason` says why.
   */
  readonly state: "new" | "same" | "renewed" | "revoked" | "refused";
  /** What is stored: the key with everything that was known of it before. */
  readonly armored: string;
  readonly file: string;
}

/** What a file, or gpg's keyring by fingerprint or user id, would add. Changes nothing. Throws for what holds no public key. */
export async function proposeImport(
  host: KeyHost,
  dataDir: string,
  spec: string,
  role: KeyRole,
): Promise<readonly ImportCandidate[]> {
  const known = (await storedKeys(host, dataDir)).filter((one): one is StoredKey => "key" in one);
  const ofRole = known.filter((one) => one.role === role);
  const { bytes, source } = await bytesOf(host, spec);
  const keys: readonly Key[] = (await revokedBy(bytes, ofRole)) ?? (await parseKeys(bytes, source));
  return Promise.all(keys.map((key) => candidateOf(host, dataDir, { key, role, source }, ofRole)));
}

async function candidateOf(
  host: KeyHost,
  dataDir: string,
  given: StoredKey,
  known: readonly StoredKey[],
): Promise<ImportCandidate> {
  const { role, source } = given;
  const fingerprint = given.key.getFingerprint().toUpperCase();
  const before = known.find(({ key }) => key.getFingerprint().toUpperCase() === fingerprint);
  const folder = role === "recipient" ? keysFolder(dataDir) : signingFolder(dataDir);
  const file = before?.source ?? join(folder, `${fingerprint}.asc`);
  const added = given.key.toPublic();
  // With what is known: an older copy of a key that was extended since is no expired key.
  const key = before === undefined ? added : await before.key.toPublic().update(added, host.clock.now());
  const record = await recordOf(host, { key, role, source: before === undefined ? source : file });
  return {
    record,
    userIds: key.getUserIDs(),
    state: await stateOf(host, key, record, before?.key),
    armored: key.armor(),
    file,
  };
}

async function stateOf(
  { clock }: KeyHost,
  key: PublicKey,
  record: KeyRecord,
  before: Key | undefined,
): Promise<ImportCandidate["state"]> {
  if (before === undefined) return record.usable ? "new" : "refused";
  const isSame = Buffer.from(before.write()).equals(Buffer.from(key.write()));
  if (isSame) return "same";
  if (await key.isRevoked(undefined, undefined, clock.now())) return "revoked";
  return record.usable ? "renewed" : "refused";
}

/** A revocation certificate alone: the known key that it revokes. Undefined for anything else. */
async function revokedBy(
  bytes: Uint8Array,
  known: readonly StoredKey[],
): Promise<readonly PublicKey[] | undefined> {
  if (!isArmoured(bytes) || bytes.length > 64 * 1024) return undefined;
  const { revokeKey } = await openpgp();
  const revocationCertificate = Buffer.from(bytes).toString("utf8");
  for (const { key } of known) {
    try {
      const { publicKey } = await revokeKey({
        key: key.toPublic(),
        revocationCertificate,
        format: "object",
      });
      return [publicKey];
    } catch {
      // Not a certificate, or not for this key.
    }
  }
  return undefined;
}

interface KeyBytes {
  readonly bytes: Uint8Array;
  readonly source: string;
}

async function bytesOf(host: KeyHost, spec: string): Promise<KeyBytes> {
  const fingerprint = fingerprintOf(spec);
  if (fingerprint !== undefined) return keyringBytes(host, fingerprint);
  try {
    return { bytes: await host.fs.read(spec, { maxBytes: maxKeyFile }), source: spec };
  } catch (error) {
    const isMissing = codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
    if (isMissing && /^(?:0x)?[0-9A-F]{8,16}$/i.test(spec)) {
      throw refusedKey(spec, "a short key id can be forged", "give the whole fingerprint (40 hex digits)");
    }
    if (isMissing && !spec.includes("/")) return keyringBytes(host, spec);
    const reason = isMissing ? "there is no such file" : messageOf(error);
    throw refusedKey(shown(spec), reason, "give a public key file, or what gpg's keyring knows the key by");
  }
}

async function keyringBytes(host: KeyHost, name: string): Promise<KeyBytes> {
  const bytes = await fromKeyring(host, name);
  if (bytes !== undefined) return { bytes, source: "gpg keyring" };
  throw new ClawError(`there is no file ${shown(name)}, and no such key in gpg's keyring`, {
    exit: "failed",
    code: "no-such-key",
    hint: "give the file of a public key, or the fingerprint or user id of one in gpg's keyring",
  });
}

/** Keys are small and public; the folder is not. */
export async function storeImport(
  host: Pick<Host, "fs">,
  dataDir: string,
  { armored, file, record }: ImportCandidate,
): Promise<void> {
  const folder = record.role === "recipient" ? keysFolder(dataDir) : signingFolder(dataDir);
  await host.fs.mkdir(folder, { mode: 0o700 });
  await host.fs.writeAtomic(file, armored, { mode: 0o600 });
}
