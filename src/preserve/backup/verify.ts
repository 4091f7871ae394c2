import { type Unlock, type Verified, type VerifyOptions, verifyArchive } from "../../archive/index.ts";
import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { trustedSigners } from "../keys/signing.ts";
import { forgetVerified, noteVerified } from "./catalog.ts";
import { type CheckedDatabase, databaseChecker } from "./database-check.ts";

export interface VerifiedBackup extends Verified {
  /** Present where the contents were checked. */
  readonly databases?: readonly CheckedDatabase[];
}

/**
 * Without `unlock`: size, hash, structure, signature. With it every file against the manifest, and every database. What was
 * found is noted in the catalog. Throws as verifyArchive does, and "database-damaged" (exit 5) for a database in a backup, whose
 * copies were consistent when they were made; in an evidence seal it is what was found, and told in `databases`.
 */
export async function verifyBackup(
  host: Host,
  dataDir: string,
  archive: string,
  unlock?: Unlock,
  onProgress?: VerifyOptions["onProgress"],
): Promise<VerifiedBackup> {
  const signers = await trustedSigners(host, dataDir);
  if (unlock === undefined) {
    const result = await verifyArchive(host, archive, { signers });
    if (result.verified) await noteVerified(host, dataDir, result.sha256, "ciphertext");
    return result;
  }
  const checker = databaseChecker(host, dataDir);
  try {
    const watched = onProgress === undefined ? {} : { onProgress };
    const result = await verifyArchive(host, archive, { signers, unlock, inspect: checker.take, ...watched });
    const databases = await checker.finish();
    await judge(host, dataDir, result, databases);
    await noteVerified(host, dataDir, result.sha256, "contents");
    return { ...result, databases };
  } finally {
    await checker.close();
  }
}

async function judge(
  host: Host,
  dataDir: string,
  { kind, sha256, partial }: Verified,
  databases: readonly CheckedDatabase[],
): Promise<void> {
  if (kind === "evidence") return;
  const known = new Set(partial.map(({ path }) => path));
  const broken = databases.filter(({ path, integrity }) => integrity !== "ok" && !known.has(path));
  const [first] = broken;
  if (first === undefined) return;
  await forgetVerified(host, dataDir, sha256);
  throw new ClawError(
    `${broken.length === 1 ? "a database" : `${broken.length} databases`} in the archive cannot be relied on: ${shown(first.path)}: ${shown(first.integrity, 120)}`,
    {
      exit: "tampered",
      code: "database-damaged",
      hint: "every byte is as it was sealed: the database was damaged before. Look at the live one (PRAGMA integrity_check), and restore it from an older backup",
    },
  );
}
