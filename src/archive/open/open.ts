import type { Dict } from "../../model/json.ts";
import { cancelled } from "../../model/errors.ts";
import { damaged } from "../damage.ts";
import { type ArchiveEvent, type Contents, type OpenLimits, openContents } from "./contents.ts";
import type { Partial } from "../seal/pack.ts";
import type { Unlock } from "../openpgp/session.ts";
import { readSidecarFile, type SealKind, type Sidecar } from "../sidecar.ts";
import { checkSignature, type SignatureCheck } from "../signature.ts";
import type { PublicKey } from "../openpgp/openpgp.ts";
import { hashFile, type ReadingHost, readStructure, type Structure } from "./structure.ts";

/**
 * Reads an archive from its first to its last byte. Fail-closed: what comes before the end is not authenticated, and only
 * an iteration that has ended without a throw has seen the integrity check pass and every file match the manifest. Throws
 * `wrongKey` (exit 12) if nothing given opens it, `tampered` (exit 5) for anything that is not as it was sealed.
 */
export function openArchive(
  host: ReadingHost,
  file: string,
  unlock: Unlock,
  limits: OpenLimits = {},
): AsyncGenerator<ArchiveEvent, Contents, undefined> {
  return openContents(host, file, unlock, limits);
}

/** As the contract's `backup verify` prints it, with what was checked. */
export interface Verified extends SignatureCheck {
  readonly archive: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly createdAt?: string;
  readonly kind?: SealKind;
  readonly files?: number;
  readonly plainBytes?: number;
  readonly durationMs: number;
  readonly recipients: readonly string[];
  readonly passphrase: boolean;
  readonly partial: readonly Partial[];
  /** "contents": every file against the manifest. "ciphertext": size, hash and structure. "structure": there is no sidecar. */
  readonly checked: "contents" | "ciphertext" | "structure";
  /** False for "structure": nothing says what the bytes ought to be. */
  readonly verified: boolean;
  readonly root?: string;
  /** The manifest's closing line: kind, host, time and case from inside the encryption. */
  readonly closing?: Dict;
  readonly sidecar: boolean;
}

export interface VerifyOptions extends OpenLimits {
  /** With it every file is checked; without, size, hash and packet structure. */
  readonly unlock?: Unlock;
  /** Sees everything that is read, before it is known to be right. */
  readonly inspect?: (event: ArchiveEvent) => Promise<void>;
  /** Keys whose signature under the sidecar counts: see `SignatureCheck`. */
  readonly signers?: readonly PublicKey[];
}

/** Throws `tampered` or `wrongKey`, or says how far the archive was checked. */
export async function verifyArchive(
  host: ReadingHost,
  file: string,
  options: VerifyOptions = {},
): Promise<Verified> {
  const startedAt = host.clock.monotonic();
  const described = await readSidecarFile(host, file);
  const sidecar = described?.sidecar;
  // Before the sidecar's word counts for anything: an altered one is told as that.
  const signature = await checkSignature(host, file, described, options.signers);
  const structure = await structureOf(host, file, sidecar);
  if (sidecar !== undefined) compare(sidecar, structure);
  const contents =
    options.unlock === undefined
      ? undefined
      : await drain(openContents(host, file, options.unlock, options), options.inspect);
  if (contents !== undefined && sidecar !== undefined) compareContents(sidecar, contents);
  return {
    archive: file,
    bytes: structure.bytes,
    sha256: structure.sha256,
    ...descriptionOf(sidecar, contents),
    durationMs: Math.round(host.clock.monotonic() - startedAt),
    recipients: sidecar?.recipients ?? structure.keyIds,
    passphrase: structure.passphrases > 0,
    checked: contents !== undefined ? "contents" : sidecar === undefined ? "structure" : "ciphertext",
    verified: contents !== undefined || sidecar !== undefined,
    sidecar: sidecar !== undefined,
    ...signature,
  };
}

/**
 * Size and hash against the sidecar come before the parser's word: a flipped bit in a header is told as "altered", not as
 * the format that it happens to look like.
 */
