/** Archives opened by the programs people have at hand when claw-ir is not. */
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recipientsOf } from "../../src/preserve/keys/keys.ts";
import { sealArchive, verifyArchive } from "../../src/archive/index.ts";
import { generateRecipient } from "../../src/preserve/index.ts";
import { diskHost } from "./disk-host.ts";
import { type Gpg, gpgDecrypt, gpgHome, noGpg } from "./gpg.ts";
import { pass, readAll, seal, tempFolder } from "./sealing.ts";

/** Everything that tar promises to keep, in a small folder. */
function awkwardTree(folder: string): string {
  const root = join(folder, "state");
  mkdirSync(join(root, "empty"), { recursive: true });
  mkdirSync(join(root, "a", "deep".repeat(50), "er".repeat(120)), { recursive: true });
  writeFileSync(join(root, "a", "deep".repeat(50), "er".repeat(120), "x".repeat(255)), "deep");
  writeFileSync(join(root, "line\nbreak \u202e and \u001b[31m"), "hostile name");
  writeFileSync(join(root, "ünïcode 日本"), "letters");
  writeFileSync(join(root, "empty-file"), "");
  writeFileSync(join(root, "random"), randomBytes(3_000_000));
  writeFileSync(join(root, "mode"), "x", { mode: 0o600 });
  chmodSync(join(root, "mode"), 0o4751);
  linkSync(join(root, "random"), join(root, "z-hard"));
  symlinkSync("../outside/../x".repeat(20), join(root, "dangling"));
  symlinkSync("empty-file", join(root, "link"));
  const sparse = openSync(join(root, "sparse"), "w");
  ftruncateSync(sparse, 40 * 1024 * 1024);
  closeSync(sparse);
  execFileSync("touch", ["-d", "2025-01-02T03:04:05.123456789Z", join(root, "mode")]);
  execFileSync("touch", ["-h", "-d", "2001-01-01T00:00:00.5Z", join(root, "link")]);
  utimesSync(join(root, "empty"), 1_000_000_000, 1_000_000_000);
  return root;
}

interface Fact {
  readonly type: string;
  readonly mode: number;
  readonly mtimeNs: bigint;
  readonly content: string;
  readonly links: number;
}

function factsOf(root: string, folder = root): Map<string, Fact> {
  const facts = new Map<string, Fact>();
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = lstatSync(path, { bigint: true });
    const type = stat.isDirectory() ? "dir" : stat.isSymbolicLink() ? "link" : "file";
    const content =
      type === "file"
        ? createHash("sha256").update(readFileSync(path)).digest("hex")
        : type === "link"
          ? readlinkSync(path)
          : "";
    facts.set(relative(root, path), {
      type,
      // A link's own mode says nothing and differs between systems.
      mode: type === "link" ? 0 : Number(stat.mode) & 0o7777,
      mtimeNs: stat.mtimeNs,
      content,
      links: type === "file" ? Number(stat.nlink) : 1,
    });
    if (type === "dir") for (const [key, value] of factsOf(root, path)) facts.set(key, value);
  }
  return facts;
}

function restoredBy(gpg: Gpg, archive: string, passphrase: string, untar: string): string {
  const target = tempFolder();
  gpg.pipe(`${gpgDecrypt} '${archive}' | tar -x --preserve-permissions ${untar} -C '${target}'`, passphrase);
  return target;
}

