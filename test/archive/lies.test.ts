/** Archives made by someone who has the key and lies: intact as a message, wrong inside. */
import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { isoTime } from "../../src/archive/tar/times.ts";
import { messageWriter } from "../../src/archive/openpgp/message-writer.ts";
import { packet } from "../../src/archive/openpgp/packets.ts";
import { endOfTar, type PaxEntry, padding, paxHeader } from "../../src/archive/tar/pax.ts";
import { sealToPassphrase } from "../../src/archive/openpgp/s2k.ts";
import { createCipheriv } from "node:crypto";
import { noise } from "../support/noise.ts";
import { bounded, pass, readAll, tempFolder } from "./sealing.ts";

interface Item {
  readonly path: string;
  readonly content: string;
}

function header(path: string, size: number): PaxEntry {
  return { path, type: "file", size, mode: 0o600, uid: 0, gid: 0, mtimeNs: 0n };
}

function tarEntry(path: string, content: string): Buffer {
  const body = Buffer.from(content);
  return Buffer.concat([paxHeader(header(path, body.length)), body, Buffer.alloc(padding(body.length))]);
}

function line({ path, content }: Item): string {
  const sha256 = createHash("sha256").update(content).digest("hex");
  const facts = { mode: "0600", uid: 0, gid: 0, mtime: isoTime(0n) };
  return `${JSON.stringify({ path, type: "file", size: content.length, ...facts, sha256 })}\n`;
}

function manifestOf(items: readonly Item[], change: Record<string, unknown> = {}): string {
  const lines = items.map(line).join("");
  const plainBytes = items.reduce((sum, item) => sum + item.content.length, 0);
  const counts = { entries: items.length, stored: items.length, files: items.length, plainBytes, partial: 0 };
  const root = createHash("sha256").update(lines).digest("hex");
  return `${lines}${JSON.stringify({ type: "end", format: "claw-ir-manifest-1", ...counts, root, ...change })}\n`;
}

async function sealed(plain: Uint8Array): Promise<string> {
  const session = randomBytes(32);
  const esk = sealToPassphrase(session, pass.reveal(), randomBytes(8));
  const chunks: Buffer[] = [];
  const writer = messageWriter({ esk, session, prefix: randomBytes(16) }, async (bytes) => {
    chunks.push(Buffer.from(bytes));
  });
  await writer.write(plain);
  await writer.finish();
  const file = join(tempFolder(), "lie.tar.gpg");
  writeFileSync(file, Buffer.concat(chunks));
  return file;
}

async function read(tar: Uint8Array): Promise<unknown> {
  return bounded(readAll(await sealed(tar), { passphrase: pass }));
}

const a = { path: "a", content: "alpha" };
const b = { path: "b", content: "beta" };

function tarOf(items: readonly Item[], manifest: string, after: Uint8Array = Buffer.alloc(0)): Buffer {
  const entries = items.map((item) => tarEntry(item.path, item.content));
  return Buffer.concat([...entries, tarEntry("MANIFEST.jsonl", manifest), after, endOfTar]);
}

test("the honest one is read, plain or compressed", async () => {
  const honest = tarOf([a, b], manifestOf([a, b]));
  await expect(read(honest)).resolves.toMatchObject({ entries: 2, files: 2, plainBytes: 9 });
  await expect(read(zstdCompressSync(honest))).resolves.toMatchObject({ entries: 2 });
});

