/** Opens OpenPGP messages, ours and gpg's, fail-closed: whoever reads to the end has seen the integrity check pass. */
import { createDecipheriv, createHash } from "node:crypto";
import type { ByteReader } from "../bytes.ts";
import { ByteReader as Reader, release } from "../bytes.ts";
import { damaged, unsupported } from "../damage.ts";
import { decompress, type Encoding } from "../compress/decompress.ts";
import { type PacketHeader, readBody, readHeader, tags, wholeBody } from "./packets.ts";
import type { SessionKey } from "./s2k.ts";

/** What stands before the encrypted data, and where that begins. */
export interface Envelope {
  /** Bodies of the packets that hold the session key, by kind. */
  readonly forKeys: readonly Buffer[];
  readonly forPassphrases: readonly Buffer[];
  readonly seipd: PacketHeader;
}

const maxSessionPackets = 128;
const maxSessionPacketSize = 16 * 1024;
const armour = Buffer.from("-----BEGIN PGP MESSAGE");

/** Reads up to and including the version octet of the encrypted packet. Nothing but SEIPD version 1 is let through. */
export async function readEnvelope(reader: ByteReader): Promise<Envelope> {
  if (Buffer.from(await reader.peek(armour.length)).equals(armour)) {
    throw unsupported(
      "the archive is armoured text",
      "turn it into the binary form first: gpg --dearmor FILE",
    );
  }
  const forKeys: Buffer[] = [];
  const forPassphrases: Buffer[] = [];
  for (;;) {
    const header = await readHeader(reader);
    if (header === undefined)
      throw damaged("structure", "this is no OpenPGP message: it holds no encrypted data");
    if (header.tag === tags.seipd) {
      await checkVersion(reader, header);
      return { forKeys, forPassphrases, seipd: header };
    }
    refuseOthers(header);
    const body = await wholeBody(reader, header, maxSessionPacketSize);
    if (header.tag === tags.pkesk) forKeys.push(body);
    if (header.tag === tags.skesk) forPassphrases.push(body);
    if (forKeys.length + forPassphrases.length > maxSessionPackets) {
      throw damaged("structure", `the message names more than ${maxSessionPackets} recipients`);
    }
  }
}

function refuseOthers(header: PacketHeader): void {
  const { tag } = header;
  if (tag === tags.pkesk || tag === tags.skesk || tag === tags.marker || tag === tags.padding) return;
  if (tag === tags.aead) {
    throw unsupported(
      "the message uses GnuPG's OCB mode",
      "open it with gpg 2.3 or newer: gpg --decrypt FILE",
    );
  }
  if (tag === tags.encryptedWithoutIntegrity) {
    throw damaged(
      "no-integrity",
      "the message has no integrity protection: a change in it would not be seen",
    );
  }
  throw damaged("structure", `an OpenPGP packet of kind ${tag} stands where encrypted data must be`);
}

async function checkVersion(reader: ByteReader, header: PacketHeader): Promise<void> {
  if (header.length === "rest" || (header.length !== "partial" && header.length < 41)) {
    throw damaged("structure", "the encrypted packet's length cannot be true");
  }
  const version = (await reader.peek(1))[0];
  if (version === 2) {
    throw unsupported(
      "the message uses OpenPGP's SEIPD version 2",
      "open it with a program that knows RFC 9580",
    );
  }
  if (version !== 1) throw damaged("structure", "the encrypted packet is of an unknown version");
}

const prefixSize = 18;

function decipher(session: SessionKey): ReturnType<typeof createDecipheriv> {
  return createDecipheriv(session.cipher, session.key, Buffer.alloc(16));
}

/** Whether the key fits: the last two of the random bytes are repeated (a wrong key passes once in 65,536). */
function fits(session: SessionKey, head: Uint8Array): boolean {
  const plain = decipher(session).update(head);
  return plain[14] === plain[16] && plain[15] === plain[17];
}

