import { randomBytes } from "node:crypto";
import { constants, gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { type Compression, packerFor } from "../../src/archive/compress/compress.ts";
import { decompress } from "../../src/archive/compress/decompress.ts";
import { frameScan } from "../../src/archive/compress/zstd-frames.ts";
import { bounded } from "./sealing.ts";

async function packed(compression: Compression, blocks: readonly Uint8Array[]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const packer = packerFor(compression, async (bytes) => void chunks.push(Buffer.from(bytes)));
  for (const block of blocks) {
    await packer.write(block);
    // A caller uses its block again as soon as write has resolved.
    block.fill(0x58);
  }
  await packer.finish();
  return Buffer.concat(chunks);
}

async function unpacked(bytes: Uint8Array, encoding: "zstd" | "gzip", piece = 4096): Promise<Buffer> {
  const source = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  };
  const chunks: Buffer[] = [];
  for await (const chunk of decompress(source(), encoding)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function blocksOf(sizes: readonly number[]): Buffer[] {
  return sizes.map((size, at) => (at % 2 === 0 ? randomBytes(size) : Buffer.alloc(size, `line ${at}\n`)));
}

const sizes = [
  [],
  [1],
  [1 << 20, 1 << 20, 17],
  [512 * 1024],
  [32 * 1024 + 1, 5, 700_000],
  Array.from({ length: 20 }, () => 1 << 20),
];

test.each(sizes.map((list) => [list.length, list] as const))(
  "%i blocks come back, by zstd and by gzip",
  async (_, list) => {
    const blocks = blocksOf(list);
    const whole = Buffer.concat(blocks);
    const zstd = await packed(
      "zstd",
      blocks.map((block) => Buffer.from(block)),
    );
    const gzip = await packed(
      "gzip",
      blocks.map((block) => Buffer.from(block)),
    );
    expect(gunzipSync(gzip).equals(whole)).toBe(true);
    expect((await unpacked(zstd, "zstd")).equals(whole)).toBe(true);
    expect((await unpacked(gzip, "gzip")).equals(whole)).toBe(true);
  },
);

test.each(["zstd", "gzip"] as const)(
  "%s: a sink that fails ends the writer with the sink's own error",
  async (compression) => {
    const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
    const packer = packerFor(compression, async () => Promise.reject(full));
    const writing = (async () => {
      for (let at = 0; at < 50; at += 1) await packer.write(randomBytes(1 << 20));
      await packer.finish();
    })();
    await expect(bounded(writing)).rejects.toBe(full);
  },
);

const text = Buffer.alloc(300_000, "some text that compresses, ");

test("several zstd frames are one stream: none is dropped", async () => {
  const frames = Buffer.concat([
    zstdCompressSync(text),
    zstdCompressSync(randomBytes(10)),
    zstdCompressSync(text),
  ]);
  for (const piece of [1, 7, 4096, 1 << 20]) {
    expect((await bounded(unpacked(frames, "zstd", piece))).length).toBe(600_010);
  }
});

test.each([
  ["zstd", zstdCompressSync(text)],
  ["gzip", gzipSync(text)],
] as const)(
  "%s: truncated, changed or followed by other bytes: refused, and never waited for",
  async (encoding, good) => {
    for (const cut of [1, 5, Math.floor(good.length / 2), good.length]) {
      await expect(bounded(unpacked(good.subarray(0, good.length - cut), encoding))).rejects.toMatchObject({
        exit: "tampered",
      });
    }
    for (const piece of [1, 50, 1 << 20]) {
      const trailing = Buffer.concat([good, Buffer.alloc(200, 1)]);
      await expect(bounded(unpacked(trailing, encoding, piece))).rejects.toMatchObject({ exit: "tampered" });
    }
  },
);

test("the source is read to its end also where the compressed data ends before it", async () => {
  let ended = false;
  const source = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield Buffer.concat([zstdCompressSync(text), Buffer.alloc(10)]);
    for (let at = 0; at < 100; at += 1) yield Buffer.alloc(1000);
    ended = true;
  };
  const reading = (async () => {
    for await (const chunk of decompress(source(), "zstd")) expect(chunk.length).toBeGreaterThan(0);
  })();
  await expect(bounded(reading)).rejects.toMatchObject({ code: "structure" });
  expect(ended).toBe(true);
});

test("the ends of zstd frames are found in pieces of any size, and nowhere else", () => {
  const skippable = Buffer.concat([Buffer.from("512a4d1805000000", "hex"), Buffer.from("hello")]);
  const whole = Buffer.concat([
    zstdCompressSync(text),
    zstdCompressSync(Buffer.alloc(0)),
    skippable,
    zstdCompressSync(randomBytes(300_000), { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
  ]);
  const ends = new Set<number>();
  const scan = frameScan();
  for (let at = 0; at < whole.length; at += 1) {
    scan.feed(whole.subarray(at, at + 1));
    if (scan.whole()) ends.add(at + 1);
  }
  const first = zstdCompressSync(text).length;
  const second = first + zstdCompressSync(Buffer.alloc(0)).length;
  expect([...ends]).toEqual([first, second, second + skippable.length, whole.length]);
  for (const piece of [2, 3, 1000, whole.length]) {
    const again = frameScan();
    for (let at = 0; at < whole.length; at += piece) again.feed(whole.subarray(at, at + piece));
    expect(again.whole()).toBe(true);
  }
  expect(frameScan().whole()).toBe(false);
});

test("what one streaming compressor wrote is one frame, to its last byte", async () => {
  const zstd = await packed("zstd", blocksOf([1 << 20, 1 << 20, 77]));
  const scan = frameScan();
  scan.feed(zstd.subarray(0, -1));
  expect(scan.whole()).toBe(false);
  scan.feed(zstd.subarray(-1));
  expect(scan.whole()).toBe(true);
});
