/** The fields of a tar header. */
import { damaged } from "../damage.ts";

/** Up to the first NUL. */
export function text(header: Uint8Array, at: number, length: number): Buffer {
  const field = Buffer.from(header.subarray(at, at + length));
  const end = field.indexOf(0);
  return end === -1 ? field : field.subarray(0, end);
}

/** What nearly every field is: digits up to a NUL or space. Undefined for anything else. */
function plainOctal(field: Uint8Array): number | undefined {
  let value = 0;
  for (let at = 0; at < field.length; at += 1) {
    const digit = (field[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return digit === -0x30 && at > 0 ? value : undefined;
    value = value * 8 + digit;
  }
  return value;
}

/** Octal, or GNU's base-256 for what octal cannot hold. */
export function number(header: Uint8Array, at: number, length: number): number {
  const field = header.subarray(at, at + length);
  if (((field[0] ?? 0) & 0x80) === 0) {
    const plain = plainOctal(field);
    if (plain !== undefined) return plain;
    const digits = text(header, at, length).toString("latin1").trim();
    if (!/^[0-7]*$/.test(digits)) throw damaged("tar", "a tar header holds a number that is none");
    return digits === "" ? 0 : Number.parseInt(digits, 8);
  }
  const negative = field[0] === 0xff;
  let value = negative ? -1n : BigInt((field[0] ?? 0) & 0x7f);
  for (const byte of field.subarray(1)) value = (value << 8n) | BigInt(byte);
  return Number(value);
}
