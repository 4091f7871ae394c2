import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bodyfileLine as lineOf,
  escapeName,
  modeText,
  type Named,
  namesOf,
} from "../../../src/collectors/traces/bodyfile-line.ts";
import type { FileStat } from "../../../src/host/host.ts";
import { nameBytes, nameOf } from "../../../src/model/file-names.ts";

const stat: FileStat = {
  kind: "file",
  size: 7,
  mode: 0o644,
  uid: 1000,
  gid: 100,
  atimeMs: 1_700_000_001_500,
  mtimeMs: 1_700_000_002_000,
  mtimeNs: 1_700_000_002_000_000_000n,
  ctimeMs: 1_700_000_003_999,
  birthtimeMs: 0,
  dev: 1,
  ino: 42,
  nlink: 1,
};
const asIs = (text: string): string => text;

function bodyfileLine(entry: Named, redact: (text: string) => string): string {
  return lineOf(entry, namesOf(entry).map(redact));
}

/** What a reader of the format gets back: the bytes of the name. */
function unescaped(text: string): Buffer {
  const parts: Buffer[] = [];
  for (const [whole, byte] of text.matchAll(/\\(?:\\|x([0-9a-f]{2}))|[^\\]+/g)) {
    if (byte !== undefined) parts.push(Buffer.of(Number.parseInt(byte, 16)));
    else parts.push(Buffer.from(whole === "\\\\" ? "\\" : whole, "utf8"));
  }
  return Buffer.concat(parts);
}

/** Bytes as a file name can hold them, often those that matter. */
const anyName = fc
  .array(
    fc.oneof(
      fc.integer({ min: 1, max: 255 }).filter((byte) => byte !== 0x2f),
      fc.constantFrom(0x0a, 0x0d, 0x1b, 0x7c, 0x5c, 0x20, 0x2d, 0x3e, 0x78, 0xe2, 0x80, 0xa8),
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((bytes) => Buffer.from(bytes));

describe("a line of a bodyfile", () => {
  it("has the eleven fields of version 3", () => {
    expect(bodyfileLine({ path: "/tmp/a b", stat }, asIs)).toBe(
      "0|/tmp/a b|42|r/rrw-r--r--|1000|100|7|1700000001|1700000002|1700000003|0",
    );
  });

  it("names the target of a link, and lets no name look like one", () => {
    const link = { ...stat, kind: "symlink", mode: 0o777 } as const;
    expect(bodyfileLine({ path: "/a", link: "/b -> c", stat: link }, asIs)).toContain(
      "|/a -> /b -\\x3e c|42|l/lrwxrwxrwx|",
    );
    expect(bodyfileLine({ path: "/a -> /etc/passwd", stat }, asIs)).toContain("|/a -\\x3e /etc/passwd|");
  });

  it.each(["a -> -> b", "a ->", "-> a", " -> ", "a  ->  -> ->b"])("keeps %j and the target apart", (name) => {
    const field = bodyfileLine({ path: name, link: name, stat }, asIs).split("|")[1] ?? "";
    const at = field.indexOf(" -> ");
    expect(unescaped(field.slice(0, at)).toString()).toBe(name);
    expect(unescaped(field.slice(at + 4)).toString()).toBe(name);
  });

  it("takes secrets out of names without touching other fields", () => {
    const line = bodyfileLine({ path: "/tmp/FAKE-1000", stat }, (text) => text.replaceAll("1000", "[fp|]"));
    expect(line).toBe("0|/tmp/FAKE-[fp\\x7c]|42|r/rrw-r--r--|1000|100|7|1700000001|1700000002|1700000003|0");
  });

  it("is one line of eleven fields whatever the name, and gives the name back", () => {
    fc.assert(
      fc.property(anyName, anyName, (bytes, target) => {
        const name = nameOf(bytes);
        const line = bodyfileLine({ path: name, link: nameOf(target), stat }, asIs);
        expect(line.split("|")).toHaveLength(11);
        // Neither the line ends of text nor those that Unicode adds, nor anything a terminal obeys.
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        const field = line.split("|")[1] ?? "";
        const at = field.indexOf(" -> ");
        expect(unescaped(field.slice(0, at))).toEqual(bytes);
        expect(unescaped(field.slice(at + 4))).toEqual(target);
      }),
      { numRuns: 500 },
    );
  });

  it("spells names that are no UTF-8 byte by byte", () => {
    expect(escapeName(nameOf(Buffer.from([0x61, 0xff, 0xc3])))).toBe("a\\xff\\xc3");
    expect(nameBytes(nameOf(Buffer.from([0x61, 0xff])))).toEqual(Buffer.from([0x61, 0xff]));
    expect(escapeName("naïve – 漢字 😀")).toBe("naïve – 漢字 😀");
  });
});

describe("a mode", () => {
  it.each([
    ["file", 0o4755, "r/rrwsr-xr-x"],
    ["file", 0o6644, "r/rrwSr-Sr--"],
    ["dir", 0o1777, "d/drwxrwxrwt"],
    ["dir", 0o1770, "d/drwxrwx--T"],
    ["fifo", 0o600, "p/prw-------"],
    ["socket", 0o755, "h/hrwxr-xr-x"],
    ["block", 0o660, "b/brw-rw----"],
    ["char", 0, "c/c---------"],
    ["unknown", 0o7, "-/-------rwx"],
  ] as const)("of a %s %s is %s", (kind, mode, text) => {
    expect(modeText({ kind, mode })).toBe(text);
  });
});
