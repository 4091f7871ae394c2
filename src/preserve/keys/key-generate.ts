import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import type { Secret } from "../../model/secret.ts";
import { gpg22, openpgp, type Recipient } from "../../archive/index.ts";
import { keysFolder, recipientsOf } from "./keys.ts";
import { refuseExisting, writeNew } from "./new-file.ts";
import { privatePlace } from "./private-place.ts";

type MakingHost = Pick<Host, "fs" | "run" | "clock" | "facts">;

/** Where the private part goes, and where it must not. */
export interface PrivatePlace {
  readonly privateOut: string;
  /** Folders that the private part must not lie in, besides claw-ir's own. */
  readonly keepOut?: readonly string[];
}

export interface NewRecipient extends PrivatePlace {
  /** What the key is called: "claw-ir evidence (host-a)". */
  readonly name: string;
  readonly passphrase?: Secret;
  /** Without a passphrase the private part is readable by whoever gets the file: only with this. */
  readonly allowUnprotected?: boolean;
  /** How long it can be sealed to; without end if this is not given. */
  readonly expiresInSeconds?: number;
}

export interface GeneratedRecipient {
  readonly recipient: Recipient;
  readonly privateFile: string;
  readonly publicFile: string;
  /** To be kept with the private part: it revokes the key if that is lost. */
  readonly revocationFile: string;
}

/** The files a new key goes to, refused where they may not lie or are there already: told before anything is asked. */
export async function privateFiles(
  host: Pick<Host, "fs">,
  dataDir: string,
  { privateOut, keepOut = [] }: PrivatePlace,
): Promise<Pick<GeneratedRecipient, "privateFile" | "revocationFile">> {
  const privateFile = await privatePlace(host, privateOut, [dataDir, ...keepOut]);
  const files = { privateFile, revocationFile: `${privateFile}.revocation` };
  await refuseExisting(host, [files.privateFile, files.revocationFile]);
  return files;
}

/**
 * Makes a Curve25519 key of the kind that gpg 2.2 imports. The private part goes to `privateOut` (0600, never over an
 * existing file) for the user to take away, the public part into claw-ir's key folder, so that it is a recipient from now on.
 */
export async function generateRecipient(
  host: MakingHost,
  dataDir: string,
  request: NewRecipient,
): Promise<GeneratedRecipient> {
  const { name, passphrase, expiresInSeconds } = request;
  if (passphrase === undefined && request.allowUnprotected !== true) {
    throw new ClawError("the private key needs a passphrase", {
      exit: "usage",
      code: "no-passphrase",
      hint: "give it at the prompt or with --passphrase-from FILE",
    });
  }
  const files = await privateFiles(host, dataDir, request);
  const { generateKey } = await openpgp();
  const made = await generateKey({
    type: "ecc",
    curve: "curve25519Legacy",
    userIDs: { name },
    date: birth(host),
    format: "armored",
    config: gpg22,
    ...(expiresInSeconds === undefined ? {} : { keyExpirationTime: expiresInSeconds }),
    ...(passphrase === undefined ? {} : { passphrase: passphrase.reveal() }),
  });
  const source = keysFolder(dataDir);
  const [recipient] = await recipientsOf(host, Buffer.from(made.publicKey), source);
  if (recipient === undefined) throw new TypeError("a new key is no key");
  await host.fs.mkdir(source, { mode: 0o700 });
  await writeNew(host, files.privateFile, made.privateKey);
  await writeNew(host, files.revocationFile, made.revocationCertificate);
  const publicFile = join(source, `${recipient.fingerprint}.asc`);
  await host.fs.writeAtomic(publicFile, made.publicKey, { mode: 0o600 });
  return { recipient: { ...recipient, source: publicFile }, publicFile, ...files };
}

/** A key whose time lies ahead of the clock of the host that uses it would be refused. */
export function birth({ clock }: Pick<Host, "clock">): Date {
  return new Date(clock.now().getTime() - 1000);
}
