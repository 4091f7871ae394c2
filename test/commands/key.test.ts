/** `claw-ir key` as it is typed: what it prints, what it writes, what it refuses. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateKey } from "openpgp";
import { beforeEach, describe, expect, it } from "vitest";
import { sealArchive, signaturePath, verifyArchive } from "../../src/archive/index.ts";
import { configuredRecipients, loadSigner, trustedSigners } from "../../src/preserve/index.ts";
import { diskHost } from "../archive/disk-host.ts";
import { containing, disk, type Disk, linesOf, matching } from "./cli.ts";
import { gpgHome, noGpg } from "../archive/gpg.ts";

interface Setting extends Disk {
  /** A folder outside of everything, as a stick is. */
  readonly stick: string;
  readonly passphrase: string;
}

let at: Setting;
beforeEach(async () => {
  const fresh = await disk();
  const stick = join(fresh.root, "..", "stick");
  mkdirSync(stick);
  at = { ...fresh, stick, passphrase: await fresh.put("passphrase", "FAKE pass words\n") };
});

async function generate(name: string, ...more: string[]): Promise<string> {
  const privateOut = join(at.stick, `${name}.asc`);
  const argv = ["--name", name, "--private-out", privateOut, "--passphrase-from", at.passphrase, "--json"];
  const { exit, out } = await at.on("key", "generate", ...argv, ...more);
  expect(exit).toBe(0);
  return (JSON.parse(out) as { fingerprint: string }).fingerprint;
}

async function outsideKey(): Promise<{ readonly file: string; readonly privateFile: string }> {
  const made = await generateKey({
    type: "ecc",
    curve: "curve25519Legacy",
    userIDs: { name: "Team \u001b[31mFAKE\u202e" },
    format: "armored",
  });
  return {
    file: await at.put("team.asc", made.publicKey),
    privateFile: await at.put("team-private.asc", made.privateKey),
  };
}

