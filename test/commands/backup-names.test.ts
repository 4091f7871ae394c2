import { readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Host } from "../../src/host/host.ts";
import { outFileOf } from "../../src/commands/backup/place.ts";
import type { Installation } from "../../src/openclaw/index.ts";
import { setting } from "./backup-setting.ts";

const small = { empty: true, files: { "~/.openclaw/openclaw.json": "{}" } };

describe("what an archive is called", () => {
  it.each([
    [["-o", "x.tar.gz.gpg"], ".tar.zst.gpg"],
    [["-o", "x.tgz.gpg"], ".tar.zst.gpg"],
    [["-o", "x.tar.zst.gpg", "--compression", "gzip"], ".tar.gz.gpg"],
    [["-o", "x.tar.zst.gpg", "--plaintext"], ".tar.zst"],
  ])("%j: refused, because it is not what would be in it", async (argv, right) => {
    const at = await setting(small);
    const { exit, err } = await at.backup("create", "--json", ...argv);
    expect(exit).toBe(2);
    expect(JSON.parse(err)).toMatchObject({
      error: { code: "wrong-ending", message: expect.stringMatching(new RegExp(`: ${right}$`)) as string },
    });
  });

  it("unencrypted, in a folder: without .gpg", async () => {
    const at = await setting(small);
    const folder = join(at.root, "stick/");
    await at.host.fs.mkdir(folder, { mode: 0o700 });
    const answer = await at.answer({ "seal.plaintext": "plaintext" });
    expect((await at.backup("create", "--plaintext", "-o", folder, ...answer)).exit).toBe(0);
    expect(await readdir(folder)).toEqual([
      expect.stringMatching(/\.seal\.json$/) as string,
      expect.stringMatching(/\.tar\.zst$/) as string,
    ]);
  });

  it("unencrypted, it goes nowhere else", async () => {
    const at = await setting(small);
    const folder = join(at.root, "stick");
    await at.host.fs.mkdir(folder, { mode: 0o700 });
    const answer = await at.answer({ "seal.plaintext": "plaintext" });
    const together = await at.backup("create", "--plaintext", "--copy-to", folder, "--json", ...answer);
    expect(together.exit).toBe(2);
    expect(JSON.parse(together.err)).toMatchObject({ error: { code: "plaintext-copy" } });
    const { archive } = await at.make("--plaintext", ...answer);
    const { exit, err } = await at.backup("copy", archive, folder, "--json");
    expect(exit).toBe(2);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "plaintext-archive" } });
    expect(await readdir(folder)).toEqual([]);
  });

  it("a folder that may not be looked into is told as that", async () => {
    const denied = (path: string): never => {
      throw Object.assign(new Error(`EACCES: permission denied, lstat '${path}'`), { code: "EACCES" });
    };
    const fs = { stat: denied, realpath: (path: string) => Promise.resolve(path) } as unknown as Host["fs"];
    const nothing = { target: { stateDir: "/s" }, agents: [], outside: [] } as unknown as Installation;
    for (const wanted of ["/closed/", "/closed/x.tar.zst.gpg"])
      await expect(outFileOf({ fs }, wanted, "name", nothing)).rejects.toMatchObject({
        code: "cannot-write-archive",
        message: "the archive cannot be written: /closed may not be looked into (EACCES)",
      });
  });
});

describe("a name of backup list in place of a path", () => {
  it("is accepted wherever an archive is named, with and without its ending", async () => {
    const at = await setting(small);
    const { archive } = await at.make();
    const file = basename(archive);
    const name = file.replace(/\.tar\.zst\.gpg$/, "");
    expect((await at.backup("list")).out).toContain(name);
    for (const named of [file, name]) {
      expect(JSON.parse((await at.backup("verify", named, "--json")).out)).toMatchObject({ archive });
      const copied = await at.backup("copy", named, await at.host.fs.scratch(at.root, "to-"), "--json");
      expect(JSON.parse(copied.out)).toMatchObject({ archive });
      const drilled = await at.run("drill", named, "--dry-run", "--json");
      expect(JSON.parse(drilled.out)).toMatchObject({ plan: {} });
      const target = join(at.root, "look");
      const key = ["--private-key", at.privateKey];
      const restored = await at.run("restore", named, "--target", target, "--dry-run", "--json", ...key);
      expect(JSON.parse(restored.out)).toMatchObject({ archive, dryRun: true });
    }
  });

  it("says which file is not there when nothing is called so", async () => {
    const at = await setting(small);
    await at.make();
    const { exit, err } = await at.run("restore", "nothing", "--target", "/x", "--dry-run", "--json");
    expect(exit).toBe(10);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "no-archive" } });
    expect((await at.backup("verify", "nothing", "--json")).exit).toBe(10);
  });

  it("is not guessed where two are called so", async () => {
    const at = await setting(small);
    const { archive } = await at.make();
    await writeFile(archive.replace(".tar.zst.gpg", ".tar.gz.gpg"), "another");
    const name = basename(archive).replace(/\.tar\.zst\.gpg$/, "");
    const { exit, err } = await at.backup("verify", name, "--json");
    expect(exit).toBe(2);
    expect(JSON.parse(err)).toMatchObject({
      error: { code: "ambiguous-archive", hint: expect.stringContaining(archive) as string },
    });
    expect((await at.backup("verify", basename(archive))).exit).toBe(0);
  });
});

describe("what is listed", () => {
  it("an archive that is not what was verified any more", async () => {
    const at = await setting(small);
    const made = await at.make();
    await writeFile(made.archive, "");
    const { out } = await at.backup("list", "--json");
    expect(JSON.parse(out)).toMatchObject([{ archive: made.archive, verified: false }]);
  });

  it("there is nothing to prune where there is no data folder yet", async () => {
    const at = await setting(small);
    const argv = ["--keep-last", "3", "--json", "--data-dir", join(at.root, "none")];
    const { exit, out } = await at.backup("prune", ...argv);
    expect({ exit, told: JSON.parse(out) as unknown }).toMatchObject({
      exit: 0,
      told: { pruned: [], stays: [] },
    });
    expect(await readdir(at.root)).not.toContain("none");
  });
});
