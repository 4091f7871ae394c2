/** Archives without encryption, for whoever insists: they are what they say, and nobody takes them for sealed ones. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { archiveLocks, sidecarPath, verifyArchive } from "../../src/archive/index.ts";
import { diskHost } from "./disk-host.ts";
import { bounded, pass, readAll, seal, type Sealed, tempFolder } from "./sealing.ts";

const open = { unlock: { plaintext: true } } as const;

async function plain(compression: "zstd" | "gzip" = "zstd", content = "hello"): Promise<Sealed> {
  const folder = tempFolder();
  mkdirSync(join(folder, "state"));
  writeFileSync(join(folder, "state", "file"), content);
  const outFile = join(folder, compression === "zstd" ? "x.tar.zst" : "x.tar.gz");
  return seal(join(folder, "state"), { outFile, compression, recipients: [], plaintext: true });
}

test.each(["zstd", "gzip"] as const)("%s: tar alone opens it, and it verifies", async (compression) => {
  const { archive, sidecar, passphrase } = await plain(compression);
  expect({ sidecar, passphrase }).toEqual({ sidecar: sidecarPath(archive), passphrase: false });
  expect(sidecarPath(archive).endsWith("/x.seal.json")).toBe(true);
  const flag = compression === "zstd" ? "--zstd" : "-z";
  const content = execFileSync("tar", ["-xO", flag, "-f", archive, "home/claw/state/file"]);
  expect(content.toString()).toBe("hello");
  expect(await archiveLocks(diskHost(), archive)).toEqual({ keyIds: [], passphrases: 0, plaintext: true });
  expect(await verifyArchive(diskHost(), archive)).toMatchObject({ checked: "ciphertext", recipients: [] });
  expect(await verifyArchive(diskHost(), archive, open)).toMatchObject({ checked: "contents", files: 1 });
});

test("a plaintext archive is never taken for one that was sealed to a passphrase or key", async () => {
  const { archive } = await plain();
  for (const unlock of [{ passphrase: pass }, { privateKey: "/nonexistent" }]) {
    await expect(verifyArchive(diskHost(), archive, { unlock })).rejects.toMatchObject({
      exit: "tampered",
      code: "not-encrypted",
    });
  }
});

test("a sealed archive does not open as plaintext", async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, "file"), "x");
  const sealed = await seal(join(folder, "file"));
  await expect(readAll(sealed.archive, { plaintext: true })).rejects.toMatchObject({
    exit: "wrongKey",
    code: "wrong-key",
  });
});

test("plaintext and a lock at once are refused", async () => {
  const sealing = seal(tempFolder(), { plaintext: true });
  await expect(sealing).rejects.toMatchObject({ exit: "usage", code: "plaintext-clash" });
});

test.each(["zstd", "gzip"] as const)(
  "%s: a flipped bit anywhere and every truncation are found, with and without the sidecar",
  async (compression) => {
    const { archive, root } = await plain(compression, "some text ".repeat(300));
    const good = readFileSync(archive);
    const bad = join(tempFolder(), "bad.tar.zst");
    const failure = async (bytes: Uint8Array): Promise<unknown> => {
      writeFileSync(bad, bytes);
      return bounded(verifyArchive(diskHost(), bad, open)).catch((error: unknown) => error);
    };
    for (let at = 0; at < good.length; at += 1) {
      const changed = Buffer.from(good);
      changed[at] = changed[at]! ^ (1 << (at % 8));
      const found = await failure(changed);
      // A gzip header has bytes that mean nothing: what still opens must be the right contents.
      if (!(found instanceof Error)) expect(found).toMatchObject({ root });
      else expect(found, `byte ${at}`).toMatchObject({ exit: "tampered" });
    }
    for (let length = 0; length < good.length; length += 7) {
      expect(await failure(good.subarray(0, length)), `${length} bytes`).toMatchObject({ exit: "tampered" });
    }
    copyFileSync(sidecarPath(archive), sidecarPath(bad));
    const flipped = Buffer.from(good);
    flipped[4] = flipped[4]! ^ 1;
    expect(await failure(flipped)).toMatchObject({ exit: "tampered", code: "altered" });
  },
);
