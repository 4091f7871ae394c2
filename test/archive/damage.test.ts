/** Archives that are not what was sealed: never a success, never a wait without end, the right exit code. */
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { realFs } from "../../src/host/real/fs.ts";
import { ClawError } from "../../src/model/errors.ts";
import { Secret } from "../../src/model/secret.ts";
import { sidecarPath, verifyArchive } from "../../src/archive/index.ts";
import { noise } from "../support/noise.ts";
import { diskHost } from "./disk-host.ts";
import { bounded, pass, readAll, seal, type Sealed, tempFolder } from "./sealing.ts";

const real = realFs();
let folder: string;
let sealed: Sealed;
let good: Buffer;
let encryptedFrom: number;

beforeAll(async () => {
  const { mkdtempSync } = await import("node:fs");
  const { tmpdir } = await import("node:os");
  folder = mkdtempSync(join(tmpdir(), "claw-damage-"));
  const root = join(folder, "state");
  mkdirSync(root);
  writeFileSync(join(root, "random"), noise(1_300_000));
  writeFileSync(join(root, "text"), "line\n".repeat(50_000));
  sealed = await seal(root, { outFile: join(folder, "good.tar.zst.gpg") });
  good = readFileSync(sealed.archive);
  // One session key packet in the new format with a one-octet length, then the encrypted packet.
  encryptedFrom = 2 + good[1]!;
  expect(good[encryptedFrom]).toBe(0xc0 | 18);
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
});

/** Packet headers, partial lengths, version, prefix, integrity packet, and enough of everything between. */
function positions(): number[] {
  const chosen = new Set<number>();
  for (let at = 0; at < encryptedFrom + 60; at += 1) chosen.add(at);
  for (let at = encryptedFrom + 1; at < good.length; at += (1 << 20) + 1) {
    for (let near = Math.max(0, at - 3); near <= at + 6; near += 1) chosen.add(near);
  }
  for (let at = good.length - 40; at < good.length; at += 1) chosen.add(at);
  for (let at = 0; at < 60; at += 1) chosen.add(Math.floor((at * good.length) / 60));
  return [...chosen].filter((at) => at < good.length);
}

async function failureOf(work: Promise<unknown>): Promise<ClawError | undefined> {
  try {
    await bounded(work);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(ClawError);
    return error as ClawError;
  }
}

test("a flipped bit anywhere is found by the sidecar's hash: exit 5", async () => {
  const file = join(folder, "flip.tar.zst.gpg");
  copyFileSync(sealed.sidecar, sidecarPath(file));
  const all = positions();
  expect(all.length).toBeGreaterThanOrEqual(200);
  for (const at of all) {
    const bad = Buffer.from(good);
    bad[at] = bad[at]! ^ (1 << (at % 8));
    writeFileSync(file, bad);
    const failure = await failureOf(verifyArchive(diskHost(), file));
    expect(failure?.exit, `bit ${at % 8} of byte ${at}`).toBe("tampered");
  }
});

test("a flipped bit anywhere in the encrypted data is found without a sidecar, by the key alone", async () => {
  const file = join(folder, "bare.tar.zst.gpg");
  const all = positions();
  for (const at of all) {
    const bad = Buffer.from(good);
    bad[at] = bad[at]! ^ (1 << ((at * 7) % 8));
    writeFileSync(file, bad);
    let root: string | undefined;
    const failure = await failureOf(
      (async () => {
        root = (await verifyArchive(diskHost(), file, { unlock: sealed.unlock })).root;
      })(),
    );
    // Before the encrypted data stands the packet for the recipient: what still opens must be the right contents.
    if (at < encryptedFrom && failure === undefined) expect(root).toBe(sealed.root);
    else expect(failure?.exit, `byte ${at}`).toBeOneOf(["tampered", "wrongKey", "failed"]);
  }
});

test("every truncation is found, with and without a sidecar", async () => {
  const file = join(folder, "cut.tar.zst.gpg");
  const cuts = [
    0,
    1,
    encryptedFrom,
    encryptedFrom + 1,
    encryptedFrom + 7,
    1_100_000,
    good.length - 22,
    good.length - 1,
  ];
  for (const length of cuts) {
    writeFileSync(file, good.subarray(0, length));
    const bare = await failureOf(verifyArchive(diskHost(), file, { unlock: sealed.unlock }));
    expect(bare?.exit, `${length} bytes`).toBe("tampered");
    copyFileSync(sealed.sidecar, sidecarPath(file));
    const known = await failureOf(verifyArchive(diskHost(), file));
    expect(known, `${length} bytes`).toMatchObject({ exit: "tampered", code: "truncated" });
    rmSync(sidecarPath(file));
  }
});

test("bytes after the end are found, also when they are a whole second message", async () => {
  const file = join(folder, "long.tar.zst.gpg");
  for (const extra of [Buffer.of(0), good]) {
    writeFileSync(file, Buffer.concat([good, extra]));
    expect(await failureOf(verifyArchive(diskHost(), file))).toMatchObject({
      exit: "tampered",
      code: "trailing",
    });
    expect(await failureOf(readAll(file, sealed.unlock))).toMatchObject({
      exit: "tampered",
      code: "trailing",
    });
  }
});

