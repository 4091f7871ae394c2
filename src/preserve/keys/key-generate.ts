import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError, codeOf } from "../../model/errors.ts";
import type { Secret } from "../../model/secret.ts";
import { gpg22, openpgp, type Recipient } from "../../archive/index.ts";
import { keysFolder, recipientsOf } from "./keys.ts";
import { privatePlace } from "./private-place.ts";

export interface NewRecipient {
  /** What the key is called: "claw-ir evidence (host-a)". */
  readonly name: string;
  readonly passphrase?: Secret;
  /** Where the private part goes. */
  readonly privateOut: string;
  /** Without a passphrase the private part is readable by whoever gets the file: only with this. */
  readonly allowUnprotected?: boolean;
  /** Folders that the private part must not lie in, besides claw-ir's own. */
  readonly keepOut?: readonly string[];
}

export interface GeneratedRecipient {
  readonly recipient: Recipient;
  readonly privateFile: string;
  readonly publicFile: string;
  /** To be kept with the private part: it revokes the key if that is lost. */
  readonly revocationFile: string;
}

/**
 * Makes a Curve25519 key of the kind that gpg 2.2 imports. The private part goes to `privateOut` (0600, never over an
 * existing file) for the user to take away, the public part into claw-ir's key folder, so that it is a recipient from now on.
 */
export async function generateRecipient(
  host: Pick<Host, "fs" | "run" | "clock" | "facts">,
  dataDir: string,
  request: NewRecipient,
): Promise<GeneratedRecipient> {
  const { name, passphrase } = request;
  if (passphrase === undefined && request.allowUnprotected !== true) {
    throw new ClawError("the private key needs a passphrase", {
      exit: "usage",
      code: "no-passphrase",
      hint: "give it at the prompt or with --passphrase-from FILE",
    });
  }
  const privateFile = await privatePlace(host, request.privateOut, [dataDir, ...(request.keepOut ?? [])]);
  const { generateKey } = await openpgp();
  const made = await generateKey({
    type: "ecc",
    curve: "curve25519Legacy",
    userIDs: { name },
    // A key whose time lies ahead of the clock of the host that seals would be refused.
    date: new Date(host.clock.now().getTime() - 1000),
    format: "armored",
    config: gpg22,
    ...(passphrase === undefined ? {} : { passphrase: passphrase.reveal() }),
  });
  const revocationFile = `${privateFile}.revocation`;
  const source = keysFolder(dataDir);
  const [recipient] = await recipientsOf(host, Buffer.from(made.publicKey), source);
  if (recipient === undefined) throw new TypeError("a new key is no key");
  await host.fs.mkdir(source, { mode: 0o700 });
  await writeNew(host, privateFile, made.privateKey);
  await writeNew(host, revocationFile, made.revocationCertificate);
  const publicFile = join(source, `${recipient.fingerprint}.asc`);
  await host.fs.writeAtomic(publicFile, made.publicKey, { mode: 0o600 });
  return { recipient: { ...recipient, source: publicFile }, privateFile, publicFile, revocationFile };
}

async function writeNew(host: Pick<Host, "fs">, path: string, text: string): Promise<void> {
  try {
    const handle = await host.fs.create(path, { mode: 0o600 });
    try {
      await handle.write(Buffer.from(text, "utf8"));
      await handle.finish();
    } catch (error) {
      await handle.discard().catch(() => undefined);
      throw error;
    }
  } catch (error) {
    const exists = codeOf(error) === "EEXIST";
    throw new ClawError(exists ? `there is a file ${path} already` : `the file ${path} cannot be written`, {
      exit: "failed",
      code: exists ? "file-exists" : "cannot-write-key",
      hint: exists ? "a private key is never overwritten: choose another name" : "choose another folder",
      cause: error,
    });
  }
}
