/** What opens an archive: a private key or a passphrase, from the options or asked for. */
import type { Command } from "commander";
import { archiveLocks, isProtectedKey, type Unlock } from "../archive/index.ts";
import type { Host } from "../host/host.ts";
import { ClawError } from "../model/errors.ts";
import { openPrompts, type CommonOptions } from "./options.ts";

export interface UnlockOptions extends CommonOptions {
  readonly privateKey?: string;
}

export function withUnlockOptions(command: Command): Command {
  return command.option(
    "--private-key <file>",
    "private key that opens the archive; its passphrase comes from --passphrase-from or the prompt",
  );
}

/** True if something was given that opens archives, so that nothing has to be asked for. */
export function hasUnlock(options: UnlockOptions): boolean {
  return options.privateKey !== undefined || options.passphraseFrom !== undefined;
}

/**
 * The private key of --private-key, else the passphrase of --passphrase-from or of the prompt. An archive that is sealed to
 * keys alone and was given none is a usage error (exit 2) that names them.
 */
export async function unlockFor(host: Host, options: UnlockOptions, archive: string): Promise<Unlock> {
  const { privateKey } = options;
  if (privateKey !== undefined) return privateKeyFor(host, privateKey);
  const { keyIds, passphrases, plaintext } = await archiveLocks(host, archive);
  if (plaintext === true) return { plaintext };
  if (passphrases === 0) throw needsKey(keyIds);
  const passphrase = await host.prompt.secret({
    id: openPrompts.passphrase,
    message: "Passphrase of the archive",
  });
  if (passphrase !== undefined) return { passphrase };
  throw new ClawError("a passphrase is needed", {
    exit: "usage",
    code: "no-passphrase",
    hint: "type it, or use --passphrase-from FILE",
  });
}

/** The file of a private key, with its passphrase where it has one. */
export async function privateKeyFor(
  host: Host,
  privateKey: string,
): Promise<Extract<Unlock, { readonly privateKey: string }>> {
  if (!(await isProtectedKey(host, privateKey))) return { privateKey };
  const passphrase = await host.prompt.secret({
    id: openPrompts.keyPassphrase,
    message: "Passphrase of the private key",
  });
  return passphrase === undefined ? { privateKey } : { privateKey, passphrase };
}

function needsKey(keyIds: readonly string[]): ClawError {
  return new ClawError(`the archive is sealed to ${keyIds.map((id) => `key ${id}`).join(", ")}`, {
    exit: "usage",
    code: "no-private-key",
    hint: "give the file of the private key with --private-key FILE",
  });
}