describe("key generate", () => {
  it("prints the sheet, and puts each part where it belongs", async () => {
    const privateOut = join(at.stick, "k.asc");
    const { exit, out, err } = await at.on(
      ...[
        "key",
        "generate",
        "--private-out",
        privateOut,
        "--passphrase-from",
        at.passphrase,
        "--expires",
        "2y",
      ],
    );
    expect(exit).toBe(0);
    expect(out).toMatch(/^Fingerprint\n {4}(?:[0-9A-F]{4} {1,2}){9}[0-9A-F]{4}$/m);
    expect(out).toMatch(/^Expires {7}20\d\d-/m);
    expect(out).not.toContain("FAKE pass");
    expect(err).toContain("remove it here");
    expect(readdirSync(at.stick).sort()).toEqual(["k.asc", "k.asc.revocation"]);
    for (const name of readdirSync(at.stick)) expect(statSync(join(at.stick, name)).mode & 0o777).toBe(0o600);
    const kept = readdirSync(join(at.dataDir, "keys"));
    expect(kept).toEqual([matching(/^[0-9A-F]{40}\.asc$/)]);
    expect(readFileSync(join(at.dataDir, "keys", kept[0] ?? ""), "utf8")).not.toContain("PRIVATE");
  });

  it("takes the place from the answers, and writes the sheet where it is told", async () => {
    const privateOut = join(at.stick, "asked.asc");
    const answers = await at.put("answers.json", JSON.stringify({ "seal.private-key-file": privateOut }));
    const sheet = join(at.stick, "sheet.txt");
    const { exit, out } = await at.on(
      ...[
        "key",
        "generate",
        "--answers",
        answers,
        "--passphrase-from",
        at.passphrase,
        "--sheet",
        sheet,
        "--json",
      ],
    );
    expect(exit).toBe(0);
    const made = JSON.parse(out) as Record<string, unknown>;
    expect(made).toMatchObject({ role: "recipient", privateFile: privateOut, sheet });
    expect(made).toMatchObject({ revocationFile: `${privateOut}.revocation` });
    const fingerprint = String(made["fingerprint"]);
    expect(readFileSync(sheet, "utf8").replaceAll(" ", "")).toContain(fingerprint);
  });

  it.each<[string, (at: Setting) => string]>([
    ["the state folder", ({ stateDir }) => join(stateDir, "k.asc")],
    ["a workspace", ({ stateDir }) => join(stateDir, "workspace", "k.asc")],
    ["the data folder", ({ dataDir }) => join(dataDir, "k.asc")],
  ])("refuses a private part in %s", async (_, place) => {
    const privateOut = place(at);
    const { exit, err } = await at.on(
      ...["key", "generate", "--private-out", privateOut, "--passphrase-from", at.passphrase, "--json"],
    );
    expect(exit).toBe(2);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "private-key-place" } });
    expect(existsSync(privateOut)).toBe(false);
    expect(existsSync(join(at.dataDir, "keys"))).toBe(false);
  });

  it("overwrites nothing, and asks for no passphrase before it knows", async () => {
    const privateOut = join(at.stick, "k.asc");
    writeFileSync(privateOut, "mine");
    const { exit, err } = await at.on("key", "generate", "--private-out", privateOut);
    expect(exit).toBe(1);
    expect(err).toContain("k.asc already");
    expect(readFileSync(privateOut, "utf8")).toBe("mine");
    const sheet = await at.put("sheet.txt", "mine");
    const other = await at.on(
      ...["key", "generate", "--private-out", join(at.stick, "o.asc"), "--sheet", sheet],
    );
    expect(other.exit).toBe(1);
    expect(readdirSync(at.stick)).toEqual(["k.asc"]);
  });

  it("needs a passphrase", async () => {
    const { exit, err } = await at.on("key", "generate", "--private-out", join(at.stick, "k.asc"));
    expect(exit).toBe(2);
    expect(err).toContain('"seal.private-key-passphrase"');
    expect(readdirSync(at.stick)).toEqual([]);
  });

  it("changes nothing in a dry run", async () => {
    const { exit, err } = await at.on(
      "key",
      "generate",
      "--private-out",
      join(at.stick, "k.asc"),
      "--dry-run",
    );
    expect(exit).toBe(0);
    expect(err).toContain("would make the key");
    expect((await at.on("key", "generate", "--signing", "--dry-run")).err).toContain(
      "would make the signing key",
    );
    expect([readdirSync(at.stick), existsSync(at.dataDir)]).toEqual([[], false]);
  });

  it("knows no ages but days, weeks and years", async () => {
    for (const age of ["", "2", "0d", "-1d", "2 months", "99y", "1e9d"])
      expect((await at.on("key", "generate", `--expires=${age}`)).exit).toBe(2);
  });

  it("makes one signing key, says what it cannot do, and takes no place or passphrase for it", async () => {
    const { exit, out, err } = await at.on("key", "generate", "--signing");
    expect(exit).toBe(0);
    expect(out).toContain("KEY THAT SIGNS SEALED ARCHIVES");
    expect(err).toContain("has no passphrase");
    const again = await at.on("key", "generate", "--signing", "--json");
    expect(again.exit).toBe(1);
    expect(JSON.parse(again.err)).toMatchObject({ error: { code: "signing-key-exists" } });
    for (const more of [
      ["--private-out", join(at.stick, "s.asc")],
      ["--passphrase-from", at.passphrase],
    ])
      expect((await at.on("key", "generate", "--signing", ...more)).exit).toBe(2);
  });
});

