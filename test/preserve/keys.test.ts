import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateKey, type Config, type PrivateKey, readPrivateKey, revokeKey } from "openpgp";
import { describe, expect, test } from "vitest";
import { realRun } from "../../src/host/real/run.ts";
import { toolPathOf } from "../../src/host/real/programs.ts";
import {
  chooseRecipients,
  configuredRecipients,
  describeRecipient,
  generateRecipient,
  keysFolder,
  loadRecipients,
} from "../../src/preserve/index.ts";
import { diskHost } from "../archive/disk-host.ts";
import { gpgHome, noGpg } from "../archive/gpg.ts";
import { pass, tempFolder } from "../archive/sealing.ts";

interface Made {
  readonly publicKey: string;
  readonly privateKey: string;
}

async function key(
  options: Partial<Parameters<typeof generateKey>[0]> = {},
  config: Partial<Config> = {},
): Promise<Made> {
  return generateKey({
    type: "ecc",
    curve: "curve25519Legacy",
    userIDs: { name: "Test FAKE" },
    ...options,
    config,
    format: "armored",
  });
}

function fileOf(text: string, name = "key.asc"): string {
  const file = join(tempFolder(), name);
  writeFileSync(file, text);
  return file;
}

async function refusal(text: string, now?: Date): Promise<{ message: string; hint?: string; code?: string }> {
  const host = diskHost(now === undefined ? {} : { now });
  return loadRecipients(host, "/nonexistent", [fileOf(text)]).then(
    () => ({ message: "was not refused" }),
    (error: unknown) => error as { message: string; hint?: string; code?: string },
  );
}

test("a good key is a recipient with its facts", async () => {
  const { publicKey } = await key();
  const [recipient] = await loadRecipients(diskHost(), "/nonexistent", [fileOf(publicKey)]);
  expect(recipient).toMatchObject({ algorithm: "ed25519", userId: "Test FAKE" });
  expect(recipient?.fingerprint).toMatch(/^[0-9A-F]{40}$/);
  expect(describeRecipient(recipient!)).toBe(`ed25519 ${recipient!.fingerprint} Test FAKE`);
});

test("an expired key is refused with its day", async () => {
  const { publicKey } = await key({ keyExpirationTime: 3600, date: new Date("2026-01-01T00:00:00Z") });
  const { message } = await refusal(publicKey, new Date("2026-06-01T00:00:00Z"));
  expect(message).toContain("it expired on 2026-01-01");
  expect((await refusal(publicKey, new Date("2026-01-01T00:30:00Z"))).message).toBe("was not refused");
});

test("a revoked key is refused", async () => {
  const { privateKey } = await key();
  const { publicKey } = await revokeKey({
    key: await readPrivateKey({ armoredKey: privateKey }),
    format: "armored",
  });
  expect((await refusal(publicKey)).message).toContain("it is revoked");
});

test("a key that can only sign is refused", async () => {
  const { privateKey } = await key();
  const signOnly: PrivateKey = await readPrivateKey({ armoredKey: privateKey });
  signOnly.subkeys = [];
  expect((await refusal(signOnly.toPublic().armor())).message).toContain("it can only sign");
});

test("an expired encryption subkey is named", async () => {
  const { publicKey } = await key({
    date: new Date("2026-01-01T00:00:00Z"),
    subkeys: [{ keyExpirationTime: 3600 }],
  });
  const { message } = await refusal(publicKey, new Date("2026-06-01T00:00:00Z"));
  expect(message).toMatch(/its encryption subkey [0-9A-F]{16} expired on 2026-01-01/);
});

test("a private key is refused, with the way to the public part and without a word of it", async () => {
  const { privateKey } = await key();
  const refused = await refusal(privateKey);
  expect(refused).toMatchObject({ code: "private-key" });
  expect(refused.hint).toMatch(/gpg --export --armor [0-9A-F]{40}/);
});

test("keys that gpg 2.2 cannot use are refused", async () => {
  const modern = await key({ type: "curve25519" });
  expect((await refusal(modern.publicKey)).message).toContain("gpg 2.2");
  const v6 = await key({ type: "curve25519" }, { v6Keys: true });
  expect((await refusal(v6.publicKey)).message).toContain("version 6");
});

test("a key from the future points at the clock", async () => {
  const { publicKey } = await key();
  expect((await refusal(publicKey, new Date("2020-01-01T00:00:00Z"))).message).toContain(
    "made in the future",
  );
});

test.each([
  "",
  "hello",
  "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nnonsense\n-----END PGP PUBLIC KEY BLOCK-----\n",
  "\0\0\0",
])("%j is no key", async (text) => {
  expect(await refusal(text)).toMatchObject({ code: "bad-recipient" });
});

