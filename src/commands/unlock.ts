/** What opens an archive: a private key or a passphrase, from the options or asked for. */
import type { Command } from "commander";
import { archiveLocks, isProtectedKey, readSidecar, type Unlock } from "../archive/index.ts";
import type { Host } from "../host/host.ts";
import { ClawError } from "../model/errors.ts";
import { shown } from "../model/text.ts";
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
  if (passphrases === 0) throw await needsKey(host, archive, keyIds);
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
  if (!(await isProtected(host, privateKey))) return { privateKey };
  const passphrase = await host.prompt.secret({
    id: openPrompts.keyPassphrase,
    message: "Passphrase of the private key",
  });
  return passphrase === undefined ? { privateKey } : { privateKey, passphrase };
}

/** Errors name the file: several keys may lie on the stick. */
async function isProtected(host: Host, privateKey: string): Promise<boolean> {
  try {
    return await isProtectedKey(host, privateKey);
  } catch (error) {
    if (!(error instanceof ClawError)) throw error;
    const { message, exit, code, hint, cause } = error;
    const named = `${shown(privateKey, 300)}: ${message}`;
    throw new ClawError(named, { exit, code, cause, ...(hint === undefined ? {} : { hint }) });
  }
}

/** Named as `key list` names them; without a sidecar by what the archive itself says, the ids of subkeys. */
async function needsKey(host: Host, archive: string, keyIds: readonly string[]): Promise<ClawError> {
  const told = (await readSidecar(host, archive).catch(() => undefined))?.recipients ?? [];
  const keys = told.length > 0 ? told : keyIds;
  return new ClawError(`the archive is sealed to ${keys.map((id) => `key ${shown(id, 80)}`).join(", ")}`, {
    exit: "usage",
    code: "no-private-key",
    hint: "bring the file of its private part, on a stick for instance, and name it with --private-key FILE",
  });
}
