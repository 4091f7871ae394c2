/** The binary form of ssh keys: fields with a four-byte length in front (RFC 4251 §5), their fingerprints, certificates. */
import { createHash } from "node:crypto";

/** As `ssh-keygen -l` prints it. */
export function fingerprintOf(blob: Uint8Array): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

export interface WireReader {
  /** The next field; undefined where the bytes end before it does. */
  readonly field: () => Buffer | undefined;
  readonly text: () => string | undefined;
  readonly uint32: () => number | undefined;
  readonly uint64: () => bigint | undefined;
  readonly take: (length: number) => Buffer | undefined;
}

export function wireReader(bytes: Buffer): WireReader {
  let at = 0;
  const take = (length: number): Buffer | undefined => {
    if (length > bytes.length - at) return undefined;
    at += length;
    return bytes.subarray(at - length, at);
  };
  const uint32 = (): number | undefined => take(4)?.readUInt32BE(0);
  const field = (): Buffer | undefined => {
    const length = uint32();
    return length === undefined ? undefined : take(length);
  };
  return {
    field,
    uint32,
    take,
    text: () => field()?.toString("utf8"),
    uint64: () => take(8)?.readBigUInt64BE(0),
  };
}

export function wireField(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** How many fields the public key of a type has inside a certificate (PROTOCOL.certkeys of OpenSSH). */
const keyFields: readonly (readonly [RegExp, number])[] = [
  [/^ssh-rsa-cert/, 2],
  [/^ssh-dss-cert/, 4],
  [/^ecdsa-sha2-nistp\d{3}-cert/, 2],
  [/^ssh-ed25519-cert/, 1],
  [/^sk-ecdsa-sha2-nistp256-cert/, 3],
  [/^sk-ssh-ed25519-cert/, 2],
];
const maxPrincipals = 256;

export interface Certificate {
  readonly kind: "user" | "host" | "unknown";
  readonly keyId: string;
  readonly principals: readonly string[];
  /** ISO 8601; absent for "from the beginning" and "for ever". */
  readonly validAfter?: string;
  readonly validBefore?: string;
  /** "force-command=…", "source-address=…". */
  readonly critical: readonly string[];
  /** Of the certified key, without its certificate, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  readonly authority: string;
}

/** Undefined for what is no certificate or ends too early. */
export function parseCertificate(blob: Buffer): Certificate | undefined {
  const reader = wireReader(blob);
  const type = reader.text() ?? "";
  const count = keyFields.find(([pattern]) => pattern.test(type))?.[1];
  if (count === undefined || reader.field() === undefined) return undefined;
  const key = Array.from({ length: count }, () => reader.field());
  const serial = reader.uint64();
  const kind = reader.uint32();
  const keyId = reader.text();
  const names = reader.field();
  const after = reader.uint64();
  const before = reader.uint64();
  const critical = reader.field();
  reader.field(); // extensions
  reader.field(); // reserved
  const authority = reader.field();
  if (serial === undefined || keyId === undefined || names === undefined || authority === undefined)
    return undefined;
  const plain = [Buffer.from(type.replace("-cert-v01", "").replace("@openssh.com", suffixOf(type))), ...key];
  return {
    kind: kind === 1 ? "user" : kind === 2 ? "host" : "unknown",
    keyId,
    principals: fieldsOf(names),
    ...timeField("validAfter", after),
    ...timeField("validBefore", before),
    critical: criticalOf(critical ?? Buffer.alloc(0)),
    fingerprint: fingerprintOf(Buffer.concat(plain.map((part) => wireField(part ?? Buffer.alloc(0))))),
    authority: fingerprintOf(authority),
  };
}

/** Plain types of security keys keep the vendor's name, the others have none. */
function suffixOf(type: string): string {
  return type.startsWith("sk-") ? "@openssh.com" : "";
}

function fieldsOf(bytes: Buffer): readonly string[] {
  const reader = wireReader(bytes);
  const found: string[] = [];
  for (let one = reader.text(); one !== undefined && found.length < maxPrincipals; one = reader.text())
    found.push(one);
  return found;
}

function criticalOf(bytes: Buffer): readonly string[] {
  const reader = wireReader(bytes);
  const found: string[] = [];
  for (let name = reader.text(); name !== undefined && found.length < 64; name = reader.text()) {
    const data = reader.field();
    const value = data === undefined ? undefined : wireReader(data).text();
    found.push(value === undefined ? name : `${name}=${value}`);
  }
  return found;
}

function timeField<N extends string>(name: N, seconds: bigint | undefined): { readonly [K in N]?: string } {
  // 0 and 2^64-1 stand for no limit; a Date ends at 8.64e15 ms.
  if (seconds === undefined || seconds === 0n || seconds > 8_640_000_000_000n) return {};
  return { [name]: new Date(Number(seconds) * 1000).toISOString() } as { readonly [K in N]?: string };
}
