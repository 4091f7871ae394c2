/** A real sample, damaged: bytes changed, cut out, doubled or put in. For parsers that must take anything. */
import fc from "fast-check";

const change = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom("set", "cut", "double", "insert"),
  length: fc.integer({ min: 1, max: 40 }),
  byte: fc.integer({ min: 0, max: 255 }),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function damaged(bytes: Buffer, { at, kind, length, byte }: Change): Buffer {
  const from = bytes.length === 0 ? 0 : at % bytes.length;
  const before = bytes.subarray(0, from);
  const part = bytes.subarray(from, from + length);
  const after = bytes.subarray(from + length);
  const put = kind === "cut" ? [] : kind === "double" ? [part, part] : [Buffer.alloc(length, byte)];
  return Buffer.concat(kind === "insert" ? [before, ...put, part, after] : [before, ...put, after]);
}

export function mutatedBytes(real: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc
    .array(change, { minLength: 1, maxLength: 12 })
    .map((changes) => changes.reduce(damaged, Buffer.from(real)));
}

export function mutated(real: string): fc.Arbitrary<string> {
  return mutatedBytes(Buffer.from(real, "latin1")).map((bytes) => Buffer.from(bytes).toString("latin1"));
}