test("a sidecar of another archive is found without and with the key", async () => {
  const root = join(folder, "other");
  mkdirSync(root);
  writeFileSync(join(root, "x"), "other");
  const other = await seal(root, { outFile: join(folder, "other.tar.zst.gpg") });
  const swapped = join(folder, "swapped.tar.zst.gpg");
  copyFileSync(other.archive, swapped);
  copyFileSync(sealed.sidecar, sidecarPath(swapped));
  const failure = await failureOf(verifyArchive(diskHost(), swapped));
  expect(failure).toMatchObject({ exit: "tampered" });
  expect(failure?.message).toContain("sidecar");
});

test.each([
  ["the root hash", (text: string) => text.replace(/"root": "../, '"root": "ee')],
  ["the kind", (text: string) => text.replace('"evidence"', '"backup"')],
  ["the number of entries", (text: string) => text.replace(/"entries": \d+/, '"entries": 9')],
])("a sidecar edited in %s is found with the key", async (_, edit) => {
  const file = join(folder, "edited.tar.zst.gpg");
  writeFileSync(file, good);
  writeFileSync(sidecarPath(file), edit(readFileSync(sealed.sidecar, "utf8")));
  const failure = await failureOf(verifyArchive(diskHost(), file, { unlock: sealed.unlock }));
  expect(failure).toMatchObject({ exit: "tampered", code: "sidecar" });
});

test.each(["", "{", "[]", '{"format":"claw-ir-seal-2"}', "\0".repeat(100)])(
  "a sidecar of %j is damage",
  async (text) => {
    const file = join(folder, "broken.tar.zst.gpg");
    writeFileSync(file, good);
    writeFileSync(sidecarPath(file), text);
    expect(await failureOf(verifyArchive(diskHost(), file))).toMatchObject({
      exit: "tampered",
      code: "sidecar",
    });
  },
);

test("an archive that was renamed together with its sidecar still verifies", async () => {
  const file = join(folder, "renamed.tar.zst.gpg");
  writeFileSync(file, good);
  copyFileSync(sealed.sidecar, sidecarPath(file));
  renameSync(file, join(folder, "moved.tar.zst.gpg"));
  renameSync(sidecarPath(file), sidecarPath(join(folder, "moved.tar.zst.gpg")));
  expect(await verifyArchive(diskHost(), join(folder, "moved.tar.zst.gpg"))).toMatchObject({
    verified: true,
    checked: "ciphertext",
  });
});

test("a wrong passphrase, a wrong key and a missing archive have exits of their own", async () => {
  const withPass = await seal(join(folder, "state"), {
    outFile: join(folder, "pass.tar.zst.gpg"),
    recipients: [],
    passphrase: pass,
  });
  const wrong = readAll(withPass.archive, { passphrase: new Secret("wrong FAKE") });
  expect(await failureOf(wrong)).toMatchObject({ exit: "wrongKey", code: "wrong-passphrase" });
  expect(await failureOf(readAll(withPass.archive, sealed.unlock))).toMatchObject({
    exit: "wrongKey",
    code: "wrong-key",
  });
  expect(await failureOf(readAll(sealed.archive, { passphrase: pass }))).toMatchObject({ exit: "wrongKey" });
  expect(await failureOf(verifyArchive(diskHost(), join(tempFolder(), "none.gpg")))).toMatchObject({
    exit: "notFound",
  });
});

test("a private key that is not there, or is none, is exit 12", async () => {
  const none = readAll(sealed.archive, { privateKey: join(folder, "none.asc") });
  expect(await failureOf(none)).toMatchObject({ exit: "wrongKey", code: "no-private-key" });
  const text = readAll(sealed.archive, { privateKey: join(folder, "state", "text") });
  expect(await failureOf(text)).toMatchObject({ exit: "wrongKey", code: "no-private-key" });
});

test("a disk that cannot be read is told as such, not as tampering", async () => {
  const fs = {
    open: (path: string) => ({
      ...real.open(path),
      read: () => {
        throw Object.assign(new Error("EIO"), { code: "EIO" });
      },
    }),
  };
  const reading = readAll(sealed.archive, sealed.unlock, diskHost({ fs }));
  expect(await failureOf(reading)).toMatchObject({ exit: "failed", code: "archive-unreadable" });
  const verifying = verifyArchive(diskHost({ fs }), sealed.archive);
  expect((await failureOf(verifying))?.exit).toBe("failed");
});

test("files that are no archive at all are refused", async () => {
  const file = join(folder, "no-archive");
  const armour = "-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----\n";
  for (const bytes of [Buffer.alloc(0), Buffer.from("hello"), noise(5000), Buffer.alloc(5000, 0xff)]) {
    writeFileSync(file, bytes);
    expect((await failureOf(verifyArchive(diskHost(), file)))?.exit).toBe("tampered");
  }
  writeFileSync(file, armour);
  expect(await failureOf(verifyArchive(diskHost(), file))).toMatchObject({ code: "unsupported-archive" });
});

test("more plain bytes than allowed end the reading", async () => {
  const reading = verifyArchive(diskHost(), sealed.archive, {
    unlock: sealed.unlock,
    maxPlainBytes: 100_000,
  });
  expect(await failureOf(reading)).toMatchObject({ code: "too-large", exit: "tampered" });
});

test("Ctrl-C ends a verification", async () => {
  const controller = new AbortController();
  controller.abort();
  const host = diskHost({ signal: controller.signal });
  expect(await failureOf(verifyArchive(host, sealed.archive))).toMatchObject({ exit: "cancelled" });
});
