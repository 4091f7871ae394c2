import { basename } from "node:path";
import type { Unlock } from "../archive/index.ts";
import type { CaseVerification } from "../case/index.ts";
import type { Host } from "../host/host.ts";
import { ClawError, messageOf } from "../model/errors.ts";
import { verifyBackup } from "../preserve/index.ts";
import { hasUnlock, unlockFor, type UnlockOptions } from "./unlock.ts";

/** What was found in the sealed archives of a case, beyond their hashes. */
export interface SealedArchives {
  readonly altered: number;
  /** One sentence each. */
  readonly problems: readonly string[];
  /** Present where something was given that opens them. */
  readonly contents?: { readonly checked: number; readonly altered: number };
}

/**
 * Sidecar and signature of each archive that is as the journal says; its contents, too, if the options open it. What is
 * altered is a problem; a key or passphrase that does not fit is thrown, unless something was found to be altered.
 */
export async function checkSealed(
  host: Host,
  dataDir: string,
  { sealed }: CaseVerification,
  options: UnlockOptions,
): Promise<SealedArchives> {
  const problems: string[] = [];
  let wrongKey: ClawError | undefined;
  let unlock: Unlock | undefined;
  let checked = 0;
  for (const archive of sealed) {
    try {
      // Asked for once; the same key or passphrase is tried on each.
      if (hasUnlock(options)) unlock ??= await unlockFor(host, options, archive);
      await verifyBackup(host, dataDir, archive, unlock);
      checked += 1;
    } catch (error) {
      if (!(error instanceof ClawError)) throw error;
      if (error.exit === "tampered") problems.push(`archives/${basename(archive)}: ${messageOf(error)}`);
      else if (error.exit === "wrongKey") wrongKey ??= error;
      else throw error;
    }
  }
  const altered = problems.length;
  if (altered === 0 && wrongKey !== undefined) throw wrongKey;
  return { altered, problems, ...(hasUnlock(options) ? { contents: { checked, altered } } : {}) };
}