async function structureOf(
  host: ReadingHost,
  file: string,
  sidecar: Sidecar | undefined,
): Promise<Structure> {
  if (sidecar === undefined) return readStructure(host, file);
  const bytes = (await host.fs.stat(file))?.size;
  if (bytes !== undefined && bytes !== sidecar.bytes) throw await wrongSize(host, file, sidecar, bytes);
  try {
    return await readStructure(host, file);
  } catch (error) {
    if (host.signal.aborted) throw error;
    compareHash(sidecar, await hashFile(host, file));
    throw error;
  }
}

/** A whole message of another size was not cut off: it is another one, or it was sealed again to others. */
async function wrongSize(host: ReadingHost, file: string, sidecar: Sidecar, bytes: number): Promise<Error> {
  const whole = await readStructure(host, file).catch(() => undefined);
  if (host.signal.aborted) throw cancelled();
  if (whole !== undefined && isRewrapped(sidecar, whole)) return rewrapped();
  if (whole !== undefined && whole.plaintext !== true) {
    return damaged(
      "swapped-sidecar",
      "the archive is whole and is not the one that its sidecar describes: one of them was swapped",
    );
  }
  return bytes < sidecar.bytes
    ? damaged(
        "truncated",
        `the archive has ${bytes} bytes and its sidecar says ${sidecar.bytes}: it is truncated, or the sidecar belongs to another archive`,
      )
    : damaged(
        "altered",
        `the archive has ${bytes} bytes and its sidecar says ${sidecar.bytes}: something was added, or the sidecar belongs to another archive`,
      );
}

function isRewrapped({ keyIds, passphrase }: Sidecar, structure: Structure): boolean {
  if (keyIds === undefined) return false;
  const same = keyIds.toSorted().join() === structure.keyIds.toSorted().join();
  return !same || passphrase !== structure.passphrases > 0;
}

function rewrapped(): Error {
  return damaged(
    "rewrapped",
    "the archive can be opened by other keys than it was sealed to: its session key packets were replaced",
  );
}

function compareHash(sidecar: Sidecar, { sha256 }: Pick<Structure, "sha256">): void {
  if (sidecar.sha256 === sha256) return;
  throw damaged(
    "altered",
    "the archive's bytes are not those that were sealed: its SHA-256 differs from the sidecar's",
  );
}

function compare(sidecar: Sidecar, structure: Structure): void {
  if (isRewrapped(sidecar, structure)) throw rewrapped();
  compareHash(sidecar, structure);
  const sealedTo = sidecar.recipients.length + (sidecar.passphrase ? 1 : 0);
  if (sealedTo !== structure.keyIds.length + structure.passphrases) {
    throw damaged("sidecar", "the sidecar names other recipients than the archive is sealed to");
  }
}

function compareContents(sidecar: Sidecar, { manifest }: Contents): void {
  if (manifest === undefined)
    throw damaged("sidecar", "the archive holds no manifest although its sidecar describes one");
  const { root, counts, closing } = manifest;
  const same =
    root === sidecar.manifest.root &&
    counts.entries === sidecar.manifest.entries &&
    closing["kind"] === sidecar.kind;
  if (!same)
    throw damaged(
      "sidecar",
      "the sidecar describes other contents than the archive holds: it was swapped or edited",
    );
}

async function drain(
  events: AsyncGenerator<ArchiveEvent, Contents, undefined>,
  inspect: VerifyOptions["inspect"],
): Promise<Contents> {
  for (;;) {
    const next = await events.next();
    if (next.done === true) return next.value;
    await inspect?.(next.value);
  }
}

/** What the archive itself says goes before what its sidecar says. */
function descriptionOf(
  sidecar: Sidecar | undefined,
  contents: Contents | undefined,
): Pick<Verified, "createdAt" | "kind" | "files" | "plainBytes" | "partial" | "root" | "closing"> {
  const outside = sidecar === undefined ? { partial: [] } : fromSidecar(sidecar);
  if (contents === undefined) return outside;
  const { files, plainBytes, manifest } = contents;
  if (manifest === undefined) return { ...outside, files, plainBytes };
  const { partial, root, closing } = manifest;
  return { ...outside, files, plainBytes, partial, root, closing };
}

function fromSidecar({
  createdAt,
  kind,
  manifest,
  partial,
}: Sidecar): Pick<Verified, "createdAt" | "kind" | "files" | "plainBytes" | "partial" | "root"> {
  const { files, plainBytes, root } = manifest;
  return { createdAt, kind, files, plainBytes, partial, root };
}