test("a short key id is refused: it can be forged", async () => {
  const loading = loadRecipients(diskHost(), "/nonexistent", ["DEADBEEF"]);
  await expect(loading).rejects.toMatchObject({ hint: expect.stringContaining("40 hex digits") as string });
});

test("one bad recipient among good ones stops the seal", async () => {
  const good = await key();
  const files = [fileOf(good.publicKey), fileOf("hello", "bad.asc")];
  await expect(loadRecipients(diskHost(), "/nonexistent", files)).rejects.toMatchObject({ exit: "failed" });
});

test("fingerprints are looked up in the key folder, as people write them, and the same key twice is one", async () => {
  const dataDir = tempFolder();
  const made = await generateRecipient(diskHost(), dataDir, {
    name: "Team FAKE",
    passphrase: pass,
    privateOut: join(tempFolder(), "private.asc"),
  });
  const { fingerprint } = made.recipient;
  const spaced = `0x${fingerprint.toLowerCase().replace(/(.{4})/g, "$1 ")}`;
  const found = await loadRecipients(diskHost(), dataDir, [fingerprint, spaced, made.publicFile]);
  expect(found.map((recipient) => recipient.fingerprint)).toEqual([fingerprint]);
  await expect(loadRecipients(diskHost(), dataDir, ["A".repeat(40)])).rejects.toMatchObject({
    code: "no-such-key",
  });
});

test("a generated key is protected, private, and never over another file", async () => {
  const dataDir = tempFolder();
  const privateOut = join(tempFolder(), "private.asc");
  await expect(generateRecipient(diskHost(), dataDir, { name: "x", privateOut })).rejects.toMatchObject({
    code: "no-passphrase",
    exit: "usage",
  });
  const made = await generateRecipient(diskHost(), dataDir, {
    name: "Team FAKE",
    passphrase: pass,
    privateOut,
  });
  const secret = await readPrivateKey({ armoredKey: readFileSync(privateOut, "utf8") });
  expect(secret.isDecrypted()).toBe(false);
  for (const file of [made.privateFile, made.revocationFile, made.publicFile]) {
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
  expect(statSync(keysFolder(dataDir)).mode & 0o777).toBe(0o700);
  expect(readFileSync(made.publicFile, "utf8")).not.toContain("PRIVATE");
  const again = generateRecipient(diskHost(), dataDir, { name: "x", passphrase: pass, privateOut });
  await expect(again).rejects.toMatchObject({ code: "file-exists" });
});

test("configured recipients: the usable ones, and every other with its reason", async () => {
  const dataDir = tempFolder();
  expect(await configuredRecipients(diskHost(), dataDir)).toEqual({ usable: [], refused: [] });
  mkdirSync(keysFolder(dataDir));
  const [good, secret] = [await key(), await key()];
  writeFileSync(join(keysFolder(dataDir), "good.asc"), good.publicKey);
  writeFileSync(join(keysFolder(dataDir), "secret.asc"), secret.privateKey);
  writeFileSync(join(keysFolder(dataDir), "notes.txt"), "no key");
  const { usable, refused } = await configuredRecipients(diskHost(), dataDir);
  expect(usable.length).toBe(1);
  expect(refused.length).toBe(1);
  expect(refused[0]?.reason).toContain("private part");
  const choice = chooseRecipients([], { usable, refused });
  expect(choice.kind).toBe("recipients");
  expect(choice.say.join("\n")).toContain("private part");
  expect(chooseRecipients([], { usable: [], refused: [] })).toMatchObject({
    kind: "ask",
    default: "passphrase",
  });
  expect(chooseRecipients(usable, { usable: [], refused: [] }).kind).toBe("recipients");
});

describe.skipIf(noGpg !== undefined)("with gpg's keyring", () => {
  test("a fingerprint that is not in the key folder is exported from there", async () => {
    const gpg = gpgHome();
    try {
      gpg.run(["--quick-generate-key", "Ring FAKE <ring@example.org>", "future-default", "default", "never"]);
      const listed = gpg.run(["--with-colons", "--list-keys"]).toString();
      const fingerprint = /^fpr:+([0-9A-F]{40})/m.exec(listed)?.[1] ?? "";
      const run = realRun({
        env: gpg.env,
        toolPath: toolPathOf({}, undefined),
        signal: new AbortController().signal,
      });
      const host = diskHost({ run });
      const withHome = { ...host, facts: { ...host.facts, env: { GNUPGHOME: gpg.home } } };
      const [recipient] = await loadRecipients(withHome, tempFolder(), [fingerprint]);
      expect(recipient).toMatchObject({ fingerprint, source: "gpg keyring" });
      await expect(loadRecipients(withHome, tempFolder(), ["B".repeat(40)])).rejects.toMatchObject({
        code: "no-such-key",
      });
    } finally {
      gpg.close();
    }
  });
});