/**
 * The encrypted packet's plaintext. What it yields is not authenticated until it has ended: the integrity check is its last
 * act, and throws. `noKey` is thrown when none of the keys fits.
 */
export async function* decryptBody(
  reader: ByteReader,
  header: PacketHeader,
  keys: readonly SessionKey[],
  noKey: () => Error,
): AsyncGenerator<Uint8Array, void, undefined> {
  const body = new Reader(readBody(reader, header));
  await body.exactly(1);
  const head = Uint8Array.from(await body.exactly(prefixSize));
  const session = keys.find((key) => fits(key, head));
  if (session === undefined) throw noKey();
  const engine = decipher(session);
  const mdc = createHash("sha1").update(engine.update(head));
  // The integrity packet is the last 22 bytes: that many are always held back.
  let held: Uint8Array = Buffer.alloc(0);
  for await (const chunk of body.rest()) {
    const plain = engine.update(chunk);
    const all = plain.length >= codeSize ? plain : Buffer.concat([held, plain]);
    if (all === plain && held.length > 0) {
      mdc.update(held);
      yield held;
    }
    const keep = Math.max(0, all.length - codeSize);
    held = Uint8Array.from(all.subarray(keep));
    if (keep === 0) continue;
    mdc.update(all.subarray(0, keep));
    yield all.subarray(0, keep);
    release(all);
  }
  checkCode(held, mdc);
  if (!(await reader.ended())) {
    throw damaged("trailing", "there are bytes after the end of the message");
  }
}

const codeSize = 22;

function checkCode(code: Uint8Array, mdc: ReturnType<typeof createHash>): void {
  mdc.update(code.subarray(0, 2));
  const right =
    code.length === codeSize && code[0] === 0xd3 && code[1] === 0x14 && mdc.digest().equals(code.subarray(2));
  if (!right) throw damaged("altered", "the archive was altered or damaged: its integrity check fails");
}

const compressions = new Map<number, Encoding>([
  [1, "deflate"],
  [2, "zlib"],
]);

/**
 * The literal data inside the decrypted packets, at most one layer of compression deep (gpg compresses unless it is told
 * not to). It reads `plain` to its end, so that the integrity check is part of it.
 */
export async function* literalData(
  plain: AsyncIterable<Uint8Array>,
  depth = 0,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new Reader(plain);
  let found = false;
  for (let header = await readHeader(reader); header !== undefined; header = await readHeader(reader)) {
    if (header.tag === tags.literal && !found) {
      found = true;
      yield* literalBody(reader, header);
    } else if (header.tag === tags.compressed && !found && depth === 0) {
      found = true;
      yield* literalData(decompressed(reader, header), depth + 1);
    } else if (skipped.has(header.tag)) {
      await wholeBody(reader, header, maxSessionPacketSize);
    } else {
      throw damaged("structure", `an OpenPGP packet of kind ${header.tag} stands where it must not`);
    }
  }
  if (!found) throw damaged("structure", "the message holds no data");
}

const skipped = new Set<number>([tags.marker, tags.onePass, tags.signature, tags.padding]);

async function* literalBody(
  reader: ByteReader,
  header: PacketHeader,
): AsyncGenerator<Uint8Array, void, undefined> {
  const body = new Reader(readBody(reader, header));
  const name = Uint8Array.from(await body.exactly(2))[1] ?? 0;
  await body.exactly(name + 4);
  yield* body.rest();
}

async function* decompressed(
  reader: ByteReader,
  header: PacketHeader,
): AsyncGenerator<Uint8Array, void, undefined> {
  const body = new Reader(readBody(reader, header));
  const algorithm = Uint8Array.from(await body.exactly(1))[0] ?? 0;
  if (algorithm === 0) {
    yield* body.rest();
    return;
  }
  const encoding = compressions.get(algorithm);
  if (encoding === undefined) {
    throw unsupported(
      `the message is compressed by algorithm ${algorithm}`,
      "open it with gpg --decrypt FILE",
    );
  }
  yield* decompress(body.rest(), encoding);
}
