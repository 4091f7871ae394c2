/** What there is in the key folder, for `key list`: also what cannot be used, with the reason. */
import { dirname, join } from "node:path";
import type { Host } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import type { Key } from "../../archive/index.ts";
import { checkKey, checkSigningKey } from "./key-check.ts";
import { maxKeyFile, parseKeys } from "./key-parse.ts";
import { keyFiles, keyFilesIn } from "./keys.ts";
import { signingFolder } from "./signing.ts";

/** Recipients open archives; signing keys say who made them. */
export type KeyRole = "recipient" | "signing";

export interface KeyRecord {
  /** 40 hex digits, upper case; empty for a file that holds no key. */
  readonly fingerprint: string;
  /** The first user id, as whoever made the key wrote it. */
  readonly userId: string;
  readonly algorithm: string;
  readonly createdAt?: string;
  readonly expiresAt?: string;
  readonly role: KeyRole;
  readonly usable: boolean;
  /** Why it cannot be used. */
  readonly reason?: string;
  /** What to do about that. */
  readonly hint?: string;
  /** It can be used now and expires within 30 days. */
  readonly expiresSoon: boolean;
  /** Signing keys: the private part is here, so that this host signs with it. */
  readonly signsHere?: boolean;
  /** The file. */
  readonly source: string;
}

type ListingHost = Pick<Host, "fs" | "clock">;
const soonMs = 30 * 86_400_000;

export async function listKeys(host: ListingHost, dataDir: string): Promise<readonly KeyRecord[]> {
  const found = await storedKeys(host, dataDir);
  return Promise.all(found.map(async (one) => ("key" in one ? recordOf(host, one) : brokenRecord(one))));
}

export interface StoredKey {
  readonly key: Key;
  readonly role: KeyRole;
  readonly source: string;
}

interface Broken {
  readonly reason: string;
  readonly role: KeyRole;
  readonly source: string;
}

/** Every key of the key folder, recipients first; files that hold none with the reason. */
export async function storedKeys(
  host: ListingHost,
  dataDir: string,
): Promise<readonly (StoredKey | Broken)[]> {
  const recipients = await keyFiles(host, dataDir);
  const signing = await keyFilesIn(host, signingFolder(dataDir));
  const files = [
    ...recipients.map((source) => ({ source, role: "recipient" }) as const),
    ...signing.map((source) => ({ source, role: "signing" }) as const),
  ];
  const found = await Promise.all(files.map(async (file) => keysOf(host, file)));
  return found.flat();
}

async function keysOf(
  { fs }: ListingHost,
  file: { readonly source: string; readonly role: KeyRole },
): Promise<readonly (StoredKey | Broken)[]> {
  try {
    const keys = await parseKeys(await fs.read(file.source, { maxBytes: maxKeyFile }), file.source);
    return keys.map((key) => ({ key, ...file }));
  } catch (error) {
    return [{ reason: messageOf(error), ...file }];
  }
}

function brokenRecord({ reason, role, source }: Broken): KeyRecord {
  const nothing = { fingerprint: "", userId: "", algorithm: "", usable: false, expiresSoon: false };
  return { ...nothing, role, reason, source };
}

export async function recordOf(host: ListingHost, { key, role, source }: StoredKey): Promise<KeyRecord> {
  const now = host.clock.now();
  const { algorithm, expiresAt, refused } = await (role === "recipient" ? checkKey : checkSigningKey)(
    key,
    now,
  );
  const fingerprint = key.getFingerprint().toUpperCase();
  const ends = expiresAt === undefined ? undefined : Date.parse(expiresAt);
  return {
    fingerprint,
    userId: key.getUserIDs()[0] ?? "",
    algorithm,
    createdAt: key.getCreationTime().toISOString(),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    role,
    usable: refused === undefined,
    ...(refused === undefined ? {} : { reason: refused.reason, hint: refused.hint }),
    expiresSoon: refused === undefined && ends !== undefined && ends - now.getTime() < soonMs,
    ...(role === "signing" ? { signsHere: await signsHere(host, source, fingerprint) } : {}),
    source,
  };
}

async function signsHere({ fs }: ListingHost, source: string, fingerprint: string): Promise<boolean> {
  return (await fs.stat(join(dirname(source), `${fingerprint}.key`))) !== undefined;
}
