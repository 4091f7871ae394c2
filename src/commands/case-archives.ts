import { basename } from "node:path";
import type { Unlock } from "../archive/index.ts";
import type { CaseVerification } from "../case/index.ts";
import type { Host } from "../host/host.ts";
import { ClawError, type Exit, messageOf } from "../model/errors.ts";
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
      const { sidecar } = await verifyBackup(host, dataDir, archive, unlock);
      if (!sidecar) problems.push(`${nameOf(archive)}: its sidecar is missing`);
      checked += 1;
    } catch (error) {
      if (isExit(error, "tampered")) problems.push(`${nameOf(archive)}: ${messageOf(error)}`);
      else if (isExit(error, "wrongKey")) wrongKey ??= error;
      else throw error;
    }
  }
  const altered = problems.length;
  if (altered === 0 && wrongKey !== undefined) throw wrongKey;
  return { altered, problems, ...(hasUnlock(options) ? { contents: { checked, altered } } : {}) };
}

function nameOf(archive: string): string {
  return `archives/${basename(archive)}`;
}

function isExit(error: unknown, exit: Exit): error is ClawError {
  return error instanceof ClawError && error.exit === exit;
}
