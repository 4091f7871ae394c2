import { chmod, mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { fingerprintKey, resolveDataDir } from "../../src/case/index.ts";
import { fakeHost, type FakeHost } from "../support/fake-host.ts";

let fake: FakeHost | undefined;
async function fresh(env: Record<string, string> = {}): Promise<FakeHost> {
  fake = await fakeHost({ env, facts: { uid: process.getuid?.() ?? 0 } });
  return fake;
}
afterEach(async () => fake?.cleanup());

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe("the data folder", () => {
  it("is --data-dir, else CLAW_IR_HOME, else ~/.claw-ir, made with mode 0700", async () => {
    const { host, root, home } = await fresh({ CLAW_IR_HOME: "" });
    const usual = await resolveDataDir(host, undefined, []);
    expect(usual).toBe(join(home, ".claw-ir"));
    expect(await modeOf(usual)).toBe(0o700);
    const named = { ...host, facts: { ...host.facts, env: { CLAW_IR_HOME: join(root, "a/b") } } };
    expect(await resolveDataDir(named, undefined, [])).toBe(join(root, "a/b"));
    expect(await resolveDataDir(named, "~/c", [])).toBe(join(home, "c"));
  });

  it("is refused inside the state folder or a workspace, also through links on either side", async () => {
    const { host, root, home } = await fresh();
    const state = join(home, ".openclaw");
    await mkdir(join(state, "workspace"), { recursive: true });
    await symlink(state, join(root, "link-to-state"));
    const refusal = { exit: "usage", code: "data-dir-inside-state" };
    await expect(resolveDataDir(host, join(state, "x"), [state])).rejects.toMatchObject(refusal);
    await expect(resolveDataDir(host, state, [state])).rejects.toMatchObject(refusal);
    await expect(resolveDataDir(host, join(root, "link-to-state/new/x"), [state])).rejects.toMatchObject(
      refusal,
    );
    await expect(resolveDataDir(host, join(state, "y"), [join(root, "link-to-state")])).rejects.toMatchObject(
      refusal,
    );
    await expect(resolveDataDir(host, `${state}/../.openclaw/z`, [state])).rejects.toMatchObject(refusal);
    expect(await resolveDataDir(host, `${state}-not-inside`, [state])).toBe(`${state}-not-inside`);
    expect(await host.fs.list(state)).toHaveLength(1);
  });

  it("is closed to others if it is ours or empty, and left alone if it is somebody's folder", async () => {
    const { host, root, err } = await fresh();
    const empty = join(root, "empty");
    await mkdir(empty, { mode: 0o755 });
    await resolveDataDir(host, empty, []);
    expect(await modeOf(empty)).toBe(0o700);
    expect(err()).toContain("was open to others (0755)");
    const used = join(root, "used");
    await mkdir(used, { mode: 0o755 });
    await writeFile(join(used, "file"), "");
    await chmod(used, 0o755);
    await expect(resolveDataDir(host, used, [])).rejects.toMatchObject({
      exit: "usage",
      code: "data-dir-open",
    });
    expect(await modeOf(used)).toBe(0o755);
  });

  it.each([
    ["EROFS", "read-only"],
    ["ENOSPC", "disk-full"],
    ["EACCES", "permission-denied"],
  ])("says what to do on %s", async (errno, code) => {
    const { host, root, fail } = await fresh();
    fail(join(root, "x"), errno, "write");
    const error = await resolveDataDir(host, join(root, "x"), []).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "ClawError", code, exit: "failed" });
    expect((error as { hint: string }).hint).toContain("--data-dir");
  });

  it("is no file", async () => {
    const { host, root } = await fresh();
    await writeFile(join(root, "file"), "");
    await expect(resolveDataDir(host, join(root, "file"), [])).rejects.toMatchObject({ exit: "usage" });
    await expect(resolveDataDir(host, join(root, "file/below"), [])).rejects.toMatchObject({
      name: "ClawError",
    });
  });
});

describe("the fingerprint key", () => {
  it("is made once, of 32 bytes, with mode 0600, the same for everyone who asks at the same time", async () => {
    const { host, root } = await fresh();
    const keys = await Promise.all(Array.from({ length: 8 }, () => fingerprintKey(host, root)));
    expect(new Set(keys.map((one) => Buffer.from(one).toString("hex"))).size).toBe(1);
    expect(keys[0]).toHaveLength(32);
    expect(await modeOf(join(root, "fingerprint.key"))).toBe(0o600);
    expect(await fingerprintKey(host, root)).toEqual(keys[0]);
  });

  it("is made anew after a crash left it short, and closed if it was open", async () => {
    const { host, root } = await fresh();
    await writeFile(join(root, "fingerprint.key"), "short", { mode: 0o644 });
    expect(await fingerprintKey(host, root)).toHaveLength(32);
    await chmod(join(root, "fingerprint.key"), 0o644);
    await fingerprintKey(host, root);
    expect(await modeOf(join(root, "fingerprint.key"))).toBe(0o600);
  });
});
