/** Archives of liars, given to the built program: refused with 5, nothing is left, and nothing outside is touched. */
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { packet } from "../../src/archive/openpgp/packets.ts";
import { sealToPassphrase } from "../../src/archive/openpgp/s2k.ts";
import { pass } from "../archive/sealing.ts";
import { type Planted, tarOf } from "../recover/restore-tree.ts";
import { untouched } from "./kill-checks.ts";
import { run, stage, type Stage } from "./kill-stage.ts";

let at: Stage;
let before: readonly string[];

beforeAll(async () => {
  at = await stage();
  writeFileSync(join(at.base, "passphrase"), pass.reveal(), { mode: 0o600 });
  before = untouched(at.home);
});

/** Any packets, encrypted to the passphrase with the integrity that gpg checks. */
function messageOf(packets: Uint8Array): Buffer {
  const session = randomBytes(32);
  const prefix = randomBytes(16);
  const plain = Buffer.concat([prefix, prefix.subarray(14), packets, Buffer.of(0xd3, 0x14)]);
  const cipher = createCipheriv("aes-256-cfb", session, Buffer.alloc(16));
  const sealed = cipher.update(Buffer.concat([plain, createHash("sha1").update(plain).digest()]));
  const esk = sealToPassphrase(session, pass.reveal(), randomBytes(8));
  return Buffer.concat([esk, packet(18, Buffer.concat([Buffer.of(1), sealed]))]);
}

const literal = (data: Uint8Array): Buffer =>
  packet(11, Buffer.concat([Buffer.of(0x62, 0, 0, 0, 0, 0), data]));
const archiveOf = (tar: Uint8Array): Buffer => messageOf(literal(tar));
const evil: Planted = { path: "x", content: "evil" };
const honest = tarOf([{ path: "home", type: "dir" }, evil]);

/** A manifest that vouches for what is not there. */
function lyingManifest(): Buffer {
  const facts = { mode: "0600", uid: 0, gid: 0, mtime: "2026-11-21T10:00:00.000000000Z" };
  const file = { path: "x", type: "file", size: 4, ...facts, sha256: "0".repeat(64) };
  const lines = `${JSON.stringify(file)}\n`;
  const counts = { entries: 1, stored: 1, files: 1, plainBytes: 4, partial: 0 };
  const root = createHash("sha256").update(lines).digest("hex");
  const end = { type: "end", format: "claw-ir-manifest-1", ...counts, root };
  return tarOf([evil, { path: "MANIFEST.jsonl", content: `${lines}${JSON.stringify(end)}\n` }]);
}

/** Three gibibytes of nothing. */
function bomb(compress: (bytes: Uint8Array) => Buffer): Buffer {
  const part = compress(Buffer.alloc(1 << 28));
  const [begin, end] = [tarOf([{ path: "zeros", size: 3 * 2 ** 30 }]).subarray(0, -1024), Buffer.alloc(1024)];
  return Buffer.concat([compress(begin), ...Array.from({ length: 12 }, () => part), compress(end)]);
}

/** A session key packet by a passphrase whose derivation is of this kind. */
function withS2k(s2k: readonly number[]): Buffer {
  const body = Buffer.concat([Buffer.of(4, 9, ...s2k), Buffer.alloc(33, 7)]);
  const own = archiveOf(honest);
  return Buffer.concat([packet(3, body), own.subarray(2 + (own[1] ?? 0))]);
}

/** Compressed once more, by OpenPGP. */
const squeezed = (packets: Uint8Array): Buffer =>
  packet(8, Buffer.concat([Buffer.of(1), deflateRawSync(packets)]));

test.for<readonly [string, () => Buffer, readonly number[]]>([
  ["a path with ..", () => archiveOf(tarOf([{ ...evil, path: "a/../../../x" }])), [5]],
  ["an absolute path", () => archiveOf(tarOf([{ ...evil, path: "/x" }])), [5]],
  [
    "a symbolic link and then a file through it",
    () =>
      archiveOf(
        tarOf([
          { path: "l", type: "symlink", link: "../../home" },
          { ...evil, path: "l/x" },
        ]),
      ),
    [5],
  ],
  [
    "a hard link to the outside",
    () => archiveOf(tarOf([{ path: "h", type: "hardlink", link: "../home/canary/file" }])),
    [5],
  ],
  ["a name twice", () => archiveOf(tarOf([evil, evil])), [5]],
  ["a device", () => archiveOf(tarOf([{ path: "d", flag: "3" }])), [5]],
  ["a FIFO", () => archiveOf(tarOf([{ path: "p", flag: "6" }])), [5]],
  ["a gzip bomb in compressed packets", () => messageOf(squeezed(literal(bomb(gzipSync)))), [5]],
  ["a gzip bomb of one layer, a thousand to one", () => archiveOf(bomb(gzipSync)), [5]],
  ["a zstd bomb", () => archiveOf(bomb(zstdCompressSync)), [5]],
  ["a manifest that lies", () => archiveOf(lyingManifest()), [5]],
  ["a message in a message", () => messageOf(archiveOf(honest)), [5]],
  ["compressed packets in compressed packets", () => messageOf(squeezed(squeezed(literal(honest)))), [5]],
  ["a thousand recipients", () => Buffer.alloc(96_000, packet(1, Buffer.alloc(94, 3))), [5]],
  // The format's largest count is 65,011,712 octets; what cannot be opened is a wrong passphrase.
  ["the largest S2K count", () => withS2k([3, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0xff]), [5, 12]],
  [
    "an S2K that asks for gibibytes",
    () => withS2k([4, ...Array.from({ length: 16 }, () => 1), 255, 255, 31]),
    [5, 12],
  ],
])("%s", async ([, make, exits], { expect }) => {
  const name = "hostile.tar.gpg";
  const place = join(at.base, "place");
  const archive = join(at.base, name);
  writeFileSync(archive, make());
  mkdirSync(place, { recursive: true });
  const outside = readdirSync(at.base);
  const unlock = ["--passphrase-from", join(at.base, "passphrase"), "--json"];
  const restored = await run(at, ["restore", archive, "--target", join(place, "target"), ...unlock]);
  expect(exits, restored.err).toContain(restored.code);
  const drilled = await run(at, ["drill", archive, "--no-gateway", ...unlock]);
  expect(exits, drilled.err).toContain(drilled.code);
  expect(readdirSync(place)).toEqual([]);
  expect(readdirSync(at.base)).toEqual(outside);
  expect(readdirSync(at.dataDir).filter((one) => one.startsWith("scratch-"))).toEqual([]);
  expect(untouched(at.home)).toEqual(before);
  expect(existsSync("/x")).toBe(false);
});

test("the honest one among them is restored", async () => {
  const archive = join(at.base, "honest.tar.gpg");
  writeFileSync(archive, archiveOf(honest));
  const target = join(at.base, "honest");
  const unlock = ["--passphrase-from", join(at.base, "passphrase"), "--json"];
  const restored = await run(at, ["restore", archive, "--target", target, ...unlock]);
  expect([0, 3], restored.err).toContain(restored.code);
  expect(readdirSync(target)).toEqual(["home", "x"]);
});
