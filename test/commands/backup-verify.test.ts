import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeEach, describe, expect, it } from "vitest";
import { oldKey, setting, type Made, type Setting } from "./backup-setting.ts";

let at: Setting;
let made: Made;
beforeEach(async () => {
  at = await setting();
  made = await at.make();
});

async function flip(file: string, position: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[position] = (bytes[position] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

interface Told {
  readonly archive: string;
  readonly verified: boolean;
  readonly checked?: string;
  readonly databases?: readonly { readonly path: string; readonly integrity: string }[];
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
    readonly exit: number;
  };
}

async function verify(...argv: readonly string[]): Promise<{ readonly exit: number; readonly told: Told }> {
  const { exit, out } = await at.backup("verify", "--json", ...argv);
  return { exit, told: JSON.parse(out) as Told };
}

describe("backup verify", () => {
  it("without a key: the newest backup's size, hash and structure", async () => {
    const newest = await at.make();
    const { exit, told } = await verify();
    expect(exit).toBe(0);
    expect(told).toMatchObject({
      archive: newest.archive,
      sha256: newest.sha256,
      verified: true,
      checked: "ciphertext",
    });
  });

  it("with it: every file and every database; remembered in the list", async () => {
    const { exit, told } = await verify("--private-key", at.privateKey);
    expect(exit).toBe(0);
    expect(told).toMatchObject({ verified: true, checked: "contents", files: made.files });
    expect(told.databases).toHaveLength(3);
    expect(new Set(told.databases?.map(({ integrity }) => integrity))).toEqual(new Set(["ok"]));
    const { out } = await at.run("backup", "list", "--json");
    expect(JSON.parse(out)).toMatchObject([
      { verified: true, how: "contents", verifiedAt: expect.any(String) as string },
    ]);
  });

  it("moves no line before the key is known: its passphrase may be asked for", async () => {
    const moved: string[] = [];
    const progress = (text: string): void => {
      if (text === "") return;
      moved.push(text);
      throw new Error("ends the movement");
    };
    Object.assign(at.host.terminal, { stderrIsTty: true, progress });
    const { exit, err, out } = await at.backup("verify", "--private-key", join(at.root, "no-such-key.asc"));
    expect(exit).not.toBe(0);
    expect(err + out).toContain("no-such-key.asc: the private key file cannot be read");
    expect(moved).toEqual([]);
  });

  it("names the recipient where a key is needed and none was given", async () => {
    const { exit, err } = await at.run("restore", made.archive, "--target", join(at.root, "back"));
    expect(exit).toBe(2);
    expect(err).toContain(`the archive is sealed to key ${at.key.fingerprint}\n`);
    expect(err).toContain("--private-key FILE");
  });

  it("is told to people with what to do next", async () => {
    const good = await at.backup("verify");
    expect(good.out).toMatch(
      /^✓ openclaw-backup-.*\n {2}size, hash and structure are as they were sealed \(.*\)\n {2}not opened: --private-key/,
    );
    await flip(made.archive, 5000);
    const bad = await at.backup("verify");
    expect(bad.exit).toBe(5);
    expect(bad.out).toMatch(/^✗ openclaw-backup-.*\n {2}.*SHA-256 differs.*\n {2}do not restore from it/);
  });

  it("the worst of several counts, and each has its own word", async () => {
    const second = await at.make();
    await flip(made.archive, 7000);
    const { exit, out } = await at.backup("verify", "--all", "--json");
    expect(exit).toBe(5);
    expect(JSON.parse(out)).toMatchObject([
      { archive: second.archive, verified: true },
      { archive: made.archive, verified: false, error: { code: "altered", exit: 5 } },
    ]);
  });

  it.each([
    [
      "truncated",
      async () => writeFile(made.archive, (await readFile(made.archive)).subarray(0, -200)),
      /truncated/,
    ],
    ["altered", () => flip(made.archive, made.bytes - 10), /not those that were sealed/],
  ])("%s: exit 5 and says so", async (code, spoil, message) => {
    await spoil();
    const { exit, told } = await verify(made.archive, "--private-key", at.privateKey);
    expect(exit).toBe(5);
    expect(told.error).toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  it("another archive's sidecar: exit 5", async () => {
    const other = await at.make();
    const sidecar = (archive: string): string => archive.replace(".tar.zst.gpg", ".seal.json");
    await copyFile(sidecar(other.archive), sidecar(made.archive));
    expect((await verify(made.archive)).exit).toBe(5);
  });

  it("a key that does not fit: exit 12", async () => {
    const other = await at.put("other.asc", (await oldKey()).privateKey);
    const { exit, told } = await verify("--private-key", other);
    expect({ exit, error: told.error?.exit }).toEqual({ exit: 12, error: 12 });
  });

  it("no sidecar: exit 3, because nothing says what it ought to be", async () => {
    const bare = join(at.root, "bare.tar.zst.gpg");
    await copyFile(made.archive, bare);
    const { exit, told } = await verify(bare);
    expect(exit).toBe(3);
    expect(told).toMatchObject({ verified: false, checked: "structure" });
    expect((await verify(bare, "--private-key", at.privateKey)).exit).toBe(0);
  });

  it("a database that was damaged before it was sealed: exit 5, and that it was before", async () => {
    const path = join(at.stateDir, "memory.sqlite");
    const db = new Database(path);
    db.exec("CREATE TABLE t(text TEXT); CREATE INDEX text_of ON t(text)");
    const insert = db.prepare("INSERT INTO t VALUES (?)");
    for (let row = 0; row < 300; row += 1) insert.run(`${row}${"x".repeat(300)}`);
    db.close();
    const bytes = await readFile(path);
    bytes.fill(0xff, 5 * 4096, 8 * 4096);
    await writeFile(path, bytes);
    await at.make();
    const { exit, told } = await verify("--private-key", at.privateKey);
    expect(exit).toBe(5);
    expect(told.error).toMatchObject({
      code: "database-damaged",
      message: expect.stringContaining("memory.sqlite") as string,
      hint: expect.stringContaining("damaged before") as string,
    });
  });

  it("with --json a failure is told on stderr, too: the one that the exit code stands for", async () => {
    const whole = await at.backup("verify", "--json");
    expect(whole.err).toBe("");
    await at.make();
    await flip(made.archive, 7000);
    const { exit, err } = await at.backup("verify", "--all", "--json");
    expect(JSON.parse(err)).toMatchObject({ error: { code: "altered", exit } });
  });

  it("an emptied archive is told like any other damage, also where a passphrase was given", async () => {
    const passphrase = ["--passphrase-from", await at.put("passphrase", "FAKE one\n")];
    const empty = join(at.root, "empty.tar.zst.gpg");
    await writeFile(empty, "");
    const { exit, out } = await at.backup("verify", empty, "--json", ...passphrase);
    expect(exit).toBe(5);
    expect(JSON.parse(out)).toMatchObject({ archive: empty, verified: false, error: { exit: 5 } });
  });

  it("nothing there: exit 10; all and some: exit 2", async () => {
    expect((await verify(join(at.root, "nothing.gpg"))).exit).toBe(10);
    expect((await at.backup("verify", "--all", made.archive)).exit).toBe(2);
    const empty = await setting();
    expect((await empty.backup("verify")).exit).toBe(10);
  });
});
