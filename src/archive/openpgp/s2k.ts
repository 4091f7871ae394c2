/** Passphrase → key (RFC 4880 §3.7), and the session key packet that is opened by a passphrase (tag 3, version 4). */
import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { packet, tags } from "./packets.ts";

export interface SessionKey {
  readonly cipher: "aes-128-cfb" | "aes-192-cfb" | "aes-256-cfb";
  readonly key: Uint8Array;
}

const ciphers = new Map<number, SessionKey["cipher"]>([
  [7, "aes-128-cfb"],
  [8, "aes-192-cfb"],
  [9, "aes-256-cfb"],
]);
const keySizes = { "aes-128-cfb": 16, "aes-192-cfb": 24, "aes-256-cfb": 32 } as const;
const hashes = new Map([
  [1, "md5"],
  [2, "sha1"],
  [3, "ripemd160"],
  [8, "sha256"],
  [9, "sha384"],
  [10, "sha512"],
  [11, "sha224"],
]);
const zeroIv = Buffer.alloc(16);

/** The session key of these bytes; undefined unless the algorithm is an AES and the length fits it. */
export function sessionKeyOf(algorithm: number, key: Uint8Array): SessionKey | undefined {
  const cipher = ciphers.get(algorithm);
  return cipher !== undefined && keySizes[cipher] === key.length ? { cipher, key } : undefined;
}

interface S2k {
  readonly hash: string;
  readonly salt: Uint8Array;
  /** Octets to hash; at most 65,011,712 by the format itself, so a hostile archive cannot ask for more. */
  readonly count: number;
  /** Bytes of the packet that describe it. */
  readonly size: number;
}

function parseS2k(bytes: Uint8Array): S2k | undefined {
  const hash = hashes.get(bytes[1] ?? 0);
  if (hash === undefined) return undefined;
  if (bytes[0] === 0) return { hash, salt: Buffer.alloc(0), count: 0, size: 2 };
  if (bytes.length < 10) return undefined;
  const salt = bytes.subarray(2, 10);
  if (bytes[0] === 1) return { hash, salt, count: 0, size: 10 };
  const coded = bytes[10];
  if (bytes[0] !== 3 || coded === undefined) return undefined;
  return { hash, salt, count: (16 + (coded & 15)) << ((coded >> 4) + 6), size: 11 };
}

/** Hashes salt and passphrase over and over until `count` octets; longer keys take further hashes that start with zeros. */
function deriveKey({ hash, salt, count }: S2k, passphrase: string, size: number): Buffer {
  const once = Buffer.concat([salt, Buffer.from(passphrase, "utf8")]);
  const total = Math.max(count, once.length);
  const repeats = Math.max(1, Math.ceil(Math.min(total, 65_536) / Math.max(1, once.length)));
  const block = Buffer.concat(Array.from({ length: repeats }, () => once));
  const parts: Buffer[] = [];
  for (let made = 0; made < size;) {
    const digest = createHash(hash).update(Buffer.alloc(parts.length));
    let left = total;
    for (; left >= block.length && block.length > 0; left -= block.length) digest.update(block);
    const part = digest.update(block.subarray(0, left)).digest();
    parts.push(part);
    made += part.length;
  }
  block.fill(0);
  once.fill(0);
  return Buffer.concat(parts).subarray(0, size);
}

/** Iterated and salted SHA-256 with the largest count the format has: what gpg 2.2 reads, and Argon2 is not. */
export function sealToPassphrase(session: Uint8Array, passphrase: string, salt: Uint8Array): Buffer {
  const s2k = Buffer.concat([Buffer.of(3, 8), salt, Buffer.of(255)]);
  const parsed = parseS2k(s2k);
  if (parsed === undefined) throw new TypeError("the salt must have eight bytes");
  const cipher = createCipheriv("aes-256-cfb", deriveKey(parsed, passphrase, 32), zeroIv);
  const encrypted = cipher.update(Buffer.concat([Buffer.of(9), session]));
  return packet(tags.skesk, Buffer.concat([Buffer.of(4, 9), s2k, encrypted]));
}

/**
 * The session key that the passphrase opens this packet to. Undefined if it does not, or the packet is of a kind not read
 * here (version 5 and 6, Argon2, ciphers other than AES). gpg's own packets often carry no encrypted key: then a wrong
 * passphrase gives a wrong key, which the first bytes of the message tell apart.
 */
export function openWithPassphrase(body: Uint8Array, passphrase: string): SessionKey | undefined {
  const cipher = ciphers.get(body[1] ?? 0);
  const s2k = parseS2k(body.subarray(2));
  if (body[0] !== 4 || cipher === undefined || s2k === undefined) return undefined;
  const key = deriveKey(s2k, passphrase, keySizes[cipher]);
  const encrypted = body.subarray(2 + s2k.size);
  if (encrypted.length === 0) return { cipher, key };
  const opened = createDecipheriv(cipher, key, zeroIv).update(encrypted);
  return sessionKeyOf(opened[0] ?? 0, opened.subarray(1));
}
