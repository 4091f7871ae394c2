import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePlist } from "../../../src/collectors/mac/plist.ts";
import { type Plist, stringsIn } from "../../../src/collectors/mac/plist-value.ts";
import { binaryPlist } from "./binary-plist.ts";

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
function xmlOf(value: Plist): string {
  if (typeof value === "string") return `<string>${escape(value)}</string>`;
  if (typeof value === "boolean") return value ? "<true/>" : "<false/>";
  if (typeof value === "number")
    return Number.isInteger(value) ? `<integer>${value}</integer>` : `<real>${value}</real>`;
  if (value instanceof Date) return `<date>${value.toISOString()}</date>`;
  if (value instanceof Uint8Array) return `<data>\n${Buffer.from(value).toString("base64")}\n</data>`;
  if (Array.isArray(value)) return `<array>${(value as readonly Plist[]).map(xmlOf).join("")}</array>`;
  return `<dict>${Object.entries(value)
    .map(([key, one]) => `<key>${escape(key)}</key>\n${xmlOf(one)}`)
    .join("")}</dict>`;
}
function xmlPlist(value: Plist): Buffer {
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">${xmlOf(value)}</plist>\n`,
  );
}

const text = fc.string({
  unit: fc.constantFrom("a", "é", "語", " ", "<", "&", ">", '"', "x".repeat(20)),
  maxLength: 12,
});
const { value: anyPlist } = fc.letrec<{ value: Plist }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Object.is(one, -0)),
    fc.date({ min: new Date("2001-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie("value"), { maxLength: 18 }),
    fc.dictionary(
      text.filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 18, noNullPrototype: true },
    ),
  ),
}));
/** Reals lose digits in neither form, times keep milliseconds. */
function plain(value: Plist | undefined): unknown {
  const text = JSON.stringify([value], (_, one: unknown) =>
    one instanceof Uint8Array ? Buffer.from(one).toString("hex") : one,
  );
  return JSON.parse(text);
}

describe("property lists", () => {
  it("in binary form give back what was written", () => {
    fc.assert(
      fc.property(anyPlist, (value) => {
        expect(plain(parsePlist(binaryPlist(value)))).toEqual(plain(value));
      }),
    );
  });

  it("in XML give back what was written", () => {
    fc.assert(
      fc.property(anyPlist, (value) => {
        expect(plain(parsePlist(xmlPlist(value)))).toEqual(plain(value));
      }),
    );
  });

  it("take any bytes, and whole lists with a byte changed or cut off", () => {
    const whole = binaryPlist({
      Label: "x",
      ProgramArguments: ["/bin/sh", "-c", "y"],
      n: [1, 2.5, true, { a: new Date(0) }],
    });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parsePlist(bytes)));
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 200 }),
        (given) => void parsePlist(Buffer.from(given)),
      ),
    );
    fc.assert(
      fc.property(
        fc.nat(whole.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(whole.length),
        (at, byte, end) => {
          const bytes = Buffer.from(whole);
          bytes[at] = byte;
          parsePlist(bytes);
          parsePlist(bytes.subarray(0, end));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("that name themselves, or one another many times over, are refused at once", () => {
    const object = (count: number, body: Buffer, offsets: readonly number[]): Buffer => {
      const trailer = Buffer.alloc(32);
      trailer[6] = 1;
      trailer[7] = 1;
      trailer.writeBigUInt64BE(BigInt(count), 8);
      trailer.writeBigUInt64BE(BigInt(8 + body.length), 24);
      return Buffer.concat([Buffer.from("bplist00"), body, Buffer.from(offsets), trailer]);
    };
    expect(parsePlist(object(1, Buffer.of(0xa1, 0), [8]))).toBeUndefined();
    // Forty lists, each of which holds the next one twice: 2^40 values.
    const levels = Array.from({ length: 40 }, (_, i) => Buffer.of(0xa2, i + 1, i + 1));
    const body = Buffer.concat([...levels, Buffer.of(9)]);
    const offsets = [...levels.map((_, i) => 8 + i * 3), 8 + 120];
    expect(parsePlist(object(41, body, offsets))).toBeUndefined();
    expect(parsePlist(Buffer.from(`<plist>${"<array>".repeat(5000)}`))).toBeUndefined();
    expect(parsePlist(Buffer.from("<plist><string>never closed"))).toBeUndefined();
  });

  it("are read with entities, CDATA and comments, and without what a document type declares", () => {
    const xml = `<!DOCTYPE plist [<!ENTITY x "y">]><plist><!-- c --><dict><key>a</key><string>&lt;&#65;&#x42;&x;<![CDATA[<&]]></string></dict></plist>`;
    expect(parsePlist(Buffer.from(xml))).toEqual({ a: "<AB&x;<&" });
  });

  it("give their strings in order", () => {
    expect(stringsIn({ a: ["x", { b: "y" }], c: "z" })).toEqual(["x", "y", "z"]);
  });
});