describe.skipIf(noGpg !== undefined)("with the real gpg and tar", () => {
  let gpg: Gpg;
  beforeAll(() => {
    gpg = gpgHome();
  });
  afterAll(() => {
    gpg.close();
  });

  test.each([
    ["zstd", ".tar.zst.gpg", "--zstd"],
    ["gzip", ".tar.gz.gpg", "-z"],
  ] as const)(
    "a passphrase seal by %s restores everything tar can keep",
    async (compression, ending, untar) => {
      const folder = tempFolder();
      const root = awkwardTree(folder);
      const outFile = join(folder, `x${ending}`);
      const sealed = await seal(root, { outFile, compression, recipients: [], passphrase: pass });
      expect(sealed.partial).toEqual([]);
      const target = restoredBy(gpg, outFile, pass.reveal(), untar);
      expect(factsOf(join(target, "home/claw/state"))).toEqual(factsOf(root));
      const random = lstatSync(join(target, "home/claw/state/random"));
      expect(lstatSync(join(target, "home/claw/state/z-hard")).ino).toBe(random.ino);
    },
  );

  test("the manifest in the archive fits sha256sum, and its root hash fits its lines", async () => {
    const folder = tempFolder();
    const sealed = await seal(awkwardTree(folder), { recipients: [], passphrase: pass });
    const target = restoredBy(gpg, sealed.archive, pass.reveal(), "--zstd");
    const text = readFileSync(join(target, "MANIFEST.jsonl"), "utf8");
    const lines = text.trimEnd().split("\n");
    const closing = JSON.parse(lines.at(-1)!) as Record<string, unknown>;
    const root = createHash("sha256")
      .update(`${lines.slice(0, -1).join("\n")}\n`)
      .digest("hex");
    expect(closing).toMatchObject({ type: "end", root, entries: lines.length - 1, files: 7, host: "host-a" });
    expect(root).toBe(sealed.root);
    for (const line of lines.slice(0, -1)) {
      const entry = JSON.parse(line) as { path: string; type: string; sha256?: string };
      if (entry.type !== "file") continue;
      const content = readFileSync(join(target, entry.path));
      expect(createHash("sha256").update(content).digest("hex")).toBe(entry.sha256);
    }
  });

  test("a generated key is imported by gpg, and opens what is sealed to it", async () => {
    const folder = tempFolder();
    const made = await generateRecipient(diskHost(), join(folder, "data"), {
      name: "Evidence FAKE",
      passphrase: pass,
      privateOut: join(folder, "private.asc"),
    });
    expect(lstatSync(made.privateFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(made.privateFile, "utf8")).toContain("PGP PRIVATE KEY BLOCK");
    gpg.run(["--import", made.privateFile], pass.reveal());
    const root = awkwardTree(folder);
    const sealed = await seal(root, { recipients: [made.recipient] });
    const target = restoredBy(gpg, sealed.archive, pass.reveal(), "--zstd");
    expect(factsOf(join(target, "home/claw/state"))).toEqual(factsOf(root));
  });

  test("gpg's own keys, RSA and Curve25519, and a passphrase: each opens the same archive", async () => {
    gpg.run(["--quick-generate-key", "RSA FAKE <rsa@example.org>", "rsa2048", "cert", "never"]);
    const rsa = gpg.pipe(
      "gpg --batch --with-colons --list-keys rsa@example.org | awk -F: '/^fpr/{print $10; exit}'",
    );
    gpg.run(["--quick-add-key", rsa.toString().trim(), "rsa2048", "encr", "never"]);
    gpg.run(["--quick-generate-key", "Curve FAKE <curve@example.org>", "future-default", "default", "never"]);
    const exported = gpg.run(["--export", "rsa@example.org", "curve@example.org"]);
    const recipients = await recipientsOf(diskHost(), exported, "gpg");
    expect(recipients.map((recipient) => recipient.algorithm)).toEqual(["rsa2048", "ed25519"]);
    const folder = tempFolder();
    const sealed = await seal(awkwardTree(folder), { recipients, passphrase: pass });
    for (const user of ["rsa@example.org", "curve@example.org"]) {
      const only = gpgHome();
      try {
        only.pipe(
          `GNUPGHOME='${gpg.home}' gpg --batch --pinentry-mode loopback --passphrase '' --export-secret-keys ${user} | gpg --batch --quiet --import`,
        );
        const listed = only.pipe(`${gpgDecrypt} '${sealed.archive}' | tar -t --zstd`).toString();
        expect(listed).toContain("MANIFEST.jsonl");
        const privateKey = join(folder, `${user}.key`);
        writeFileSync(privateKey, only.run(["--export-secret-keys", user]));
        const { manifest } = await readAll(sealed.archive, { privateKey });
        expect(manifest?.root).toBe(sealed.root);
      } finally {
        only.close();
      }
    }
    expect((await verifyArchive(diskHost(), sealed.archive, { unlock: { passphrase: pass } })).checked).toBe(
      "contents",
    );
  });

  test("a recipient who advertises SEIPD version 2 still gets what gpg 2.2 reads", async () => {
    const { generateKey } = await import("openpgp");
    const key = await generateKey({
      type: "ecc",
      curve: "curve25519Legacy",
      userIDs: { name: "New FAKE" },
      format: "armored",
      config: { aeadProtect: true },
    });
    const recipients = await recipientsOf(diskHost(), Buffer.from(key.publicKey), "test");
    const folder = tempFolder();
    const sealed = await seal(awkwardTree(folder), { recipients });
    const packets = gpg.pipe(`gpg --batch --list-packets '${sealed.archive}' 2>/dev/null || true`).toString();
    expect(packets).toMatch(/pubkey enc packet: version 3/);
    expect(packets).toMatch(/encrypted data packet:[^]*mdc_method: 2/);
  });

  test.each([0, 1, 511, 512, 513, 262_143, 262_144, 262_145, 1_048_575, 1_048_576, 2_000_003])(
    "a file of %i bytes comes back through gpg",
    async (size) => {
      const folder = tempFolder();
      const content = randomBytes(size);
      writeFileSync(join(folder, "file"), content);
      const sealed = await seal(join(folder, "file"), { recipients: [], passphrase: pass });
      const got = gpg.pipe(
        `${gpgDecrypt} '${sealed.archive}' | tar -xO --zstd home/claw/state`,
        pass.reveal(),
      );
      expect(got.equals(content)).toBe(true);
    },
  );

  describe("archives that operators made by hand", () => {
    test.each([
      ["gzip, symmetric", "tar czf - -C DIR state | GPG --symmetric --cipher-algo AES256"],
      [
        "gzip, symmetric, old hash",
        "tar czf - -C DIR state | GPG --s2k-digest-algo SHA1 --symmetric --cipher-algo AES256",
      ],
      ["plain tar, compressed by gpg", "tar cf - -C DIR state | GPG --symmetric --compress-algo zlib"],
      [
        "zstd, AES-128",
        "tar -c --zstd -f - -C DIR state | GPG --symmetric --cipher-algo AES128 --compress-algo none",
      ],
      ["a file, not a pipe", "tar czf DIR/t.tgz -C DIR state; GPG -o - --symmetric DIR/t.tgz"],
    ])("%s", async (_, script) => {
      const folder = tempFolder();
      awkwardTree(folder);
      const command = "gpg --batch --quiet --pinentry-mode loopback --passphrase-file $PASS";
      const file = join(folder, "by-hand.tar.gz.gpg");
      writeFileSync(
        file,
        gpg.pipe(
          script.replaceAll("DIR", folder).replace("GPG", () => command),
          pass.reveal(),
        ),
      );
      const { manifest, list } = await readAll(file, { passphrase: pass });
      expect(manifest).toBeUndefined();
      expect(list.find((entry) => entry.path.endsWith("ünïcode 日本"))?.content).toBe("letters");
      expect(await verifyArchive(diskHost(), file)).toMatchObject({ checked: "structure", verified: false });
      const wrong = readAll(file, { privateKey: "/nonexistent" });
      await expect(wrong).rejects.toThrow();
    });
  });

  test("gpg refuses a wrong passphrase", async () => {
    const sealed = await sealArchive(diskHost(), {
      kind: "backup",
      roots: [{ real: awkwardTree(tempFolder()), as: "/s" }],
      outFile: join(tempFolder(), "b.tar.zst.gpg"),
      recipients: [],
      passphrase: pass,
      meta: { hostname: "h", tool: "t" },
    });
    expect(() => gpg.pipe(`${gpgDecrypt} '${sealed.archive}' > /dev/null`, "wrong FAKE")).toThrow();
  });
});
