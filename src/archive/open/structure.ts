import { createHash } from "node:crypto";
import type { Host, ReadHandle } from "../../host/host.ts";
import { cancelled, ClawError, codeOf } from "../../model/errors.ts";
import { ByteReader } from "../bytes.ts";
import { asDamage, damaged } from "../damage.ts";
import { isGzip, isZstd } from "../compress/decompress.ts";
import { type Envelope, readEnvelope } from "../openpgp/message-reader.ts";
import { readBody } from "../openpgp/packets.ts";
import { keyIdOf } from "../openpgp/session.ts";

/** What can be seen of an archive without any key. */
export interface Structure {
  readonly bytes: number;
  readonly sha256: string;
  /** Key ids the session key is encrypted to; "hidden" where the packet does not say. */
  readonly keyIds: readonly string[];
  readonly passphrases: number;
  /** It is not encrypted at all. */
  readonly plaintext?: true;
}

export interface OpenFile {
  readonly size: number;
  /** The file from its beginning; a chunk is valid until the next one is asked for. */
  readonly chunks: () => AsyncGenerator<Uint8Array, void, undefined>;
  readonly close: () => void;
}

const readSize = 1024 * 1024;
const readsBetweenPauses = 32;

/** What reading an archive needs of the host. */
export type ReadingHost = Pick<Host, "fs" | "signal" | "clock">;

export function openArchiveFile(host: ReadingHost, file: string): OpenFile {
  const handle = openOrSay(host, file);
  // A closed descriptor's number may be given to another file: nothing is read after close.
  let closed = false;
  return {
    size: handle.stat.size,
    chunks: async function* () {
      const buffer = Buffer.allocUnsafeSlow(readSize);
      let read = 0;
      for (;;) {
        if (host.signal.aborted) throw cancelled();
        const got = closed ? 0 : readOrSay(handle, buffer);
        if (got === 0) return;
        yield buffer.subarray(0, got);
        // Reading is synchronous: without a pause Ctrl-C would be heard only at the end.
        if (++read % readsBetweenPauses === 0) await host.clock.sleep(0);
      }
    },
    close: () => {
      closed = true;
      handle.close();
    },
  };
}

function readOrSay(handle: ReadHandle, into: Uint8Array): number {
  try {
    return handle.read(into);
  } catch (error) {
    throw asDamage(error);
  }
}

function openOrSay(host: Pick<Host, "fs">, file: string): ReadHandle {
  try {
    return host.fs.open(file);
  } catch (error) {
    const missing = codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
    throw new ClawError(missing ? `there is no archive ${file}` : `the archive cannot be opened: ${file}`, {
      exit: missing ? "notFound" : "failed",
      code: missing ? "no-archive" : "archive-unreadable",
      ...(missing ? {} : { hint: `look at its type and permissions: ls -l ${file}` }),
      cause: error,
    });
  }
}

/** Counts and hashes what passes. */
export function hashing(source: AsyncIterable<Uint8Array>): {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly digest: () => Pick<Structure, "bytes" | "sha256">;
} {
  const hash = createHash("sha256");
  let bytes = 0;
  const pass = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of source) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };
  return { chunks: pass(), digest: () => ({ bytes, sha256: hash.digest("hex") }) };
}

/** Reads the whole file: size, hash, and that it is session key packets and one whole SEIPD version 1 packet. */
export async function readStructure(host: ReadingHost, file: string): Promise<Structure> {
  const open = openArchiveFile(host, file);
  try {
    const { chunks, digest } = hashing(open.chunks());
    const locks = await readLocks(new ByteReader(chunks));
    return { ...digest(), ...locks };
  } finally {
    open.close();
  }
}

export type Locks = Pick<Structure, "keyIds" | "passphrases" | "plaintext">;
export const noLocks: Locks = { keyIds: [], passphrases: 0, plaintext: true };

export function locksOf({ forKeys, forPassphrases }: Envelope): Locks {
  return { keyIds: forKeys.map(keyIdOf), passphrases: forPassphrases.length };
}

/** Compressed data where an OpenPGP message would begin; no packet begins with these bytes. */
export async function isPlaintext(reader: ByteReader): Promise<boolean> {
  const head = await reader.peek(4);
  return isZstd(head) || isGzip(head);
}

/** Reads to the end: session key packets and one whole encrypted packet, or a plaintext archive, whatever is in it. */
async function readLocks(reader: ByteReader): Promise<Locks> {
  if (await isPlaintext(reader)) {
    for await (const chunk of reader.rest()) if (chunk.length === 0) break;
    return noLocks;
  }
  const envelope = await readEnvelope(reader);
  for await (const chunk of readBody(reader, envelope.seipd)) if (chunk.length === 0) break;
  if (!(await reader.ended())) throw damaged("trailing", "there are bytes after the end of the message");
  return locksOf(envelope);
}

/** What the archive is locked with, from its first packets alone. */
export async function archiveLocks(host: ReadingHost, file: string): Promise<Locks> {
  const open = openArchiveFile(host, file);
  try {
    const reader = new ByteReader(open.chunks());
    return (await isPlaintext(reader)) ? noLocks : locksOf(await readEnvelope(reader));
  } catch (error) {
    throw asDamage(error);
  } finally {
    open.close();
  }
}

/** Size and SHA-256 of a file, whatever is in it. */
export async function hashFile(
  host: ReadingHost,
  file: string,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const open = openArchiveFile(host, file);
  try {
    const { chunks, digest } = hashing(open.chunks());
    for await (const chunk of chunks) if (chunk.length === 0) break;
    return digest();
  } finally {
    open.close();
  }
}
