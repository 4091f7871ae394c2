/** Keys of other people: what is taken, what is refused and why, and what a newer copy of a known key changes. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateKey, type PrivateKey, readKey, readPrivateKey, reformatKey } from "openpgp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realRun } from "../../src/host/real/run.ts";
import { toolPathOf } from "../../src/host/real/programs.ts";
import {
  configuredRecipients,
  generateRecipient,
  type ImportCandidate,
  keysFolder,
  type KeyRole,
  listKeys,
  loadRecipients,
  proposeImport,
  signingFolder,
  storeImport,
  trustedSigners,
} from "../../src/preserve/index.ts";
import { noise } from "../support/noise.ts";
import { diskHost } from "../archive/disk-host.ts";
import { type Gpg, gpgHome, noGpg } from "../archive/gpg.ts";
import { pass, tempFolder } from "../archive/sealing.ts";

function fileOf(content: string | Uint8Array): string {
  const file = join(tempFolder(), "key.asc");
  writeFileSync(file, content);
  return file;
}

async function propose(
  content: string | Uint8Array,
  dataDir = "/nonexistent",
  { now, role = "recipient" }: { readonly now?: Date; readonly role?: KeyRole } = {},
): Promise<readonly ImportCandidate[]> {
  return proposeImport(diskHost(now === undefined ? {} : { now }), dataDir, fileOf(content), role);
}

async function take(content: string | Uint8Array, dataDir: string): Promise<ImportCandidate["state"]> {
  const [candidate] = await propose(content, dataDir);
  if (candidate === undefined) throw new Error("no candidate");
  await storeImport(diskHost(), dataDir, candidate);
  return candidate.state;
}

type MakeOptions = Partial<Parameters<typeof generateKey>[0]>;

async function made(
  options: MakeOptions = {},
): Promise<{ readonly publicKey: string; readonly privateKey: PrivateKey }> {
  const { privateKey } = await generateKey({
    type: "ecc",
    curve: "curve25519Legacy",
    userIDs: { name: "Owner FAKE" },
    ...options,
    format: "object",
  });
  return { publicKey: privateKey.toPublic().armor(), privateKey };
}

describe("a key file", () => {
  test("several keys in one file, armoured one after the other or binary together, are all found", async () => {
    const [one, other] = [await made(), await made()];
    const binary = Buffer.concat(
      await Promise.all(
        [one, other].map(async ({ publicKey }) => (await readKey({ armoredKey: publicKey })).write()),
      ),
    );
    const wanted = [one, other].map(({ privateKey }) => privateKey.getFingerprint().toUpperCase());
    for (const content of [`${one.publicKey}\n${other.publicKey}`, binary]) {
      const found = await propose(content);
      expect(found.map(({ record }) => record.fingerprint)).toEqual(wanted);
      expect(found.map(({ state }) => state)).toEqual(["new", "new"]);
    }
  });

  test("a private key behind a public one is refused as well", async () => {
    const [one, other] = [await made(), await made()];
    const both = `${one.publicKey}\n${other.privateKey.armor()}`;
    await expect(propose(both)).rejects.toMatchObject({
      code: "private-key",
      hint: expect.stringContaining("gpg --export --armor") as string,
    });
  });

  test("the good ones of several are proposed, the others keep their reason", async () => {
    const now = new Date("2026-06-01T00:00:00Z");
    const date = new Date("2026-01-01T00:00:00Z");
    const [good, expired] = [await made({ date }), await made({ date, keyExpirationTime: 3600 })];
    const found = await propose(`${good.publicKey}\n${expired.publicKey}`, "/nonexistent", { now });
    expect(found.map(({ state }) => state)).toEqual(["new", "refused"]);
    expect(found[1]?.record.reason).toBe("it expired on 2026-01-01");
  });

  test.each<[string, Uint8Array | string]>([
    ["random bytes", noise(5000)],
    ["nothing", ""],
    ["ten megabytes", Buffer.alloc(10 * 1024 * 1024, "x")],
    ["ten megabytes of armour", `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${"A".repeat(10 * 1024 * 1024)}`],
    ["a text", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n%%%\n-----END PGP PUBLIC KEY BLOCK-----\n"],
  ])("%s is no key", async (_, content) => {
    await expect(propose(content)).rejects.toMatchObject({ code: "bad-recipient", exit: "failed" });
  });

  test("a thousand user ids are one key", async () => {
    const userIDs = Array.from({ length: 1000 }, (_, index) => ({ name: `FAKE ${index}` }));
    const { publicKey } = await made({ userIDs });
    const [candidate] = await propose(publicKey);
    expect(candidate).toMatchObject({ state: "new", record: { usable: true, userId: "FAKE 0" } });
    expect(candidate?.userIds.length).toBe(1000);
  });

  test("keys that gpg 2.2 cannot use are refused with that reason", async () => {
    const modern = await made({ type: "curve25519" });
    const v6 = await made({ type: "curve25519", config: { v6Keys: true } });
    const found = [...(await propose(modern.publicKey)), ...(await propose(v6.publicKey))];
    expect(found.map(({ state, record }) => [state, record.reason])).toEqual([
      ["refused", "its encryption part is of a kind that gpg 2.2 cannot use"],
      ["refused", "it is a version 6 key, which gpg 2.2 cannot read"],
    ]);
  });
});

describe("a key that is there already", () => {
  const date = new Date("2026-01-01T00:00:00Z");
  const later = new Date("2026-03-01T00:00:00Z");

  test("is the same again", async () => {
    const dataDir = tempFolder();
    const { publicKey } = await made();
    expect(await take(publicKey, dataDir)).toBe("new");
    expect((await propose(publicKey, dataDir))[0]?.state).toBe("same");
    expect(readdirSync(keysFolder(dataDir)).length).toBe(1);
  });

  test("and was extended since: the newer self-signature wins, whichever comes first", async () => {
    const { privateKey, publicKey } = await made({ date, keyExpirationTime: 3600 });
    const { publicKey: extended } = await reformatKey({
      privateKey,
      userIDs: { name: "Owner FAKE" },
      date: new Date("2026-01-01T00:30:00Z"),
      keyExpirationTime: 10 * 366 * 86_400,
      format: "armored",
    });
    const during = diskHost({ now: new Date("2026-01-01T00:45:00Z") });
    const dataDir = tempFolder();
    const [first] = await proposeImport(during, dataDir, fileOf(publicKey), "recipient");
    await storeImport(during, dataDir, first!);
    const [renewed] = await propose(extended, dataDir, { now: later });
    expect(renewed).toMatchObject({ state: "renewed", record: { usable: true } });
    expect(renewed?.record.expiresAt?.slice(0, 4)).toBe("2036");
    await storeImport(diskHost(), dataDir, renewed!);
    // The old copy, expired by itself, adds nothing and breaks nothing.
    const [old] = await propose(publicKey, dataDir, { now: later });
    expect(old).toMatchObject({ state: "same", record: { usable: true } });
    expect((await configuredRecipients(diskHost({ now: later }), dataDir)).usable.length).toBe(1);
  });

  test("is revoked by the certificate that was made with it, and never sealed to again", async () => {
    const dataDir = tempFolder();
    const key = await generateRecipient(diskHost(), dataDir, {
      name: "Lost FAKE",
      passphrase: pass,
      privateOut: join(tempFolder(), "private.asc"),
    });
    const other = await generateRecipient(diskHost(), dataDir, {
      name: "Kept FAKE",
      passphrase: pass,
      privateOut: join(tempFolder(), "private.asc"),
    });
    const { fingerprint } = key.recipient;
    expect(await take(readFileSync(key.revocationFile), dataDir)).toBe("revoked");
    const { usable, refused } = await configuredRecipients(diskHost(), dataDir);
    expect(usable.map((one) => one.fingerprint)).toEqual([other.recipient.fingerprint]);
    expect(refused[0]?.reason).toContain("it is revoked");
    await expect(loadRecipients(diskHost(), dataDir, [fingerprint])).rejects.toThrow("it is revoked");
    // A copy from before the revocation does not bring it back.
    const before = (await readPrivateKey({ armoredKey: readFileSync(key.privateFile, "utf8") })).toPublic();
    expect((await propose(before.armor(), dataDir))[0]?.state).toBe("same");
  });

  test("a revocation of a key that is not here is no key", async () => {
    const away = await generateRecipient(diskHost(), tempFolder(), {
      name: "Elsewhere FAKE",
      passphrase: pass,
      privateOut: join(tempFolder(), "private.asc"),
    });
    const certificate = readFileSync(away.revocationFile);
    await expect(propose(certificate, tempFolder())).rejects.toMatchObject({ code: "bad-recipient" });
  });
});

describe("signers", () => {
  test("a sign-only key is refused as recipient and taken as signer, which makes nobody a recipient", async () => {
    const { publicKey, privateKey } = await made({ subkeys: [] });
    expect((await propose(publicKey))[0]).toMatchObject({
      state: "refused",
      record: { reason: expect.stringContaining("it can only sign") as string },
    });
    const dataDir = tempFolder();
    const [candidate] = await propose(publicKey, dataDir, { role: "signing" });
    expect(candidate?.state).toBe("new");
    await storeImport(diskHost(), dataDir, candidate!);
    expect(readdirSync(signingFolder(dataDir))).toEqual([`${privateKey.getFingerprint().toUpperCase()}.asc`]);
    expect(await configuredRecipients(diskHost(), dataDir)).toEqual({ usable: [], refused: [] });
    expect((await trustedSigners(diskHost(), dataDir)).length).toBe(1);
    expect(await listKeys(diskHost(), dataDir)).toMatchObject([
      { role: "signing", usable: true, signsHere: false },
    ]);
  });
});

describe("the list", () => {
  test("marks what expires within 30 days, and tells what cannot be used or read", async () => {
    const dataDir = tempFolder();
    const date = new Date("2026-01-01T00:00:00Z");
    mkdirSync(keysFolder(dataDir));
    const put = (name: string, text: string): void => writeFileSync(join(keysFolder(dataDir), name), text);
    put("a.asc", (await made({ date, keyExpirationTime: 40 * 86_400 })).publicKey);
    // The key has no end; the part that is encrypted to has one.
    put("b.asc", (await made({ date, subkeys: [{ keyExpirationTime: 20 * 86_400 }] })).publicKey);
    put("c.asc", (await made({ date, keyExpirationTime: 3600 })).publicKey);
    put("d.asc", "hello");
    const listed = await listKeys(diskHost({ now: new Date("2026-01-05T00:00:00Z") }), dataDir);
    expect(listed.map(({ usable, expiresSoon, reason }) => [usable, expiresSoon, reason])).toEqual([
      [true, false, undefined],
      [true, true, undefined],
      [false, false, "it expired on 2026-01-01"],
      [false, false, expect.stringContaining("it is no OpenPGP key") as string],
    ]);
    expect(listed[1]?.expiresAt).toBe("2026-01-21T00:00:00.000Z");
  });
});

describe.skipIf(noGpg !== undefined)("keys made by the real gpg", () => {
  let gpg: Gpg;
  const dates = "--faked-system-time=20260101T000000!";
  beforeAll(() => {
    gpg = gpgHome();
  });
  afterAll(() => {
    gpg.close();
  });

  const generate = (user: string, algorithm: string, usage: string, expire: string, more: string[] = []) =>
    gpg.run([
      ...more,
      "--quick-generate-key",
      `${user} FAKE <${user}@example.org>`,
      algorithm,
      usage,
      expire,
    ]);
  const exported = (user: string): Buffer => gpg.run(["--export", `${user}@example.org`]);

  test("rsa3072 and cv25519 are taken, from files and from the keyring by user id", async () => {
    generate("rsa", "rsa3072", "cert", "never");
    const listed = gpg.run(["--with-colons", "--list-keys", "rsa@example.org"]).toString();
    const fingerprint = /^fpr:+([0-9A-F]{40})/m.exec(listed)?.[1] ?? "";
    gpg.run(["--quick-add-key", fingerprint, "rsa3072", "encr", "never"]);
    generate("curve", "future-default", "default", "never");
    const found = [...(await propose(exported("rsa"))), ...(await propose(exported("curve")))];
    expect(found.map(({ state, record }) => [state, record.algorithm, record.userId])).toEqual([
      ["new", "rsa3072", "rsa FAKE <rsa@example.org>"],
      ["new", "ed25519", "curve FAKE <curve@example.org>"],
    ]);
    const run = realRun({
      env: gpg.env,
      toolPath: toolPathOf({}, undefined),
      signal: new AbortController().signal,
    });
    const host = diskHost({ run });
    const withHome = { ...host, facts: { ...host.facts, env: { GNUPGHOME: gpg.home } } };
    for (const spec of [fingerprint, "rsa@example.org"]) {
      const [candidate] = await proposeImport(withHome, tempFolder(), spec, "recipient");
      expect(candidate?.record).toMatchObject({ fingerprint, source: "gpg keyring" });
    }
    for (const spec of ["nobody@example.org", "--version", "B".repeat(40)]) {
      const proposing = proposeImport(withHome, tempFolder(), spec, "recipient");
      await expect(proposing).rejects.toMatchObject({ code: "no-such-key" });
    }
  });

  test("an expired, a revoked and a sign-only one are refused", async () => {
    generate("expired", "future-default", "default", "1d", [dates]);
    generate("sign", "rsa2048", "sign", "never");
    generate("revoked", "future-default", "default", "never");
    gpg.pipe(
      "sed 's/^:-----BEGIN/-----BEGIN/' \"$GNUPGHOME\"/openpgp-revocs.d/$(gpg --batch --with-colons --list-keys revoked@example.org | awk -F: '/^fpr/{print $10; exit}').rev | gpg --batch --quiet --import",
    );
    const reasons = await Promise.all(
      ["expired", "sign", "revoked"].map(async (user) => (await propose(exported(user)))[0]?.record.reason),
    );
    expect(reasons).toEqual([
      "it expired on 2026-01-02",
      "it can only sign: it has no part to encrypt to",
      "it is revoked",
    ]);
  });
});
