import type { Dict } from "../../model/json.ts";
import { damaged } from "../damage.ts";
import { type ArchiveEvent, type Contents, type OpenLimits, openContents } from "./contents.ts";
import type { Partial } from "../seal/pack.ts";
import type { Unlock } from "../openpgp/session.ts";
import { type ReadingProgress, readingProgress } from "./reading-progress.ts";
import { readSidecarFile, type SealKind, type Sidecar } from "../sidecar.ts";
import { checkSignature, type SignatureCheck } from "../signature.ts";
import type { PublicKey } from "../openpgp/openpgp.ts";
import { checkSize, compareWhole, compareContents, structureOf } from "./compare.ts";
import type { ReadingHost, Structure } from "./structure.ts";

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
  /** Told now and then while the contents are read; `total` as the sidecar says it. */
  readonly onProgress?: (progress: ReadingProgress & { readonly total?: number }) => void;
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
  const { structure, contents } = await readWhole(host, file, sidecar, options);
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

interface Whole {
  readonly structure: Structure;
  readonly contents?: Contents;
}

/** One pass with the key; a failure of it is looked into without the key first, which says more of what was done to it. */
async function readWhole(
  host: ReadingHost,
  file: string,
  sidecar: Sidecar | undefined,
  options: VerifyOptions,
): Promise<Whole> {
  const { unlock } = options;
  if (unlock === undefined) return { structure: await structureOf(host, file, sidecar) };
  if (sidecar !== undefined) await checkSize(host, file, sidecar);
  let structure: Structure | undefined;
  const see = (seen: Structure): void => void (structure = seen);
  let contents: Contents;
  try {
    contents = await drain(openContents(host, file, unlock, options, see), watching(options, sidecar));
  } catch (error) {
    if (host.signal.aborted) throw error;
    await structureOf(host, file, sidecar);
    throw error;
  }
  if (structure === undefined) throw damaged("structure", "the archive was not read to its end");
  if (sidecar !== undefined) compareWhole(sidecar, structure, contents);
  return { structure, contents };
}

function watching(
  { inspect, onProgress }: VerifyOptions,
  sidecar: Sidecar | undefined,
): (event: ArchiveEvent) => Promise<void> {
  const known = sidecar === undefined ? {} : { total: sidecar.manifest.plainBytes };
  const tell = readingProgress((progress) => onProgress?.({ ...progress, ...known }));
  return async (event) => {
    tell(event);
    await inspect?.(event);
  };
}

async function drain(
  events: AsyncGenerator<ArchiveEvent, Contents, undefined>,
  see: (event: ArchiveEvent) => Promise<void>,
): Promise<Contents> {
  for (;;) {
    const next = await events.next();
    if (next.done === true) return next.value;
    await see(next.value);
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
