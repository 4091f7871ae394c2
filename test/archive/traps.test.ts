/**
 * Traps that other ways of making an archive fall into. Each test runs the naive way too and shows that it fails: when one
 * of these begins to hold, a library was mended, and our way around it can be looked at again.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { realFs } from "../../src/host/real/fs.ts";
import { packerFor } from "../../src/archive/compress/compress.ts";
import { decompress } from "../../src/archive/compress/decompress.ts";
import { ByteReader } from "../../src/archive/bytes.ts";
import { type Envelope, readEnvelope } from "../../src/archive/openpgp/message-reader.ts";
import { openpgp } from "../../src/archive/openpgp/openpgp.ts";
import { verifyArchive } from "../../src/archive/index.ts";
import { recipientsOf } from "../../src/preserve/keys/keys.ts";
import { diskHost } from "./disk-host.ts";
import { bounded, readAll, seal, tempFolder } from "./sealing.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** Packs by the npm package, in a process of its own: how it ends, and what it left. */
function packByNodeTar(
  root: string,
  file: string,
): { readonly code: number | null; readonly listed: number } {
  const script = `import { c } from "tar"; await c({ file: process.argv[1], cwd: process.argv[2] }, ["."]);`;
  const args = ["--input-type=module", "-e", script, file, root];
  const { status } = spawnSync(process.execPath, args, { cwd: project });
  const listing = spawnSync("tar", ["-tf", file]);
  return {
    code: status,
    listed: listing.status === 0 ? listing.stdout.toString().trim().split("\n").length : 0,
  };
}

/** 20 folders, and one file in the last of them that has a name in 15 others. */
function hardLinks(): { readonly root: string; readonly names: number } {
  const root = tempFolder();
  for (let folder = 1; folder <= 20; folder += 1) {
    mkdirSync(join(root, `d${folder}`));
    writeFileSync(join(root, `d${folder}`, "f"), `content ${folder}`);
  }
  const links = 15;
  for (let link = 1; link <= links; link += 1) linkSync(join(root, "d20", "f"), join(root, `d${link}`, "l"));
  return { root, names: 1 + 20 + 20 + links };
}

test("hard links across folders: node-tar leaves half an archive, ours holds all of them", async () => {
  const { root, names } = hardLinks();
  const naive = packByNodeTar(root, join(tempFolder(), "naive.tar"));
  expect(naive.code === 0 && naive.listed === names).toBe(false);
  const sealed = await seal(root);
  const { list } = await readAll(sealed.archive, sealed.unlock);
  expect(list.length).toBe(names);
  expect(list.filter((entry) => entry.type === "hardlink").length).toBe(15);
});

test("a file that grows: node-tar gives up, ours keeps its beginning and says so", async () => {
  const root = join(tempFolder(), "state");
  mkdirSync(root);
  const log = join(root, "log.jsonl");
  writeFileSync(log, Buffer.alloc(30_000_000, "line\n"));
  // Appends while it is read: fstat said less than there will be.
  const script = `import fs from "node:fs"; import { c } from "tar";
    const read = fs.read; fs.read = (...args) => { fs.appendFileSync(process.argv[2] + "/log.jsonl", "more".repeat(99999)); return read(...args); };
    await c({ file: process.argv[1], cwd: process.argv[2] }, ["."]);`;
  const file = join(tempFolder(), "naive.tar");
  const args = ["--input-type=module", "-e", script, file, root];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: project });
  expect(status).not.toBe(0);
  expect(stderr.toString()).toContain("EOF");
  const real = realFs();
  const open = (path: string, saw?: Parameters<typeof real.open>[1]): ReturnType<typeof real.open> => {
    const handle = real.open(path, saw);
    if (path !== log) return handle;
    return { ...handle, read: (buffer) => (appendFileSync(path, "more"), handle.read(buffer)) };
  };
  const size = statSync(log).size;
  const sealed = await seal(root, {}, diskHost({ fs: { open } }));
  expect(sealed.partial.map((item) => item.reason)).toEqual([
    `grew while it was read; its first ${size} bytes are archived`,
  ]);
  expect(sealed.plainBytes).toBe(size);
});

