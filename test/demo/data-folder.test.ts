import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isBuilt, place, start, type Place } from "./demonstration.ts";

/** A user with a data folder of their own, in which every one of these commands would find something. */
async function withOwnFolder(): Promise<Place> {
  const at = await place();
  await mkdir(join(at.home, ".claw-ir/backups"), { recursive: true, mode: 0o700 });
  await mkdir(join(at.home, ".claw-ir/drills"), { mode: 0o700 });
  await writeFile(join(at.home, ".claw-ir/backups/openclaw-backup-own-20260101T000000Z.tar.zst.gpg"), "own");
  return at;
}

describe.skipIf(!isBuilt)("the demonstration and the user's data folder", () => {
  it.each([
    [["backup", "list"], 0, "[]\n"],
    [["backup", "prune", "--keep-last", "1", "--dry-run"], 0, '{"dryRun":true,"goes":[],"stays":[]}\n'],
    [["backup", "verify", "--all"], 10, ""],
    [["drill", "list"], 0, "[]\n"],
  ])("%j looks into its own", async (argv, exit, stdout) => {
    const at = await withOwnFolder();
    const ran = await start([...argv, "--demo", "--json"], at.env).ended;
    expect(ran).toMatchObject({ exit, stdout });
    expect(await readdir(at.tmp)).toEqual([]);
    expect(await readdir(join(at.home, ".claw-ir/backups"))).toHaveLength(1);
  });

  it.each([
    [["case", "list"], 2, "demo-has-no-case"],
    [["case", "verify"], 2, "demo-has-no-case"],
    [["case", "close"], 2, "demo-has-no-case"],
    [["case", "note", "text"], 2, "demo-has-no-case"],
    [["drill"], 10, "no-backup"],
  ])("%j has nothing to work on, and says so", async (argv, exit, code) => {
    const at = await withOwnFolder();
    const ran = await start([...argv, "--demo", "--json"], at.env).ended;
    expect(ran).toMatchObject({ exit, stdout: "" });
    expect(JSON.parse(ran.stderr)).toMatchObject({ error: { code, exit } });
  });

  it("drill restores a backup of the demonstration, and starts no gateway", async () => {
    const at = await withOwnFolder();
    const file = join(at.home, "demo.tar.zst.gpg");
    const passphrase = join(at.home, "passphrase");
    await writeFile(passphrase, "drill FAKE", { mode: 0o600 });
    const shared = ["--demo", "--json", "--passphrase-from", passphrase];
    const made = await start(["backup", "create", "-o", file, ...shared], at.env).ended;
    expect(made.exit, made.stderr).toBe(0);
    const ran = await start(["drill", file, ...shared], at.env).ended;
    expect(ran.exit, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      verdict: "pass",
      gateway: { skipped: true, reason: "the demonstration has no OpenClaw" },
    });
  });
});
