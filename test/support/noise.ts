/** Bytes that look random and are the same in every run: what truly random ones happen to begin with decides what they are taken for. */
import { createCipheriv } from "node:crypto";

export function noise(length: number, seed = 1): Buffer {
  const stream = createCipheriv("aes-128-ctr", Buffer.alloc(16, seed), Buffer.alloc(16));
  return stream.update(Buffer.alloc(length));
}