const compressible = Buffer.from(
  Array.from({ length: 600_000 }, (_, line) => `line ${line * 7919} of a transcript\n`).join(""),
);

// Node's own zstd streams with nbWorkers end normally and have, depending on how busy the machine is, lost the data.
test("zstd gives back everything that was written, block after block", async () => {
  const chunks: Buffer[] = [];
  const packer = packerFor("zstd", async (chunk) => void chunks.push(Buffer.from(chunk)));
  for (let at = 0; at < compressible.length; at += packer.blockSize) {
    await packer.write(compressible.subarray(at, at + packer.blockSize));
  }
  await packer.finish();
  const back: Buffer[] = [];
  for await (const chunk of decompress(iterable(chunks), "zstd")) back.push(Buffer.from(chunk));
  expect(Buffer.concat(back).equals(compressible)).toBe(true);
});

async function* iterable(chunks: readonly Buffer[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

/** Refuses anything but SEIPD version 1. */
function envelopeOf(message: Uint8Array): Promise<Envelope> {
  return readEnvelope(new ByteReader(iterable([Buffer.from(message)])));
}

test("a recipient who advertises SEIPD version 2: openpgp.js writes what gpg 2.2 cannot read, ours is version 1", async () => {
  const { createMessage, encrypt, generateKey, readKey } = await openpgp();
  const made = await generateKey({
    type: "ecc",
    curve: "curve25519Legacy",
    userIDs: [{ name: "Advertises FAKE" }],
    format: "armored",
    config: { aeadProtect: true },
  });
  const key = await readKey({ armoredKey: made.publicKey });
  const naive: unknown = await encrypt({
    message: await createMessage({ text: "x" }),
    encryptionKeys: [key.toPublic()],
    format: "binary",
    config: { aeadProtect: false },
  });
  await expect(envelopeOf(naive as Uint8Array)).rejects.toMatchObject({ code: "unsupported-archive" });
  const root = join(tempFolder(), "file");
  writeFileSync(root, "x");
  const recipients = await recipientsOf(diskHost(), Buffer.from(made.publicKey), "test");
  const sealed = await seal(root, { recipients });
  await expect(envelopeOf(readFileSync(sealed.archive))).resolves.toMatchObject({ seipd: { tag: 18 } });
});

test("files that become a FIFO: open waits for ever, ours does not", async () => {
  const root = join(tempFolder(), "state");
  mkdirSync(root);
  execFileSync("mkfifo", [join(root, "pipe")]);
  const script = `require("node:fs").openSync(process.argv[1], "r")`;
  const naive = spawnSync(process.execPath, ["-e", script, join(root, "pipe")], { timeout: 1500 });
  expect(naive.error).toMatchObject({ code: "ETIMEDOUT" });
  const sealed = await bounded(seal(root));
  expect(sealed.files).toBe(0);
});

test("a gzip or zstd bomb ends at the ratio that is allowed, and a state of zeros within it does not", async () => {
  const root = join(tempFolder(), "zeros");
  writeFileSync(root, "");
  truncateSync(root, 80 * 1024 * 1024);
  for (const compression of ["zstd", "gzip"] as const) {
    const sealed = await seal(root, { compression, check: "ciphertext" });
    const verify = (maxRatio: number): Promise<unknown> =>
      verifyArchive(diskHost(), sealed.archive, { unlock: sealed.unlock, maxRatio });
    await expect(verify(100)).rejects.toMatchObject({ exit: "tampered", code: "too-large" });
    await expect(verify(100_000)).resolves.toMatchObject({ checked: "contents" });
  }
});

test("what cannot be made smaller is stored by gzip, and comes back", async () => {
  const content = randomBytes(3_000_000);
  const root = join(tempFolder(), "random");
  writeFileSync(root, content);
  const sealed = await seal(root, { compression: "gzip" });
  expect(sealed.bytes).toBeLessThan(3_010_000);
  const { list } = await readAll(sealed.archive, sealed.unlock);
  expect(Buffer.from(list[0]?.content ?? "", "latin1").equals(content)).toBe(true);
});