test.each([
  ["lists a file that is not there", "missing-file", tarOf([a], manifestOf([a, b]))],
  ["lacks a file that is there", "extra-file", tarOf([a, b], manifestOf([a]))],
  ["has another content", "different-file", tarOf([{ ...a, content: "alphA" }, b], manifestOf([a, b]))],
  ["has another name", "different-file", tarOf([{ ...a, path: "c" }, b], manifestOf([a, b]))],
  ["has another order", "different-file", tarOf([b, a], manifestOf([a, b]))],
  ["has another root hash", "manifest", tarOf([a], manifestOf([a], { root: "0".repeat(64) }))],
  ["counts wrong", "manifest", tarOf([a], manifestOf([a], { files: 2 }))],
  ["has an unknown format", "manifest", tarOf([a], manifestOf([a], { format: "claw-ir-manifest-9" }))],
  ["has no closing line", "manifest", tarOf([a], line(a))],
  ["ends in half a line", "manifest", tarOf([a], manifestOf([a]).trimEnd())],
  ["goes on after its closing line", "manifest", tarOf([a], `${manifestOf([a])}${line(b)}`)],
  ["is followed by another file", "manifest", tarOf([a], manifestOf([a]), tarEntry("z", "late"))],
  [
    "is followed by another manifest",
    "manifest",
    tarOf([a], manifestOf([a]), tarEntry("MANIFEST.jsonl", "")),
  ],
  ["has a line without an end", "manifest", tarOf([a], "x".repeat(400_000))],
])("a manifest that %s is found", async (_, code, tar) => {
  await expect(read(tar)).rejects.toMatchObject({ exit: "tampered", code });
});

/** An encrypted message with any packets inside. */
function messageOf(packets: Uint8Array): Buffer {
  const session = randomBytes(32);
  const esk = sealToPassphrase(session, pass.reveal(), randomBytes(8));
  const prefix = randomBytes(16);
  const plain = Buffer.concat([prefix, prefix.subarray(14), packets, Buffer.of(0xd3, 0x14)]);
  const cipher = createCipheriv("aes-256-cfb", session, Buffer.alloc(16));
  const encrypted = cipher.update(Buffer.concat([plain, createHash("sha1").update(plain).digest()]));
  return Buffer.concat([esk, packet(18, Buffer.concat([Buffer.of(1), encrypted]))]);
}

const literal = packet(11, Buffer.concat([Buffer.of(0x62, 0, 0, 0, 0, 0), tarOf([a], manifestOf([a]))]));

async function readMessage(bytes: Uint8Array): Promise<unknown> {
  const file = join(tempFolder(), "packets.gpg");
  writeFileSync(file, bytes);
  return bounded(readAll(file, { passphrase: pass }));
}

test("compression inside the message is read one layer deep and no deeper", async () => {
  const once = packet(8, Buffer.concat([Buffer.of(1), deflateRawSync(literal)]));
  const twice = packet(8, Buffer.concat([Buffer.of(1), deflateRawSync(once)]));
  await expect(readMessage(messageOf(once))).resolves.toMatchObject({ entries: 1 });
  await expect(readMessage(messageOf(twice))).rejects.toMatchObject({ exit: "tampered", code: "structure" });
});

test.each([
  ["a message in a message", messageOf(messageOf(literal))],
  ["two data packets", messageOf(Buffer.concat([literal, literal]))],
  ["no data packet", messageOf(packet(10, Buffer.from("PGP")))],
  ["a data packet without a body", messageOf(packet(11, Buffer.alloc(0)))],
  ["data that is outside the encryption", Buffer.concat([literal, messageOf(literal)])],
  [
    "encryption without integrity",
    Buffer.concat([messageOf(literal).subarray(0, 48), packet(9, noise(500))]),
  ],
  [
    "a thousand recipients",
    Buffer.concat(Array.from({ length: 1000 }, () => packet(1, Buffer.alloc(94, 3)))),
  ],
  ["a session key packet of megabytes", packet(1, Buffer.alloc(2_000_000, 3))],
])("%s is refused", async (_, bytes) => {
  await expect(readMessage(bytes)).rejects.toMatchObject({ exit: "tampered" });
});

test("a tar that is none is told as what it is", async () => {
  await expect(read(Buffer.from("just some text that is no tar"))).rejects.toMatchObject({
    code: "unsupported-archive",
  });
});
