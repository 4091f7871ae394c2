/**
 * The host's signing key: with it a seal says who made it. Its private part stays on the host without a passphrase, because
 * scheduled runs use it; so it proves only as much as the host is trusted, and its public part belongs somewhere else.
 */
import { basename, join } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError, codeOf, messageOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { gpg22, openpgp, type PrivateKey, type PublicKey, type Signer } from "../../archive/index.ts";
import { checkSigningKey } from "./key-check.ts";
import { birth } from "./key-generate.ts";
import { maxKeyFile, parseKeys } from "./key-parse.ts";
import { keyFilesIn, keysFolder } from "./keys.ts";
import { writeNew } from "./new-file.ts";

type SigningHost = Pick<Host, "fs" | "clock">;

/** `FPR.asc`, the public parts whose signatures count here, and `FPR.key`, the private part of the host's own. */
export function signingFolder(dataDir: string): string {
  return join(keysFolder(dataDir), "signing");
}

export interface SigningKey {
  readonly fingerprint: string;
  readonly userId: string;
  readonly algorithm: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly privateFile: string;
  readonly publicFile: string;
}

/** Makes the host's signing key. There is one at a time: refused (`signing-key-exists`) where a usable one is. */
export async function generateSigningKey(
  host: SigningHost,
  dataDir: string,
  { name, expiresInSeconds }: { readonly name: string; readonly expiresInSeconds?: number },
): Promise<SigningKey> {
  for (const found of await ownKeys(host, dataDir)) {
    if ("key" in found && (await trouble(host, found.key)) === undefined) throw alreadyThere(found);
  }
  const { generateKey, readKey } = await openpgp();
  const made = await generateKey({
    type: "ecc",
    curve: "curve25519Legacy",
    userIDs: { name },
    // The primary key signs; without a subkey there is nothing to encrypt to.
    subkeys: [],
    date: birth(host),
    format: "armored",
    config: gpg22,
    ...(expiresInSeconds === undefined ? {} : { keyExpirationTime: expiresInSeconds }),
  });
  const key = await readKey({ armoredKey: made.publicKey });
  const fingerprint = key.getFingerprint().toUpperCase();
  const folder = signingFolder(dataDir);
  await host.fs.mkdir(folder, { mode: 0o700 });
  const privateFile = join(folder, `${fingerprint}.key`);
  const publicFile = join(folder, `${fingerprint}.asc`);
  await writeNew(host, publicFile, made.publicKey);
  await writeNew(host, privateFile, made.privateKey);
  const { algorithm, expiresAt } = await checkSigningKey(key, host.clock.now());
  const facts = { fingerprint, userId: name, algorithm, createdAt: key.getCreationTime().toISOString() };
  return { ...facts, ...(expiresAt === undefined ? {} : { expiresAt }), privateFile, publicFile };
}

function alreadyThere({ file }: { readonly file: string }): ClawError {
  return new ClawError("this host has a signing key already", {
    exit: "failed",
    code: "signing-key-exists",
    hint: `to retire it remove ${file}; what it signed can still be checked with its public part`,
  });
}

/**
 * What signs this host's seals; undefined without a usable signing key. One that is there and cannot be used is told with
 * `warn`, and does not keep a seal from being made.
 */
export async function loadSigner(
  host: SigningHost,
  dataDir: string,
  warn: (line: string) => void,
): Promise<Signer | undefined> {
  for (const found of (await ownKeys(host, dataDir)).toSorted(newestFirst)) {
    const why = "why" in found ? found.why : await trouble(host, found.key);
    if (why === undefined && "key" in found) return signerOf(host, found.key);
    warn(`not signed with ${basename(found.file)}: ${shown(why ?? "", 300)}`);
  }
  return undefined;
}

function signerOf(host: SigningHost, key: PrivateKey): Signer {
  return {
    fingerprint: key.getFingerprint().toUpperCase(),
    sign: async (text) => {
      const { createMessage, sign } = await openpgp();
      const message = await createMessage({ binary: Buffer.from(text, "utf8"), format: "binary" });
      const date = host.clock.now();
      const how = { message, date, detached: true, format: "armored", config: gpg22 } as const;
      // The library's types hold for a message of any kind; of bytes it gives the armoured text.
      return String(await sign({ ...how, signingKeys: key }));
    },
  };
}

async function trouble({ clock }: SigningHost, key: PrivateKey): Promise<string | undefined> {
  if (!key.isDecrypted()) return "it is protected by a passphrase, which nobody can type for a scheduled run";
  return (await checkSigningKey(key, clock.now())).refused?.reason;
}

type Own =
  { readonly file: string; readonly key: PrivateKey } | { readonly file: string; readonly why: string };

function newestFirst(a: Own, b: Own): number {
  const [madeA, madeB] = [a, b].map((one) => ("key" in one ? one.key.getCreationTime().getTime() : 0));
  return (madeB ?? 0) - (madeA ?? 0);
}

async function ownKeys({ fs }: SigningHost, dataDir: string): Promise<readonly Own[]> {
  const { readPrivateKey } = await openpgp();
  const folder = signingFolder(dataDir);
  const entries = await fs.list(folder).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  });
  const files = entries.filter(({ name }) => name.endsWith(".key")).map(({ name }) => join(folder, name));
  return Promise.all(
    files.map(async (file): Promise<Own> => {
      try {
        await closeToOthers(fs, file);
        const armoredKey = await fs.readText(file, { maxBytes: maxKeyFile });
        return { file, key: await readPrivateKey({ armoredKey }) };
      } catch (error) {
        return { file, why: messageOf(error) };
      }
    }),
  );
}

async function closeToOthers(fs: Host["fs"], file: string): Promise<void> {
  const stat = await fs.stat(file);
  if (stat?.kind === "file" && (stat.mode & 0o077) !== 0) await fs.chmod(file, 0o600);
}

/** Keys whose signature counts here: this host's own, past and present, and those that were imported for it. */
export async function trustedSigners(host: SigningHost, dataDir: string): Promise<readonly PublicKey[]> {
  const signers = new Map<string, PublicKey>();
  for (const file of await keyFilesIn(host, signingFolder(dataDir))) {
    const keys = await host.fs
      .read(file, { maxBytes: maxKeyFile })
      .then((bytes) => parseKeys(bytes, file))
      // One that cannot be read vouches for nothing: what it signed is by an unknown signer then.
      .catch(() => []);
    for (const key of keys) {
      const isRevoked = await key.isRevoked(undefined, undefined, host.clock.now());
      if (!isRevoked) signers.set(key.getFingerprint(), key.toPublic());
    }
  }
  return [...signers.values()];
}
