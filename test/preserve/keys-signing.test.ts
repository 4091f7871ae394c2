/** Who made a seal: the signature over its sidecar, made by claw-ir, checked by claw-ir and by gpg. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { generateKey } from "openpgp";
import { describe, expect, test } from "vitest";
import {
  type PublicKey,
  type Signer,
  sidecarPath,
  signaturePath,
  verifyArchive,
} from "../../src/archive/index.ts";
import { generateSigningKey, loadSigner, signingFolder, trustedSigners } from "../../src/preserve/index.ts";
import { noise } from "../support/noise.ts";
import { diskHost } from "../archive/disk-host.ts";
import { gpgHome, noGpg } from "../archive/gpg.ts";
import { pass, seal, type Sealed, tempFolder } from "../archive/sealing.ts";

const nobody = (line: string): never => {
  throw new Error(`nothing was to be said: ${line}`);
};

interface Signing {
  readonly dataDir: string;
  readonly signer: Signer;
  readonly signers: readonly PublicKey[];
}

async function signingHost(name = "host-a FAKE", now?: Date, expiresInSeconds?: number): Promise<Signing> {
  const dataDir = tempFolder();
  const host = diskHost(now === undefined ? {} : { now });
  await generateSigningKey(host, dataDir, {
    name,
    ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }),
  });
  const signer = await loadSigner(host, dataDir, nobody);
  if (signer === undefined) throw new Error("no signer");
  return { dataDir, signer, signers: await trustedSigners(host, dataDir) };
}

async function signed(signer?: Signer): Promise<Sealed> {
  const root = tempFolder();
  writeFileSync(join(root, "file"), noise(1000));
  return seal(root, {
    recipients: [],
    passphrase: pass,
    check: "ciphertext",
    ...(signer === undefined ? {} : { signer }),
  });
}

async function failure(archive: string, signers: readonly PublicKey[]): Promise<unknown> {
  return verifyArchive(diskHost(), archive, { signers }).then(
    () => "verified",
    (error: unknown) => error,
  );
}

const damagedSignature = { exit: "tampered", code: "signature" };

describe("a signed seal", () => {
  test("says who signed it, and verifies against that key", async () => {
    const { signer, signers } = await signingHost();
    const sealed = await signed(signer);
    expect(sealed.signedBy).toBe(signer.fingerprint);
    expect(JSON.parse(readFileSync(sealed.sidecar, "utf8"))).toMatchObject({ signedBy: signer.fingerprint });
    expect(statSync(signaturePath(sealed.archive)).mode & 0o777).toBe(0o600);
    expect(await verifyArchive(diskHost(), sealed.archive, { signers })).toMatchObject({
      signature: "good",
      signedBy: signer.fingerprint,
      verified: true,
    });
  });

  test("is by an unknown signer where that key is not known", async () => {
    const { signer } = await signingHost();
    const { signers: others } = await signingHost("host-b FAKE");
    const sealed = await signed(signer);
    for (const signers of [[], others]) {
      expect(await verifyArchive(diskHost(), sealed.archive, { signers })).toMatchObject({
        signature: "unknown-signer",
        signedBy: signer.fingerprint,
      });
    }
  });

  test("an unsigned seal is just that", async () => {
    const sealed = await signed();
    expect(sealed.signedBy).toBeUndefined();
    expect(existsSync(signaturePath(sealed.archive))).toBe(false);
    const { signers } = await signingHost();
    const verified = await verifyArchive(diskHost(), sealed.archive, { signers });
    expect(verified.signature).toBe("none");
    expect(verified.signedBy).toBeUndefined();
  });

  test("keeps counting once its key has expired, and when this clock went back", async () => {
    const made = new Date("2026-01-01T00:00:00Z");
    const { dataDir, signer, signers } = await signingHost("old FAKE", made, 3600);
    const sealed = await signed(signer);
    for (const now of ["2026-06-01T00:00:00Z", "2025-06-01T00:00:00Z"]) {
      const host = diskHost({ now: new Date(now) });
      expect((await verifyArchive(host, sealed.archive, { signers })).signature).toBe("good");
    }
    const said: string[] = [];
    const later = diskHost({ now: new Date("2026-06-01T00:00:00Z") });
    expect(await loadSigner(later, dataDir, (line) => said.push(line))).toBeUndefined();
    expect(said.join("\n")).toContain("it expired on 2026-01-01");
  });
});

describe("a signature that does not hold ends with 5", () => {
  test.each<[string, (archive: string, signer: Signer) => void | Promise<void>, object]>([
    [
      "the sidecar was altered",
      (archive) => {
        const file = sidecarPath(archive);
        writeFileSync(file, readFileSync(file, "utf8").replace('"host-a"', '"host-b"'));
      },
      damagedSignature,
    ],
    [
      "a newline was added to the sidecar",
      (archive) => writeFileSync(sidecarPath(archive), "\n", { flag: "a" }),
      damagedSignature,
    ],
    [
      "it is the signature of another seal by the same key",
      async (archive, signer) => {
        const other = await signed(signer);
        copyFileSync(signaturePath(other.archive), signaturePath(archive));
      },
      damagedSignature,
    ],
    [
      "it is a valid signature of another key than the sidecar says",
      async (archive) => {
        const other = await signingHost("intruder FAKE");
        const text = readFileSync(sidecarPath(archive), "utf8");
        writeFileSync(signaturePath(archive), await other.signer.sign(text));
      },
      damagedSignature,
    ],
    ["it is garbage", (archive) => writeFileSync(signaturePath(archive), noise(200)), damagedSignature],
    ["it is empty", (archive) => writeFileSync(signaturePath(archive), ""), damagedSignature],
    ["it is huge", (archive) => writeFileSync(signaturePath(archive), noise(100_000)), damagedSignature],
    [
      "it is a link to the real one",
      (archive) => {
        const elsewhere = join(tempFolder(), "sig");
        renameSync(signaturePath(archive), elsewhere);
        symlinkSync(elsewhere, signaturePath(archive));
      },
      damagedSignature,
    ],
    [
      "it is an armoured key",
      async (archive) => {
        const { publicKey } = await generateKey({ userIDs: { name: "x" }, format: "armored" });
        writeFileSync(signaturePath(archive), publicKey);
      },
      damagedSignature,
    ],
    [
      "it was removed",
      (archive) => rmSync(signaturePath(archive)),
      { exit: "tampered", code: "signature-removed" },
    ],
    [
      "the sidecar names no fingerprint",
      (archive) => {
        const file = sidecarPath(archive);
        writeFileSync(file, readFileSync(file, "utf8").replace(/"signedBy": "\w+"/, '"signedBy": "me"'));
      },
      { exit: "tampered", code: "sidecar" },
    ],
  ])("%s", async (_, spoil, wanted) => {
    const { signer, signers } = await signingHost();
    const sealed = await signed(signer);
    await spoil(sealed.archive, signer);
    expect(await failure(sealed.archive, signers)).toMatchObject(wanted);
  });

  test("also without any known signer where it can be told: removed, or of another key", async () => {
    const { signer } = await signingHost();
    const sealed = await signed(signer);
    rmSync(signaturePath(sealed.archive));
    expect(await failure(sealed.archive, [])).toMatchObject({ code: "signature-removed" });
    const other = await signingHost("intruder FAKE");
    writeFileSync(
      signaturePath(sealed.archive),
      await other.signer.sign(readFileSync(sealed.sidecar, "utf8")),
    );
    expect(await failure(sealed.archive, [])).toMatchObject(damagedSignature);
  });

  test("every flipped bit of the sidecar is noticed", async () => {
    const { signer, signers } = await signingHost();
    const sealed = await signed(signer);
    const good = readFileSync(sealed.sidecar);
    for (let position = 0; position < good.length; position += 37) {
      const bad = Buffer.from(good);
      bad[position] = (bad[position] ?? 0) ^ 1;
      writeFileSync(sealed.sidecar, bad);
      expect(await failure(sealed.archive, signers)).toMatchObject({ exit: "tampered" });
    }
  });
});

describe("publishing", () => {
  test.each(["sidecar", "signature", "rename"])(
    "a failure at the %s leaves no archive, sidecar or signature",
    async (stage) => {
      const { signer } = await signingHost();
      const folder = tempFolder();
      writeFileSync(join(folder, "file"), "x");
      const outFile = join(tempFolder(), "a.tar.zst.gpg");
      const full = Object.assign(new Error("full"), { code: "ENOSPC" });
      const { fs } = diskHost();
      const ending = stage === "sidecar" ? ".seal.json" : stage === "signature" ? ".sig" : "";
      const host = diskHost({
        fs: {
          writeAtomic: async (path, data, options) => {
            if (ending !== "" && path.endsWith(ending)) throw full;
            await fs.writeAtomic(path, data, options);
          },
          rename: async (from, to) => {
            if (stage === "rename") throw full;
            await fs.rename(from, to);
          },
        },
      });
      const sealing = seal(folder, { outFile, signer, recipients: [], passphrase: pass }, host);
      await expect(sealing).rejects.toMatchObject({ code: "cannot-write-archive" });
      expect(readdirSync(dirname(outFile))).toEqual([]);
    },
  );

  test("a signature that lies there already is not overwritten", async () => {
    const { signer } = await signingHost();
    const folder = tempFolder();
    const outFile = join(tempFolder(), "a.tar.zst.gpg");
    writeFileSync(signaturePath(outFile), "older");
    const sealing = seal(folder, { outFile, signer, recipients: [], passphrase: pass });
    await expect(sealing).rejects.toMatchObject({ code: "archive-exists" });
    expect(readFileSync(signaturePath(outFile), "utf8")).toBe("older");
  });
});

describe("the signing key", () => {
  test("is private to its user, one at a time, and gone from signing once its file is removed", async () => {
    const { dataDir, signer } = await signingHost();
    const key = join(signingFolder(dataDir), `${signer.fingerprint}.key`);
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(statSync(signingFolder(dataDir)).mode & 0o777).toBe(0o700);
    await expect(generateSigningKey(diskHost(), dataDir, { name: "again" })).rejects.toMatchObject({
      code: "signing-key-exists",
      hint: expect.stringContaining(key) as string,
    });
    rmSync(key);
    expect(await loadSigner(diskHost(), dataDir, nobody)).toBeUndefined();
    expect((await trustedSigners(diskHost(), dataDir)).length).toBe(1);
    await generateSigningKey(diskHost(), dataDir, { name: "again" });
    expect((await trustedSigners(diskHost(), dataDir)).length).toBe(2);
  });

  test("is closed to others where somebody opened it", async () => {
    const { dataDir, signer } = await signingHost();
    const key = join(signingFolder(dataDir), `${signer.fingerprint}.key`);
    chmodSync(key, 0o644);
    await loadSigner(diskHost(), dataDir, nobody);
    expect(statSync(key).mode & 0o777).toBe(0o600);
  });

  test.each<[string, () => Promise<string>, RegExp]>([
    ["is damaged", async () => "hello", /not signed with a\.key: /],
    [
      "has a passphrase",
      async () =>
        (await generateKey({ userIDs: { name: "x" }, passphrase: "FAKE words", format: "armored" }))
          .privateKey,
      /protected by a passphrase/,
    ],
    [
      "is of a kind gpg 2.2 cannot check",
      async () =>
        (await generateKey({ type: "curve25519", userIDs: { name: "x" }, format: "armored" })).privateKey,
      /gpg 2\.2 cannot check/,
    ],
  ])("that %s is said, and does not keep a seal from being made", async (_, text, wanted) => {
    const dataDir = tempFolder();
    mkdirSync(signingFolder(dataDir), { recursive: true });
    writeFileSync(join(signingFolder(dataDir), "a.key"), await text(), { mode: 0o600 });
    const said: string[] = [];
    expect(await loadSigner(diskHost(), dataDir, (line) => said.push(line))).toBeUndefined();
    expect(said.length).toBe(1);
    expect(said[0]).toMatch(wanted);
  });
});

describe.skipIf(noGpg !== undefined)("with the real gpg", () => {
  test("gpg --verify accepts the signature, and refuses it for an altered sidecar", async () => {
    const { dataDir, signer } = await signingHost();
    const sealed = await signed(signer);
    const gpg = gpgHome();
    try {
      gpg.run(["--import", join(signingFolder(dataDir), `${signer.fingerprint}.asc`)]);
      const verify = `gpg --batch --status-fd 1 --verify '${signaturePath(sealed.archive)}' '${sealed.sidecar}'`;
      expect(gpg.pipe(verify).toString()).toContain(`VALIDSIG ${signer.fingerprint}`);
      const listed = gpg.pipe("gpg --batch --with-colons --list-keys").toString();
      expect(listed).toMatch(/^pub:(?:[^:]*:){10}[a-z]*sc?[a-z]*/im);
      expect(listed).not.toMatch(/^sub:/m);
      writeFileSync(sealed.sidecar, readFileSync(sealed.sidecar, "utf8").replace('"host-a"', '"host-b"'));
      expect(() => gpg.pipe(verify)).toThrow(/BAD signature/);
    } finally {
      gpg.close();
    }
  });

  test("a signature that somebody made with gpg counts if their key is trusted here", async () => {
    const sealed = await signed();
    const gpg = gpgHome();
    try {
      gpg.run(["--quick-generate-key", "Auditor FAKE <auditor@example.org>", "rsa2048", "sign", "never"]);
      gpg.run(["--detach-sign", "--output", signaturePath(sealed.archive), sealed.sidecar]);
      const dataDir = tempFolder();
      mkdirSync(signingFolder(dataDir), { recursive: true });
      writeFileSync(
        join(signingFolder(dataDir), "auditor.gpg"),
        gpg.run(["--export", "auditor@example.org"]),
      );
      const signers = await trustedSigners(diskHost(), dataDir);
      expect((await verifyArchive(diskHost(), sealed.archive, { signers })).signature).toBe("good");
      expect((await verifyArchive(diskHost(), sealed.archive)).signature).toBe("unknown-signer");
    } finally {
      gpg.close();
    }
  });
});
