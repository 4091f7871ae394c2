/** The inside of an archive as a checked stream: decrypt, decompress, untar, and compare with the manifest, in one pass. */
import { createHash } from "node:crypto";
import { shown } from "../../model/text.ts";
import { ByteReader } from "../bytes.ts";
import { asDamage, damaged, unsupported } from "../damage.ts";
import { decompress, isGzip, isZstd } from "../compress/decompress.ts";
import { manifestCheck, type CheckedManifest } from "../manifest/manifest-check.ts";
import { manifestName } from "../manifest/manifest.ts";
import { decryptBody, literalData, readEnvelope } from "../openpgp/message-reader.ts";
import { noKeyFits, openSession, type Unlock } from "../openpgp/session.ts";
import {
  hashing,
  isPlaintext,
  type Locks,
  locksOf,
  noLocks,
  openArchiveFile,
  type ReadingHost,
  type Structure,
} from "./structure.ts";
import { readTar, type TarEntry } from "../tar/tar-reader.ts";

export type ArchiveEvent =
  | { readonly kind: "entry"; readonly entry: TarEntry }
  /** Bytes of the entry before; valid until the next event. */
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  /** The entry before is complete. `sha256` is there for regular files. */
  | { readonly kind: "end"; readonly sha256?: string };

export interface Contents {
  /** Entries, the manifest not counted. */
  readonly entries: number;
  readonly files: number;
  readonly plainBytes: number;
  /** Absent for an archive that claw-ir did not make: then only its integrity was checked. */
  readonly manifest?: CheckedManifest;
}

export interface OpenLimits {
  /** Gives up when more comes out of the archive, whatever its size. */
  readonly maxPlainBytes?: number;
  /** Gives up when more than this many times the archive's own size comes out of it; looked at from 64 MiB on. */
  readonly maxRatio?: number;
}

const smallPlain = 64 * 1024 * 1024;

/**
 * Reads the whole archive; throws "tampered" unless every byte and every file is what was sealed. `see` gets at the end what
 * `readStructure` would have found in a pass of its own.
 */
export async function* openContents(
  host: ReadingHost,
  file: string,
  unlock: Unlock,
  limits: OpenLimits = {},
  see?: (structure: Structure) => void,
): AsyncGenerator<ArchiveEvent, Contents, undefined> {
  const open = openArchiveFile(host, file);
  try {
    const whole = see === undefined ? undefined : hashing(open.chunks());
    const reader = new ByteReader(whole?.chunks ?? open.chunks());
    const { packed, locks } = await unlocked(host, reader, unlock);
    const tarReader = new ByteReader(limited(untarable(packed), open.size, limits));
    try {
      const contents = yield* checked(tarReader);
      if (whole !== undefined) see?.({ ...whole.digest(), ...locks });
      return contents;
    } finally {
      await tarReader.close();
    }
  } catch (error) {
    throw asDamage(error);
  } finally {
    open.close();
  }
}

async function unlocked(
  host: ReadingHost,
  reader: ByteReader,
  unlock: Unlock,
): Promise<{ readonly packed: AsyncIterable<Uint8Array>; readonly locks: Locks }> {
  if (await isPlaintext(reader)) return { packed: plaintextOf(reader, unlock), locks: noLocks };
  const envelope = await readEnvelope(reader);
  const keys = await openSession(host, envelope, unlock);
  if (keys.length === 0) throw noKeyFits(envelope, unlock);
  const plain = decryptBody(reader, envelope.seipd, keys, () => noKeyFits(envelope, unlock));
  return { packed: literalData(plain), locks: locksOf(envelope) };
}

/** Whoever comes with a key expects what was sealed to it: anybody could have put an unencrypted archive in its place. */
function plaintextOf(reader: ByteReader, unlock: Unlock): AsyncIterable<Uint8Array> {
  if ("plaintext" in unlock) return reader.rest();
  throw damaged(
    "not-encrypted",
    "the archive is not encrypted: it is none that was sealed to a key or passphrase",
  );
}

/** The compression is told by the first bytes, as tar and file(1) do it. */
async function* untarable(data: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new ByteReader(data);
  const head = await reader.peek(262);
  if (isZstd(head)) yield* decompress(reader.rest(), "zstd");
  else if (isGzip(head)) yield* decompress(reader.rest(), "gzip");
  else if (Buffer.from(head.subarray(257, 262)).toString("latin1") === "ustar") yield* reader.rest();
  else {
    // The integrity check stands at the end: damage is told as damage, not as an unknown format.
    for await (const chunk of reader.rest()) if (chunk.length === 0) break;
    throw unsupported(
      "what is sealed is no tar, plain or compressed by gzip or zstd",
      "look at it: gpg --decrypt FILE | file -",
    );
  }
}

async function* limited(
  data: AsyncIterable<Uint8Array>,
  archiveBytes: number,
  { maxPlainBytes = Infinity, maxRatio = Infinity }: OpenLimits,
): AsyncGenerator<Uint8Array, void, undefined> {
  const most = Math.max(smallPlain, archiveBytes * maxRatio);
  let total = 0;
  for await (const chunk of data) {
    total += chunk.length;
    if (total > maxPlainBytes) throw damaged("too-large", "more comes out of the archive than it may hold");
    if (total > most)
      throw damaged("too-large", `more than ${maxRatio} times its own size comes out of the archive`);
    yield chunk;
  }
}

async function* checked(reader: ByteReader): AsyncGenerator<ArchiveEvent, Contents, undefined> {
  const state = checkState();
  for await (const event of readTar(reader)) {
    const out =
      event.kind === "entry" ? state.begin(event) : event.kind === "data" ? state.data(event) : state.end();
    if (out !== undefined) yield out;
  }
  return state.finish();
}

interface CheckState {
  /** Each returns what the reader of the archive gets to see of the event; of the manifest, nothing. */
  readonly begin: (event: Extract<ArchiveEvent, { kind: "entry" }>) => ArchiveEvent | undefined;
  readonly data: (event: Extract<ArchiveEvent, { kind: "data" }>) => ArchiveEvent | undefined;
  readonly end: () => ArchiveEvent | undefined;
  readonly finish: () => Contents;
}

/** Hashes every file and holds it against the manifest, which comes last. */
function checkState(): CheckState {
  const check = manifestCheck();
  const counts = { entries: 0, files: 0, plainBytes: 0 };
  let hash: ReturnType<typeof createHash> | undefined;
  let current: TarEntry | undefined;
  let inManifest = false;
  return {
    begin: (event) => {
      const { entry } = event;
      if (inManifest) throw damaged("manifest", `an entry stands after the manifest: ${shown(entry.path)}`);
      current = entry;
      inManifest = entry.path === manifestName;
      hash = entry.type === "file" && !inManifest ? createHash("sha256") : undefined;
      return inManifest ? undefined : event;
    },
    data: (event) => {
      if (inManifest) check.feed(event.bytes);
      else hash?.update(event.bytes);
      return inManifest ? undefined : event;
    },
    end: () => {
      if (current === undefined || inManifest) return undefined;
      const sha256 = hash?.digest("hex");
      check.saw(current, sha256);
      counts.entries += 1;
      counts.files += sha256 === undefined ? 0 : 1;
      counts.plainBytes += current.size;
      return sha256 === undefined ? { kind: "end" } : { kind: "end", sha256 };
    },
    finish: () => (inManifest ? { ...counts, manifest: check.finish() } : counts),
  };
}