describe("key list", () => {
  it("is an array of records, and says in words that there is none", async () => {
    expect(await at.on("key", "list", "--json")).toEqual({ exit: 0, out: "[]\n", err: "" });
    expect((await at.on("key", "list")).out).toContain("claw-ir key generate makes one");
    expect(existsSync(at.dataDir)).toBe(false);
    const fingerprint = await generate("Team FAKE", "--expires", "20d");
    await at.on("key", "generate", "--signing");
    const { out } = await at.on("key", "list", "--json");
    expect(JSON.parse(out)).toMatchObject([
      { fingerprint, userId: "Team FAKE", role: "recipient", usable: true, expiresSoon: true },
      { role: "signing", usable: true, expiresSoon: false, signsHere: true },
    ]);
    const table = (await at.on("key", "list")).out;
    expect(table).toMatch(
      new RegExp(`^${fingerprint} +recipient +\\d{4}-.* +EXPIRES SOON; never tested; Team`, "m"),
    );
    expect(table).toMatch(/^[0-9A-F]{40} +signing +never +signs here; claw-ir seals of/m);
  });

  it("shows a file that is no key, and never a control character", async () => {
    mkdirSync(join(at.dataDir, "keys"), { recursive: true, mode: 0o700 });
    writeFileSync(join(at.dataDir, "keys", "x.asc"), "hello");
    writeFileSync(join(at.dataDir, "keys", "y.asc"), readFileSync((await outsideKey()).file));
    const { out } = await at.on("key", "list", "--data-dir", at.dataDir);
    expect(out).toMatch(/^\(no key\) +recipient +never +NOT USED$/m);
    expect(out).toMatch(/^not used: .*x\.asc\n {2}.*it is no OpenPGP key/m);
    expect(out).toContain("never tested; Team \\u{1b}[31mFAKE");
    expect(out).not.toMatch(/[\u001b\u202e]/);
  });
});

describe("key import", () => {
  const yes = async (): Promise<string> => at.put("yes.json", '{"key.import": true}');

  it("shows the key, asks for the fingerprint, and takes it", async () => {
    const { file } = await outsideKey();
    const { exit, out, err } = await at.on("key", "import", file, "--answers", await yes(), "--json");
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject([{ state: "new", file: matching(/keys\/[0-9A-F]{40}\.asc$/) }]);
    expect(err).toContain("Team \\u{1b}[31mFAKE\\u{202e}");
    expect(err).not.toMatch(/[\u001b\u202e]/);
    const again = await at.on("key", "import", file, "--json");
    expect(again.exit).toBe(0);
    expect(JSON.parse(again.out)).toMatchObject([{ state: "same" }]);
  });

  it("is not answered by --yes, and a no adds nothing", async () => {
    const { file } = await outsideKey();
    const alone = await at.on("key", "import", file, "--json");
    expect(JSON.parse(alone.err)).toMatchObject({ error: { code: "prompt-unanswered", exit: 2 } });
    const unanswered = await at.on("key", "import", file, "--yes");
    expect(unanswered.exit).toBe(2);
    expect(unanswered.err).toContain('"key.import"');
    const no = await at.on(
      "key",
      "import",
      file,
      "--answers",
      await at.put("no.json", '{"key.import": false}'),
    );
    expect([no.exit, no.err]).toEqual([1, containing("not added")]);
    expect((await at.on("key", "import", file, "--dry-run")).err).toContain("nothing was changed");
    expect((await at.on("key", "list", "--json")).out).toBe("[]\n");
  });

  it("refuses a private key with the way to the public part, and a sign-only one with the reason", async () => {
    const { privateFile } = await outsideKey();
    const secret = await at.on("key", "import", privateFile, "--answers", await yes(), "--json");
    expect(secret.exit).toBe(1);
    expect(JSON.parse(secret.err)).toMatchObject({
      error: { code: "private-key", hint: containing("gpg --export --armor") },
    });
    await at.on("key", "generate", "--signing");
    const [own = ""] = readdirSync(join(at.dataDir, "keys", "signing"));
    const signing = join(at.dataDir, "keys", "signing", own);
    const refused = await at.on("key", "import", signing, "--answers", await yes());
    expect([refused.exit, refused.err]).toEqual([1, containing("it can only sign")]);
  });

  it("takes the good one of two, and ends with 3", async () => {
    const { file } = await outsideKey();
    await at.on("key", "generate", "--signing");
    const [own = ""] = readdirSync(join(at.dataDir, "keys", "signing"));
    const signing = readFileSync(join(at.dataDir, "keys", "signing", own), "utf8");
    const both = await at.put("both.asc", `${readFileSync(file, "utf8")}\n${signing}`);
    const { exit, out } = await at.on("key", "import", both, "--answers", await yes(), "--json");
    expect(exit).toBe(3);
    expect(JSON.parse(out)).toMatchObject([
      { state: "new" },
      { state: "refused", reason: containing("sign") },
    ]);
  });

  it("takes the revocation certificate of a key that was lost", async () => {
    await generate("Lost FAKE");
    const revocation = join(at.stick, "Lost FAKE.asc.revocation");
    const { exit, err } = await at.on("key", "import", revocation, "--answers", await yes());
    expect([exit, err]).toEqual([0, containing("REVOKED")]);
    expect((await at.on("key", "list")).out).toMatch(/^not used: [0-9A-F]{40}\n {2}it is revoked$/m);
  });
});

