/** Each way to put an archive and its description at odds is told as what it is. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sidecarPath, verifyArchive } from "../../src/archive/index.ts";
import { ByteReader } from "../../src/archive/bytes.ts";
import { readEnvelope } from "../../src/archive/openpgp/message-reader.ts";
import { openSession, sessionPackets } from "../../src/archive/openpgp/session.ts";
import { Secret } from "../../src/model/secret.ts";
import { recipientsOf } from "../../src/preserve/keys/keys.ts";
import { openpgp } from "../../src/archive/openpgp/openpgp.ts";
import { diskHost } from "./disk-host.ts";
import { bounded, pass, readAll, seal, type Sealed, tempFolder } from "./sealing.ts";

async function small(content = "hello"): Promise<Sealed> {
  const folder = tempFolder();
  mkdirSync(join(folder, "state"));
  writeFileSync(join(folder, "state", "file"), content);
  return seal(join(folder, "state"), { outFile: join(folder, "x.tar.zst.gpg") });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** The same encrypted data behind session key packets for somebody else, made by a holder of the key. */
async function rewrap(sealed: Sealed): Promise<{ readonly file: string; readonly privateKey: string }> {
  const good = readFileSync(sealed.archive);
  const envelope = await readEnvelope(new ByteReader(once(good)));
  const [session] = await openSession(diskHost(), envelope, sealed.unlock);
  const { generateKey } = await openpgp();
  const key = await generateKey({
    type: "ecc",
    curve: "curve25519Legacy",
    userIDs: [{ name: "Mallory FAKE" }],
    format: "armored",
  });
  const [recipient] = await recipientsOf(diskHost(), Buffer.from(key.publicKey), "test");
  if (session === undefined || recipient === undefined) throw new Error("no session key");
  const packets = await sessionPackets(diskHost(), session.key, [recipient.key], undefined);
  const folder = tempFolder();
  const file = join(folder, "x.tar.zst.gpg");
  writeFileSync(file, Buffer.concat([packets, good.subarray(2 + (good[1] ?? 0))]));
  copyFileSync(sealed.sidecar, sidecarPath(file));
  const privateKey = join(folder, "mallory.asc");
  writeFileSync(privateKey, key.privateKey);
  return { file, privateKey };
}

test("other session key packets before the same data: told as re-wrapped, with and without a key", async () => {
  const sealed = await small();
  const { file, privateKey } = await rewrap(sealed);
  // It does open for the other key: only the sidecar tells.
  expect((await readAll(file, { privateKey })).files).toBe(1);
  for (const unlock of [undefined, { privateKey }, sealed.unlock]) {
    const options = unlock === undefined ? {} : { unlock };
    await expect(verifyArchive(diskHost(), file, options)).rejects.toMatchObject({
      exit: "tampered",
      code: "rewrapped",
    });
  }
  await expect(readAll(file, sealed.unlock)).rejects.toMatchObject({ exit: "wrongKey", code: "wrong-key" });
});

test("each fault has a code and a message of its own", async () => {
  const [sealed, other] = [await small(), await small("something else, and longer ".repeat(50))];
  const good = readFileSync(sealed.archive);
  const folder = tempFolder();
  const file = join(folder, "x.tar.zst.gpg");
  const flipped = Buffer.from(good);
  flipped[good.length - 60] = flipped[good.length - 60]! ^ 1;
  const told = async (bytes: Uint8Array, sidecar: string, unlock = sealed.unlock): Promise<unknown> => {
    writeFileSync(file, bytes);
    copyFileSync(sidecar, sidecarPath(file));
    return bounded(verifyArchive(diskHost(), file, { unlock })).then(
      () => undefined,
      (error: unknown) => error,
    );
  };
  const { file: wrapped } = await rewrap(sealed);
  const faults = [
    await told(good.subarray(0, good.length - 30), sealed.sidecar),
    await told(flipped, sealed.sidecar),
    await told(readFileSync(wrapped), sealed.sidecar),
    await told(good, other.sidecar),
    await told(good, sealed.sidecar, { privateKey: join(wrapped, "..", "mallory.asc") }),
  ] as readonly { readonly code: string; readonly exit: string; readonly message: string }[];
  expect(faults.map(({ code, exit }) => `${code}: ${exit}`)).toEqual([
    "truncated: tampered",
    "altered: tampered",
    "rewrapped: tampered",
    "swapped-sidecar: tampered",
    "wrong-key: wrongKey",
  ]);
  expect(new Set(faults.map(({ message }) => message)).size).toBe(faults.length);
});

test("a sidecar of an archive of the same size is told as swapped where a key shows that the archive is whole", async () => {
  const [sealed, other] = [await small("hello"), await small("world")];
  const sidecar = JSON.parse(readFileSync(other.sidecar, "utf8")) as object;
  writeFileSync(sealed.sidecar, JSON.stringify({ ...sidecar, bytes: sealed.bytes }));
  const verified = verifyArchive(diskHost(), sealed.archive, { unlock: sealed.unlock });
  await expect(verified).rejects.toMatchObject({ exit: "tampered", code: "swapped-sidecar" });
});

test.each(["createdAt", "host", "kind"] as const)(
  "a sidecar with another %s is told as edited",
  async (name) => {
    const sealed = await small();
    const sidecar = JSON.parse(readFileSync(sealed.sidecar, "utf8")) as Record<string, unknown>;
    const edited = { createdAt: "2020-01-01T00:00:00.000Z", host: "elsewhere", kind: "backup" };
    expect(sidecar[name]).not.toBe(edited[name]);
    writeFileSync(sealed.sidecar, JSON.stringify({ ...sidecar, [name]: edited[name] }));
    const verified = verifyArchive(diskHost(), sealed.archive, { unlock: sealed.unlock });
    await expect(verified).rejects.toMatchObject({ exit: "tampered", code: "sidecar" });
  },
);

test("the largest S2K count of the format is waited for, and no larger one can be asked for", async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, "file"), "x");
  const sealed = await seal(join(folder, "file"), { recipients: [], passphrase: pass });
  const bytes = readFileSync(sealed.archive);
  // Version 4, AES-256, iterated and salted, SHA-256, eight bytes of salt, then the coded count: its largest value.
  expect([...bytes.subarray(2, 6), bytes[14]]).toEqual([4, 9, 3, 8, 255]);
  const file = join(folder, "many.gpg");
  // 128 packets are tried, of which each costs a hash of 65 MB. Where there are more, the passphrase is not even tried: that
  // it is wrong would be another error.
  const packet = bytes.subarray(0, 2 + (bytes[1] ?? 0));
  writeFileSync(
    file,
    Buffer.concat([...Array.from({ length: 200 }, () => packet), bytes.subarray(packet.length)]),
  );
  const wrong = { passphrase: new Secret("wrong FAKE") };
  await expect(bounded(readAll(file, wrong))).rejects.toMatchObject({ exit: "tampered", code: "structure" });
});
