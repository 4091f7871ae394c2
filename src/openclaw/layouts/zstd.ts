import { zstdDecompressSync } from "node:zlib";
import { messageOf } from "../../model/errors.ts";

/** Unpacked, or why not. Never throws, and never grows beyond `maxBytes`. */
export type Unpacked =
  | { readonly bytes: Uint8Array; readonly problem?: never }
  | { readonly bytes?: never; readonly problem: string };

const magic = [0x28, 0xb5, 0x2f, 0xfd];

export function unpackZstd(packed: Uint8Array, maxBytes: number): Unpacked {
  if (!magic.every((byte, i) => packed[i] === byte)) return { problem: "it is no zstd data" };
  try {
    return { bytes: zstdDecompressSync(packed, { maxOutputLength: maxBytes }) };
  } catch (error) {
    const tooLarge = error instanceof RangeError || messageOf(error).includes("larger than");
    return {
      problem: tooLarge
        ? `it unpacks to more than ${maxBytes} bytes`
        : `it could not be unpacked: ${messageOf(error)}`,
    };
  }
}
