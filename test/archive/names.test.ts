import fc from "fast-check";
import { expect, test } from "vitest";
import { nameBytes, nameOf } from "../../src/model/file-names.ts";
import { storedName } from "../../src/archive/tar/names.ts";
import { isoTime, parsePaxTime, paxTime } from "../../src/archive/tar/times.ts";

test("any bytes survive as a name", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(nameBytes(nameOf(bytes))).toEqual(Buffer.from(bytes));
    }),
    { numRuns: 500 },
  );
});

test("bytes that are no UTF-8 take the form of lone surrogates", () => {
  expect(nameOf(Buffer.from([0x61, 0xff, 0xc3, 0xa4, 0xc3]))).toBe("a\udcffä\udcc3");
});

test("an encoded surrogate is escaped byte by byte and never read as the surrogate itself", () => {
  const bytes = Buffer.from([0xed, 0xb2, 0x80]);
  expect(nameOf(bytes)).toBe("\udced\udcb2\udc80");
  expect(nameBytes(nameOf(bytes))).toEqual(bytes);
});

test.each([
  ["/home/claw/.openclaw", "home/claw/.openclaw"],
  ["//home//claw/", "home/claw"],
  ["/home/../etc", undefined],
  ["/home/./claw", undefined],
  ["/", undefined],
  ["/a\0b", undefined],
])("%j is stored as %j", (path, stored) => {
  expect(storedName(path)).toBe(stored);
});

test("times keep their nanoseconds through a pax record", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (ns) => {
      fc.pre(paxTime(ns).replace(/\..*/, "").length <= 19);
      expect(parsePaxTime(paxTime(ns))).toBe(ns);
    }),
  );
});

test("times are ISO 8601 with nine decimals, and a time that no calendar holds is still told", () => {
  expect(isoTime(1_700_000_000_000_000_001n)).toBe("2023-11-14T22:13:20.000000001Z");
  expect(isoTime(-1n)).toBe("1969-12-31T23:59:59.999999999Z");
  expect(isoTime(2n ** 80n)).toBe("@1208925819614629.174706176");
});

test.each(["", "x", "1e5", "1.2.3", "99999999999999999999999"])("%j is no pax time", (text) => {
  expect(parsePaxTime(text)).toBeUndefined();
});
