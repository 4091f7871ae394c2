import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createCase } from "../../src/case/index.ts";
import { oldKey, setting, type Setting } from "./backup-setting.ts";

/** A case with one archive in it, sealed to the key of the setting. */
async function withArchive(): Promise<Setting & { readonly archive: string }> {
  const at = await setting({ empty: true, files: { "~/.openclaw/openclaw.json": "{}" } });
  const { dataDir, host } = at;
  const subject = await createCase(host, { dataDir, playbook: "collect", title: "Made by a test" });
  const archive = join(subject.info.path, "archives", "evidence.tar.zst.gpg");
  const { exit, out } = await at.backup("create", "--kind", "evidence", "--json", "-o", archive);
  expect(exit).toBe(0);
  const made = JSON.parse(out) as Parameters<typeof subject.archives.add>[0];
  await subject.archives.add(made);
  await subject.release();
  return { ...at, archive };
}

describe("case verify and the archives of the case", () => {
  let at: Awaited<ReturnType<typeof withArchive>>;
  beforeAll(async () => {
    at = await withArchive();
  });

  it("hash and structure always; contents where something opens them", async () => {
    const closed = await at.run("case", "verify", "--json");
    expect({ exit: closed.exit, err: closed.err }).toEqual({ exit: 0, err: "" });
    const { archives } = JSON.parse(closed.out) as { archives: object };
    expect(archives).toEqual({ checked: 1, altered: 0, missing: 0 });
    const opened = await at.run("case", "verify", "--json", "--private-key", at.privateKey);
    expect(JSON.parse(opened.out)).toMatchObject({
      archives: { checked: 1, altered: 0, missing: 0, contents: { checked: 1, altered: 0 } },
      verdict: "intact",
    });
    const people = await at.run("case", "verify", "--private-key", at.privateKey);
    expect(people.out).toContain(
      "archives: 1 checked, 0 altered, 0 missing; 1 opened, every file in them as it was sealed\n",
    );
  });

  it("a key that does not fit: exit 12", async () => {
    const other = await at.put("other.asc", (await oldKey()).privateKey);
    expect((await at.run("case", "verify", "--private-key", other)).exit).toBe(12);
  });

  it("a sidecar that was edited: tampered, exit 5, although the archive's bytes are right", async () => {
    const sidecar = at.archive.replace(".tar.zst.gpg", ".seal.json");
    const text = await readFile(sidecar, "utf8");
    const value = JSON.parse(text) as { manifest: { root: string } };
    value.manifest.root = "0".repeat(64);
    await writeFile(sidecar, JSON.stringify(value));
    const { exit, out } = await at.run("case", "verify", "--json", "--private-key", at.privateKey);
    expect(exit).toBe(5);
    expect(JSON.parse(out)).toMatchObject({
      archives: { altered: 1 },
      problems: [expect.stringContaining("swapped or edited") as string],
      verdict: "tampered",
    });
    await writeFile(sidecar, text);
  });

  it("a sidecar that was removed: tampered, exit 5", async () => {
    const sidecar = at.archive.replace(".tar.zst.gpg", ".seal.json");
    const text = await readFile(sidecar, "utf8");
    await rm(sidecar);
    const { exit, out } = await at.run("case", "verify", "--json");
    expect(exit).toBe(5);
    expect(JSON.parse(out)).toMatchObject({
      archives: { altered: 1 },
      problems: [expect.stringContaining("its sidecar is missing") as string],
      verdict: "tampered",
    });
    await writeFile(sidecar, text);
  });

  it("an archive that is lost or damaged: tampered, exit 5", async () => {
    const bytes = await readFile(at.archive);
    await writeFile(at.archive, bytes.subarray(0, -1));
    const { exit, out } = await at.run("case", "verify", "--json", "--private-key", at.privateKey);
    expect(exit).toBe(5);
    expect(JSON.parse(out)).toMatchObject({ archives: { altered: 1 }, verdict: "tampered" });
    await writeFile(at.archive, bytes);
  });
});
