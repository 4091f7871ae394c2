/** The commands of docs/archive-format.md, taken from the page and run. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Gpg, gpgHome, noGpg } from "./gpg.ts";
import { seal, tempFolder, testKey } from "./sealing.ts";

const page = readFileSync(fileURLToPath(new URL("../../docs/archive-format.md", import.meta.url)), "utf8");

/** The shell block with this name. */
function command(name: string): string {
  const block = new RegExp(`\`\`\`sh ${name}\\n([^]*?)\`\`\``).exec(page);
  if (block?.[1] === undefined) throw new Error(`the page has no block ${name}`);
  return block[1];
}

describe.skipIf(noGpg !== undefined)("with gpg, tar and zstd alone", () => {
  let gpg: Gpg;
  beforeAll(async () => {
    gpg = gpgHome();
    gpg.run(["--import", (await testKey()).privateKey]);
  });
  afterAll(() => {
    gpg.close();
  });

  /** A folder with an archive called NAME and an empty TARGET. */
  async function sealed(): Promise<string> {
    const folder = tempFolder();
    mkdirSync(join(folder, "state"));
    for (const name of ["a", "b with spaces", "ü"])
      writeFileSync(join(folder, "state", name), `${name} content`);
    mkdirSync(join(folder, "TARGET"));
    await seal(join(folder, "state"), { outFile: join(folder, "NAME.tar.zst.gpg") });
    return folder;
  }

  function succeeds(folder: string, name: string): boolean {
    const args = [
      "-o",
      "pipefail",
      "-ec",
      command(name).replaceAll("gpg --decrypt", "gpg --batch --quiet --decrypt"),
    ];
    return spawnSync("bash", args, { cwd: folder, env: gpg.env, stdio: "ignore" }).status === 0;
  }

  test("the archive is opened, and everything about it holds", async () => {
    const folder = await sealed();
    for (const name of ["open", "ciphertext", "root", "files"])
      expect(succeeds(folder, name), name).toBe(true);
    expect(readFileSync(join(folder, "TARGET/home/claw/state/ü"), "utf8")).toBe("ü content");
  });

  test.each([
    ["ciphertext", "NAME.tar.zst.gpg"],
    ["open", "NAME.tar.zst.gpg"],
    ["root", "TARGET/MANIFEST.jsonl"],
    ["files", "TARGET/home/claw/state/b with spaces"],
  ])("the check of %s notices a change in %s", async (name, file) => {
    const folder = await sealed();
    expect(succeeds(folder, "open")).toBe(true);
    const bytes = readFileSync(join(folder, file));
    bytes[bytes.length >> 1] = bytes[bytes.length >> 1]! ^ 1;
    writeFileSync(join(folder, file), bytes);
    expect(succeeds(folder, name)).toBe(false);
  });
});
