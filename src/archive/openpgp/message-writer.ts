import { createCipheriv, createHash } from "node:crypto";
import type { Out } from "../compress/packer.ts";
import { release } from "../bytes.ts";
import { framer, tags } from "./packets.ts";

export interface MessageWriter {
  /** Plaintext; resolves when its ciphertext has gone out. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Ends the message. Size and SHA-256 are those of the whole ciphertext. */
  readonly finish: () => Promise<{ readonly bytes: number; readonly sha256: string }>;
}

export interface MessageKeys {
  /** The packets that hold the session key for each recipient and passphrase. */
  readonly esk: Uint8Array;
  /** 32 bytes, AES-256. */
  readonly session: Uint8Array;
  /** 16 random bytes. */
  readonly prefix: Uint8Array;
}

/**
 * Writes an OpenPGP message: session key packets, then one SEIPD version 1 packet (RFC 4880 §5.13) with one literal data
 * packet and the modification detection code. It is the version that gpg 2.2 reads; openpgp.js would pick version 2 where
 * a recipient's key advertises it. The packets that touch keys come from openpgp.js; this layer is AES-CFB and SHA-1 in
 * the order of the RFC, which takes half the time and a third of the memory of the library's web streams.
 */
export function messageWriter({ esk, session, prefix }: MessageKeys, out: Out): MessageWriter {
  const outer = framer(tags.seipd);
  const inner = framer(tags.literal);
  const cipher = createCipheriv("aes-256-cfb", session, Buffer.alloc(16));
  const mdc = createHash("sha1");
  const whole = createHash("sha256");
  let bytes = 0;
  let started = false;
  let sending: Promise<void> = Promise.resolve();

  /** One frame is on its way to the disk while the next one is filled. */
  const emit = async (frame: Uint8Array): Promise<void> => {
    await sending;
    whole.update(frame);
    bytes += frame.length;
    sending = out(frame);
    sending.catch(() => undefined);
  };
  const encrypt = async (plain: Uint8Array): Promise<void> => {
    mdc.update(plain);
    const encrypted = cipher.update(plain);
    for (const frame of outer.push(encrypted)) await emit(frame);
    release(encrypted);
  };
  const start = async (): Promise<void> => {
    started = true;
    await emit(esk);
    for (const frame of outer.push(Buffer.of(1))) await emit(frame);
    await encrypt(Buffer.concat([prefix, prefix.subarray(14, 16)]));
    // Binary, no file name, no date: nothing about the content stands outside the tar.
    for (const frame of inner.push(Buffer.of(0x62, 0, 0, 0, 0, 0))) await encrypt(frame);
  };
  return {
    write: async (plain) => {
      if (!started) await start();
      for (const frame of inner.push(plain)) await encrypt(frame);
    },
    finish: async () => {
      if (!started) await start();
      await encrypt(inner.end());
      mdc.update(Buffer.of(0xd3, 0x14));
      const code = Buffer.concat([Buffer.of(0xd3, 0x14), mdc.digest()]);
      for (const frame of outer.push(cipher.update(code))) await emit(frame);
      await emit(outer.end());
      await sending;
      return { bytes, sha256: whole.digest("hex") };
    },
  };
}

/** No message at all: what is written goes out as it is, counted and hashed. */
export function plainWriter(out: Out): MessageWriter {
  const whole = createHash("sha256");
  let bytes = 0;
  return {
    write: async (plain) => {
      whole.update(plain);
      bytes += plain.length;
      await out(plain);
    },
    finish: () => Promise.resolve({ bytes, sha256: whole.digest("hex") }),
  };
}
