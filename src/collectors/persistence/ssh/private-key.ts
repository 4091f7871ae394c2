/** What a private key file says about itself without being opened: its kind, and whether it has a passphrase. */
import { fingerprintOf, wireReader } from "./wire.ts";

export interface PrivateKeyFacts {
  readonly format: "openssh" | "pem" | "pkcs8" | "putty";
  /** Such as "ssh-ed25519" or "RSA"; absent where only the encrypted part says it. */
  readonly type?: string;
  /** Absent where the file is too broken to say. */
  readonly encrypted?: boolean;
  readonly cipher?: string;
  /** Only openssh-key-v1 keeps the public key outside the encrypted part. */
  readonly fingerprint?: string;
}

const begin = /-----BEGIN ((?:[A-Z0-9]{1,12} ){0,3})PRIVATE KEY-----/;
const magic = Buffer.from("openssh-key-v1\0");

/** Undefined for what is no private key. Only the beginning of the file is needed. Nothing of the secret part is kept. */
export function parsePrivateKey(text: string): PrivateKeyFacts | undefined {
  const head = text.slice(0, 65_536);
  if (/^PuTTY-User-Key-File-[23]: /.test(head)) return putty(head);
  const match = begin.exec(head);
  if (match === null) return undefined;
  const label = (match[1] ?? "").trim();
  const body = head.slice(match.index + match[0].length);
  if (label === "OPENSSH") return openssh(body);
  if (label === "ENCRYPTED") return { format: "pkcs8", encrypted: true };
  if (label === "") return { format: "pkcs8", encrypted: false };
  const info = /^DEK-Info:[ \t]*([\w-]{1,40})/m.exec(body)?.[1];
  return {
    format: "pem",
    type: label,
    encrypted: /^Proc-Type:[ \t]*4,[ \t]*ENCRYPTED/m.test(body),
    ...(info === undefined ? {} : { cipher: info }),
  };
}

function openssh(body: string): PrivateKeyFacts {
  const end = body.indexOf("-----END");
  const bytes = Buffer.from((end < 0 ? body : body.slice(0, end)).replaceAll(/\s/g, ""), "base64");
  const broken: PrivateKeyFacts = { format: "openssh" };
  if (!bytes.subarray(0, magic.length).equals(magic)) return broken;
  const reader = wireReader(bytes.subarray(magic.length));
  const cipher = reader.text();
  reader.field(); // kdf name
  reader.field(); // kdf options
  reader.uint32(); // number of keys
  const key = reader.field();
  if (cipher === undefined || key === undefined) return broken;
  const type = wireReader(key).text();
  return {
    format: "openssh",
    ...(type === undefined ? {} : { type }),
    encrypted: cipher !== "none",
    ...(cipher === "none" ? {} : { cipher }),
    fingerprint: fingerprintOf(key),
  };
}

function putty(head: string): PrivateKeyFacts {
  const type = /^PuTTY-User-Key-File-[23]: (\S{1,60})/.exec(head)?.[1];
  const cipher = /^Encryption: (\S{1,40})/m.exec(head)?.[1] ?? "none";
  return {
    format: "putty",
    ...(type === undefined ? {} : { type }),
    encrypted: cipher !== "none",
    ...(cipher === "none" ? {} : { cipher }),
  };
}
