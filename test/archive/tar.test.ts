import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ClawError } from "../../src/model/errors.ts";
import { ByteReader } from "../../src/archive/bytes.ts";
import { endOfTar, type PaxEntry, padding, paxHeader } from "../../src/archive/tar/pax.ts";
import { readTar, type TarEntry } from "../../src/archive/tar/tar-reader.ts";
import { tempFolder } from "./sealing.ts";

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(tar: Uint8Array, piece = 1000): Promise<(TarEntry & { content: string })[]> {
  const entries: (TarEntry & { content: string })[] = [];
  for await (const event of readTar(new ByteReader(inPieces(tar, piece)))) {
    if (event.kind === "entry") entries.push({ ...event.entry, content: "" });
    if (event.kind === "data") entries.at(-1)!.content += Buffer.from(event.bytes).toString("latin1");
  }
  return entries;
}

function tarOf(entry: PaxEntry, content = ""): Buffer {
  const body = Buffer.from(content, "latin1");
  return Buffer.concat([paxHeader(entry), body, Buffer.alloc(padding(body.length)), endOfTar]);
}

const plain: PaxEntry = { path: "a", type: "file", size: 0, mode: 0o644, uid: 0, gid: 0, mtimeNs: 0n };

const bytePart = fc
  .uint8Array({ minLength: 1, maxLength: 255 })
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x5f : byte))));

test("what the writer writes the reader reads: names, links, owners and times of any kind", async () => {
  const { nameOf } = await import("../../src/model/file-names.ts");
  const path = fc
    .array(bytePart, { minLength: 1, maxLength: 12 })
    .map((parts) => parts.map(nameOf).join("/"));
  await fc.assert(
    fc.asyncProperty(
      path,
      path,
      fc.constantFrom("file", "dir", "symlink", "hardlink"),
      fc.nat(0o7777),
      fc.nat(2 ** 32 - 1),
      fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
      fc.string({ maxLength: 2000 }).map((text) => Buffer.from(text).toString("latin1")),
      fc.integer({ min: 1, max: 700 }),
      async (name, link, type, mode, id, mtimeNs, text, piece) => {
        const content = type === "file" ? text : "";
        const facts = { path: name, type, mode, uid: id, gid: id, mtimeNs, size: content.length };
        const entry: PaxEntry = type === "symlink" || type === "hardlink" ? { ...facts, link } : facts;
        expect(await read(tarOf(entry, content), piece)).toEqual([{ ...entry, content }]);
      },
    ),
    { numRuns: 300 },
  );
});

test("GNU tar reads names of 4,000 bytes, newlines and letters beyond ASCII", () => {
  const path = `${"ü\n".repeat(50)}/${"x".repeat(200)}/${"y".repeat(200)}/end`;
  const listed = execFileSync("tar", ["-t", "--quoting-style=literal"], { input: tarOf({ ...plain, path }) });
  expect(listed.toString()).toBe(`${path}\n`);
});

test("a size beyond eight gibibytes stands in a pax record", () => {
  const header = paxHeader({ ...plain, size: 9 * 2 ** 30 });
  expect(header.toString("latin1")).toContain(`size=${9 * 2 ** 30}\n`);
});

test.each(["gnu", "pax", "ustar", "v7", "oldgnu"])(
  "reads what GNU tar writes in its %s format",
  async (format) => {
    const folder = tempFolder();
    const deep = format === "v7" || format === "ustar" ? "d/e" : `d/${"long".repeat(30)}/${"er".repeat(60)}`;
    mkdirSync(join(folder, deep), { recursive: true });
    writeFileSync(join(folder, deep, "file"), "content", { mode: 0o640 });
    symlinkSync(format === "gnu" ? "t".repeat(150) : "target", join(folder, "link"));
    linkSync(join(folder, deep, "file"), join(folder, "hard"));
    const tar = execFileSync("tar", [
      "-c",
      "--sort=name",
      `--format=${format}`,
      "-C",
      folder,
      "d",
      "hard",
      "link",
    ]);
    const entries = await read(tar);
    const file = entries.find((entry) => entry.path === `${deep}/file`);
    expect(file).toMatchObject({ type: "file", mode: 0o640, size: 7, content: "content" });
    expect(entries.find((entry) => entry.path === "hard")).toMatchObject({
      type: "hardlink",
      link: `${deep}/file`,
    });
    expect(entries.find((entry) => entry.path === "link")?.type).toBe("symlink");
    expect(entries.find((entry) => entry.path === "d")?.type).toBe("dir");
  },
);

test("bytes that are no tar end in a ClawError, whatever they are", async () => {
  const good = tarOf({ ...plain, path: `é${"x".repeat(120)}`, size: 700 }, "z".repeat(700));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }),
      fc.nat(good.length),
      async (changes, length) => {
        const bad = Buffer.from(good.subarray(0, length));
        for (const [at, value] of changes) if (at < bad.length) bad[at] = value;
        const failure: unknown = await read(bad).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failure !== undefined) expect(failure).toBeInstanceOf(ClawError);
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ["cut off in a header", (tar: Buffer) => tar.subarray(0, 300)],
  ["cut off before its end marker", (tar: Buffer) => tar.subarray(0, tar.length - 1024)],
  ["a wrong checksum", (tar: Buffer) => Buffer.concat([Buffer.from("b"), tar.subarray(1)])],
  ["something after the end", (tar: Buffer) => Buffer.concat([tar, Buffer.alloc(512, 1)])],
])("a tar with %s is refused", async (_, change) => {
  await expect(read(change(tarOf(plain)))).rejects.toMatchObject({ exit: "tampered" });
});

test("an extension header that claims gigabytes is refused before it is read", async () => {
  const header = paxHeader({ ...plain, size: 3 * 2 ** 30 });
  header.write("x", 156, "latin1");
  let sum = 8 * 32;
  header.forEach((byte, at) => (sum += at >= 148 && at < 156 ? 0 : byte));
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  await expect(read(header)).rejects.toMatchObject({ code: "tar" });
});