describe("key export", () => {
  it("gives the public part to stdout or a file, by the fingerprint as people write it", async () => {
    const fingerprint = await generate("Team FAKE");
    const spaced = fingerprint.toLowerCase().replace(/(.{4})/g, "$1 ");
    const { exit, out } = await at.on("key", "export", spaced);
    expect(exit).toBe(0);
    expect(out).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----/);
    const file = join(at.stick, "public.asc");
    expect((await at.on("key", "export", fingerprint, "-o", file)).exit).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(out);
    expect((await at.on("key", "export", fingerprint, "-o", file)).exit).toBe(1);
    for (const unknown of ["A".repeat(40), fingerprint.slice(-16), "Team"])
      expect((await at.on("key", "export", unknown, "--json")).err).toContain("no-such-key");
  });
});

describe("key test", () => {
  const prove = (...more: string[]): ReturnType<Disk["on"]> =>
    at.on("key", "test", "--passphrase-from", at.passphrase, ...more);

  it("explains what it needs", async () => {
    const { exit, err } = await at.on("key", "test");
    expect(exit).toBe(2);
    expect(err).toContain("claw-ir key test --private-key FILE");
    const none = await prove("--private-key", join(at.stick, "none.asc"));
    expect([none.exit, none.err]).toEqual([1, containing("no recipient to test")]);
  });

  it("proves the recipient whose key it is, keeps when, and tells named ones that do not fit", async () => {
    const [one, other] = [await generate("One FAKE"), await generate("Other FAKE")];
    const mine = ["--private-key", join(at.stick, "One FAKE.asc"), "--json"];
    const any = await prove(...mine);
    expect(any.exit).toBe(0);
    const proofs = JSON.parse(any.out) as readonly { fingerprint: string; proven: boolean }[];
    expect(new Map(proofs.map(({ fingerprint, proven }) => [fingerprint, proven]))).toEqual(
      new Map([
        [one, true],
        [other, false],
      ]),
    );
    expect((await prove(...mine, one, other)).exit).toBe(3);
    expect((await prove(...mine, other)).exit).toBe(12);
    const listed = JSON.parse((await at.on("key", "list", "--json")).out) as readonly Record<
      string,
      unknown
    >[];
    const tested = listed.filter((key) => key["provenAt"] !== undefined).map((key) => key["fingerprint"]);
    expect(tested).toEqual([one]);
    expect((await at.on("key", "list")).out).toMatch(new RegExp(`^${one}.* tested \\d{4}-`, "m"));
  });

  it("ends with 12 for a wrong passphrase, and proves nothing", async () => {
    await generate("One FAKE");
    const wrong = await at.put("wrong", "not it FAKE\n");
    const argv = ["key", "test", "--private-key", join(at.stick, "One FAKE.asc"), "--passphrase-from", wrong];
    expect((await at.on(...argv)).exit).toBe(12);
    expect(existsSync(join(at.dataDir, "keys", "tested.json"))).toBe(false);
  });
});

