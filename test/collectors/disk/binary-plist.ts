import type { Plist } from "../../../src/collectors/mac/plist-value.ts";

/** A writer of binary property lists, for the tests alone: every value an object of its own. */
export function binaryPlist(value: Plist): Buffer {
  const objects: Buffer[] = [];
  const add = (one: Plist): number => {
    const index = objects.length;
    objects.push(Buffer.alloc(0));
    objects[index] = encode(one);
    return index;
  };
  const sized = (kind: number, length: number, body: Buffer): Buffer => {
    if (length < 15) return Buffer.concat([Buffer.of((kind << 4) | length), body]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(length);
    return Buffer.concat([Buffer.of((kind << 4) | 15, 0x12), size, body]);
  };
  const refs = (list: readonly number[]): Buffer =>
    Buffer.concat(list.map((one) => Buffer.of(one >> 8, one & 255)));
  const encode = (one: Plist): Buffer => {
    if (typeof one === "boolean") return Buffer.of(one ? 9 : 8);
    if (typeof one === "string") {
      if (/^[\0-\x7f]*$/.test(one)) return sized(5, one.length, Buffer.from(one, "latin1"));
      return sized(6, one.length, Buffer.from(one, "utf16le").swap16());
    }
    if (typeof one === "number") {
      const body = Buffer.alloc(9);
      body[0] = Number.isSafeInteger(one) ? 0x13 : 0x23;
      if (Number.isSafeInteger(one)) body.writeBigInt64BE(BigInt(one), 1);
      else body.writeDoubleBE(one, 1);
      return body;
    }
    if (one instanceof Date) {
      const body = Buffer.alloc(9, 0x33);
      body.writeDoubleBE(one.getTime() / 1000 - 978_307_200, 1);
      return body;
    }
    if (one instanceof Uint8Array) return sized(4, one.length, Buffer.from(one));
    if (Array.isArray(one)) {
      const list = one as readonly Plist[];
      return sized(10, list.length, refs(list.map(add)));
    }
    const entries = Object.entries(one);
    return sized(
      13,
      entries.length,
      Buffer.concat([refs(entries.map(([key]) => add(key))), refs(entries.map(([, each]) => add(each)))]),
    );
  };
  add(value);
  const offsets: number[] = [];
  let at = 8;
  for (const object of objects) {
    offsets.push(at);
    at += object.length;
  }
  const table = Buffer.concat(
    offsets.map((offset) => Buffer.of(offset >> 24, offset >> 16, offset >> 8, offset)),
  );
  const trailer = Buffer.alloc(32);
  trailer[6] = 4;
  trailer[7] = 2;
  trailer.writeBigUInt64BE(BigInt(objects.length), 8);
  trailer.writeBigUInt64BE(BigInt(at), 24);
  return Buffer.concat([Buffer.from("bplist00"), ...objects, table, trailer]);
}
