/** NAME.seal.json.sig: a detached OpenPGP signature over the exact bytes of the sidecar, as `gpg --verify` reads it. */
import { basename } from "node:path";
import type { Host } from "../host/host.ts";
import { codeOf } from "../model/errors.ts";
import { damaged } from "./damage.ts";
import { type PublicKey, openpgp, type Signature } from "./openpgp/openpgp.ts";
import { isArmoured } from "./openpgp/session.ts";
import { type Sidecar, signaturePath } from "./sidecar.ts";

/** Whoever vouches for a seal, usually the key of the host that makes it. */
export interface Signer {
  /** 40 hex digits, upper case. */
  readonly fingerprint: string;
  /** The armoured detached signature over the UTF-8 bytes of `text`. */
  readonly sign: (text: string) => Promise<string>;
}

export interface SignatureCheck {
  /**
   * "good": one of `signers` signed exactly this sidecar. "unknown-signer": there is a signature that nobody here can check.
   * "none": there is no sidecar, or it is not signed and does not claim to be.
   */
  readonly signature: "good" | "unknown-signer" | "none";
  /** Who signed: proven for "good", for "unknown-signer" only what is claimed. */
  readonly signedBy?: string;
}

export interface SignedSidecar {
  readonly sidecar: Pick<Sidecar, "signedBy">;
  /** The exact bytes of its file. */
  readonly bytes: Uint8Array;
}

const maxSignature = 64 * 1024;

/** Throws `tampered` (exit 5) for a signature that is missing, damaged, of another sidecar, or of another key than it says. */
export async function checkSignature(
  host: Pick<Host, "fs" | "clock">,
  archive: string,
  signed: SignedSidecar | undefined,
  signers: readonly PublicKey[] = [],
): Promise<SignatureCheck> {
  if (signed === undefined) return { signature: "none" };
  const { signedBy } = signed.sidecar;
  const name = basename(signaturePath(archive));
  const signature = await readSignature(host, signaturePath(archive));
  if (signature === undefined) {
    if (signedBy === undefined) return { signature: "none" };
    throw damaged(
      "signature-removed",
      `the sidecar says that ${signedBy} signed it, and ${name} is not there: the signature was removed`,
    );
  }
  const ones = await checkEach(host, signature, signed, signers);
  const [first] = ones;
  if (first === undefined || ones.some(({ is }) => is === "bad")) {
    throw damaged(
      "signature",
      `the signature ${name} does not fit the sidecar: the sidecar was altered, or it is the signature of another one`,
    );
  }
  const good = ones.find(({ is }) => is === "good");
  return good === undefined
    ? { signature: "unknown-signer", signedBy: first.by }
    : { signature: "good", signedBy: good.by };
}

/** Undefined if there is no such file; anything else that is no signature is damage. */
async function readSignature(host: Pick<Host, "fs">, path: string): Promise<Signature | undefined> {
  const library = await openpgp();
  try {
    const bytes = await host.fs.read(path, { maxBytes: maxSignature });
    return isArmoured(bytes)
      ? await library.readSignature({ armoredSignature: Buffer.from(bytes).toString("latin1") })
      : await library.readSignature({ binarySignature: bytes });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw damaged("signature", `${basename(path)} is damaged, or is no OpenPGP signature`, error);
  }
}

interface One {
  readonly is: "good" | "bad" | "unknown";
  readonly by: string;
}

async function checkEach(
  host: Pick<Host, "clock">,
  signature: Signature,
  { bytes, sidecar: { signedBy } }: SignedSidecar,
  signers: readonly PublicKey[],
): Promise<readonly One[]> {
  const { createMessage, verify } = await openpgp();
  // A clock that went back does not make a forgery of what was signed before.
  const times = [host.clock.now(), ...signature.packets.map(({ created }) => created ?? new Date(0))];
  const { signatures } = await verify({
    message: await createMessage({ binary: bytes, format: "binary" }),
    signature,
    verificationKeys: [...signers],
    date: new Date(Math.max(...times.map((time) => time.getTime()))),
    format: "binary",
    // A key whose owner has extended it since has no older self-signature any more; what it signed before still counts.
    config: { allowInsecureVerificationWithReformattedKeys: true },
  });
  return Promise.all(
    signatures.map(async ({ keyID, signature: packets, verified }): Promise<One> => {
      const signer = signers.find((key) => key.getKeys(keyID).length > 0);
      const claimed = (await packets).packets[0]?.issuerFingerprint;
      const by = signer?.getFingerprint().toUpperCase() ?? hex(claimed) ?? keyID.toHex().toUpperCase();
      // A valid signature of some other key is not the one that the sidecar was published with.
      if (signedBy !== undefined && by !== signedBy) return { is: "bad", by };
      if (signer === undefined) return { is: "unknown", by };
      return { is: (await verified.catch(() => false)) ? "good" : "bad", by };
    }),
  );
}

function hex(bytes: Uint8Array | null | undefined): string | undefined {
  return bytes === null || bytes === undefined ? undefined : Buffer.from(bytes).toString("hex").toUpperCase();
}