describe("the seal of a playbook", () => {
  it("goes to the key and is signed by the host; a broken signing key does not keep it from being made", async () => {
    const recipient = await generate("Team FAKE");
    await at.on("key", "generate", "--signing");
    const archiveOf = async (): Promise<{ readonly archive: string; readonly signedBy?: string }> => {
      const { out } = await at.on("token-compromised", "--json", "--yes");
      const sealed = linesOf(out).find((line) => line["id"] === "preserve/seal" && line["state"] === "done");
      expect(sealed).toMatchObject({ receipt: { recipients: [recipient] } });
      return sealed?.["receipt"] as { readonly archive: string; readonly signedBy?: string };
    };
    const signed = await archiveOf();
    const signers = await trustedSigners(diskHost(), at.dataDir);
    expect(signers.map((key) => key.getFingerprint().toUpperCase())).toEqual([signed.signedBy]);
    expect(await verifyArchive(diskHost(), signed.archive, { signers })).toMatchObject({ signature: "good" });
    const folder = join(at.dataDir, "keys", "signing");
    for (const name of readdirSync(folder).filter((one) => one.endsWith(".key")))
      writeFileSync(join(folder, name), "damaged");
    const unsigned = await archiveOf();
    expect(unsigned.signedBy).toBeUndefined();
    expect(existsSync(signaturePath(unsigned.archive))).toBe(false);
  });
});

describe("docs/keys.md", () => {
  const doc = readFileSync(new URL("../../docs/keys.md", import.meta.url), "utf8");

  it("names every command of key", () => {
    for (const name of ["generate", "import", "list", "export", "test"])
      expect(doc).toContain(`claw-ir key ${name}`);
  });

  /** What the document tells people to type, with names of this test in place of those of the document. */
  function commandsOf(heading: string, names: Readonly<Record<string, string>>): string {
    const section = doc.slice(doc.indexOf(`## ${heading}\n`));
    const block = /```sh\n([^]*?)```/.exec(section)?.[1] ?? "";
    return Object.entries(names).reduce((text, [name, value]) => text.replaceAll(name, `'${value}'`), block);
  }

  it.skipIf(noGpg !== undefined)(
    "tells how to open an archive with gpg alone, and how to check its signature",
    async () => {
      await generate("Team FAKE");
      await at.on("key", "generate", "--signing");
      const { usable } = await configuredRecipients(diskHost(), at.dataDir);
      const signer = await loadSigner(diskHost(), at.dataDir, () => undefined);
      if (signer === undefined) throw new Error("no signer");
      const state = join(at.stick, "state");
      mkdirSync(state);
      writeFileSync(join(state, "file"), "content");
      const archive = join(at.stick, "a.tar.zst.gpg");
      await sealArchive(diskHost(), {
        kind: "backup",
        roots: [{ real: state, as: "/state" }],
        outFile: archive,
        recipients: usable,
        signer,
        meta: { hostname: "h", tool: "t" },
      });
      const gpg = gpgHome();
      try {
        const restored = join(at.stick, "restored");
        const open = commandsOf("Open an archive with gpg and tar alone", {
          "PRIVATE.asc": join(at.stick, "Team FAKE.asc"),
          "NAME.tar.zst.gpg": archive,
          RESTORED: restored,
        });
        expect(open).toContain("gpg --decrypt");
        const batch =
          'gpg() { command gpg --batch --quiet --pinentry-mode loopback --passphrase-file "$PASS" "$@"; }';
        gpg.pipe(`${batch}\n${open}`, "FAKE pass words");
        expect(readFileSync(join(restored, "state", "file"), "utf8")).toBe("content");
        const check = commandsOf("Check who made an archive", {
          "SIGNING.asc": join(at.dataDir, "keys", "signing", `${signer.fingerprint}.asc`),
          "NAME.seal.json.sig": join(at.stick, "a.seal.json.sig"),
          "NAME.seal.json": join(at.stick, "a.seal.json"),
          "NAME.tar.zst.gpg": archive,
        });
        expect(check).toContain("gpg --verify");
        gpg.pipe(`${batch}\n${check}`);
        writeFileSync(archive, "x", { flag: "a" });
        expect(() => gpg.pipe(`${batch}\n${check}`)).toThrow();
      } finally {
        gpg.close();
      }
    },
  );
});
