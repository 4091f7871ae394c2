/** The proof that a private key opens what is sealed here, and the sheet that goes into the safe. */
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { realRun } from "../../src/host/real/run.ts";
import { toolPathOf } from "../../src/host/real/programs.ts";
import { Secret } from "../../src/model/secret.ts";
import {
  generateRecipient,
  keySheet,
  keysFolder,
  proveKey,
  readTested,
  recordTested,
} from "../../src/preserve/index.ts";
import { type DiskHost, diskHost, type DiskHostOptions } from "../archive/disk-host.ts";
import { noGpg } from "../archive/gpg.ts";
import { pass, tempFolder, testKey } from "../archive/sealing.ts";

/** A host with a folder for temporary files of its own: what is left in it can be seen. */
function hostWithTmp(options: DiskHostOptions = {}): {
  readonly host: DiskHost;
  readonly left: () => string[];
} {
  const tmp = realpathSync(mkdtempSync(join(tmpdir(), "t-")));
  onTestFinished(() => rmSync(tmp, { recursive: true, force: true }));
  const host = diskHost(options);
  return { host: { ...host, facts: { ...host.facts, tmp } }, left: () => readdirSync(tmp) };
}

test("the private key of a recipient is proven, another one is not, and nothing stays behind", async () => {
  const { host, left } = hostWithTmp();
  const { recipient, privateKey } = await testKey();
  const other = await generateRecipient(diskHost(), tempFolder(), {
    name: "Other FAKE",
    privateOut: join(tempFolder(), "other.asc"),
    allowUnprotected: true,
  });
  expect(await proveKey(host, recipient, { privateKey }, { gpg: false })).toEqual({
    fingerprint: recipient.fingerprint,
    userId: "Test FAKE",
    proven: true,
  });
  const proof = await proveKey(host, recipient, { privateKey: other.privateFile }, { gpg: false });
  expect(proof.proven).toBe(false);
  expect(proof.reason).toBe("this private key does not open what is sealed to it");
  expect(left()).toEqual([]);
});

test("a wrong passphrase and a file without a key end with 12, a full disk with 1; nothing stays behind", async () => {
  const { host, left } = hostWithTmp();
  const made = await generateRecipient(diskHost(), tempFolder(), {
    name: "Locked FAKE",
    passphrase: pass,
    privateOut: join(tempFolder(), "private.asc"),
  });
  const { recipient, privateFile: privateKey } = made;
  const wrong = { privateKey, passphrase: new Secret("wrong FAKE") };
  await expect(proveKey(host, recipient, wrong, { gpg: false })).rejects.toMatchObject({
    code: "wrong-passphrase",
    exit: "wrongKey",
  });
  const noKey = join(tempFolder(), "empty");
  writeFileSync(noKey, "hello");
  await expect(proveKey(host, recipient, { privateKey: noKey }, { gpg: false })).rejects.toMatchObject({
    code: "no-private-key",
    exit: "wrongKey",
  });
  const full = hostWithTmp({
    fs: {
      rename: async () => {
        throw Object.assign(new Error("full"), { code: "ENOSPC" });
      },
    },
  });
  const unlock = { privateKey, passphrase: pass };
  await expect(proveKey(full.host, recipient, unlock, { gpg: false })).rejects.toMatchObject({
    code: "cannot-write-archive",
  });
  expect([...left(), ...full.left()]).toEqual([]);
});

test("without gpg the proof by claw-ir stands, and says that gpg is not there", async () => {
  const { host, left } = hostWithTmp();
  const { recipient, privateKey } = await testKey();
  expect(await proveKey(host, recipient, { privateKey }, { gpg: true })).toMatchObject({
    proven: true,
    withGpg: false,
    reason: "gpg is not installed",
  });
  expect(left()).toEqual([]);
});

describe.skipIf(noGpg !== undefined)("with the real gpg and tar", () => {
  test("a protected private key opens the archive there, too; its home is gone afterwards", async () => {
    const run = realRun({
      env: {},
      toolPath: toolPathOf({}, undefined),
      signal: new AbortController().signal,
    });
    const { host, left } = hostWithTmp({ run });
    const { recipient, privateFile: privateKey } = await generateRecipient(diskHost(), tempFolder(), {
      name: "Locked FAKE",
      passphrase: pass,
      privateOut: join(tempFolder(), "private.asc"),
    });
    const proof = await proveKey(host, recipient, { privateKey, passphrase: pass }, { gpg: true });
    expect(proof).toMatchObject({ proven: true, withGpg: true });
    expect(left()).toEqual([]);
  });
});

describe("what was proven", () => {
  const [a, b] = ["A".repeat(40), "B".repeat(40)];

  test("is kept by fingerprint, the newest proof of each", async () => {
    const dataDir = tempFolder();
    expect(await readTested(diskHost(), dataDir)).toEqual([]);
    const first = { fingerprint: a, provenAt: "2026-01-01T00:00:00.000Z", withGpg: false };
    await recordTested(diskHost(), dataDir, [first, { ...first, fingerprint: b }]);
    const second = { fingerprint: a, provenAt: "2026-06-01T00:00:00.000Z", withGpg: true };
    await recordTested(diskHost(), dataDir, [second]);
    expect(await readTested(diskHost(), dataDir)).toEqual([second, { ...first, fingerprint: b }]);
  });

  test.each(["", "{", "[]", '{"keys":[1]}', `{"keys":{"${a}":{"provenAt":"tomorrow"},"x":{}}}`])(
    "%j proves nothing",
    async (text) => {
      const dataDir = tempFolder();
      await recordTested(diskHost(), dataDir, []);
      writeFileSync(join(keysFolder(dataDir), "tested.json"), text);
      expect(await readTested(diskHost(), dataDir)).toEqual([]);
    },
  );
});

describe("the sheet", () => {
  const facts = {
    fingerprint: "0123456789ABCDEF0123456789ABCDEF01234567",
    algorithm: "ed25519",
    createdAt: "2026-11-25T16:38:02.000Z",
    host: "gateway-1",
    tool: "claw-ir 0.1.0",
  };

  test.each([
    [
      "recipient",
      "claw-ir (gateway-1)",
      "/media/stick/private.asc",
      { expiresAt: "2028-11-24T04:38:02.000Z" },
    ],
    ["signing", "claw-ir seals of gateway-1", "/home/claw/.claw-ir/keys/signing/0123.key", {}],
  ] as const)("of a %s key is as it was", async (role, userId, privateFile, more) => {
    const sheet = keySheet({ role, userId, privateFile, ...facts, ...more });
    await expect(sheet).toMatchFileSnapshot(`../golden/key-sheet-${role}.txt`);
  });

  test("fits 70 columns of printable characters, whatever the names are", () => {
    const hostile = `\u001b[31m\u202e${"long ".repeat(60)}${"x".repeat(300)}\n日本`;
    for (const role of ["recipient", "signing"] as const) {
      const sheet = keySheet({ role, ...facts, userId: hostile, privateFile: `/${hostile}`, host: hostile });
      expect(sheet.split("\n").filter((line) => Array.from(line).length > 70)).toEqual([]);
      expect(sheet).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });
});
