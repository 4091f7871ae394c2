/** Sealing as a whole process: its memory, and its death. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { verifyArchive } from "../../src/archive/index.ts";
import { diskHost } from "./disk-host.ts";
import { pass, tempFolder } from "./sealing.ts";

const child = fileURLToPath(new URL("./seal-child.ts", import.meta.url));
// Node 22 needs to be told; newer ones do it by themselves.
const nodeArgs = ["--no-warnings", "--experimental-strip-types", child];

/** Half of it compresses and half does not. */
function bigTree(megabytes: number): string {
  const root = join(tempFolder(), "state");
  mkdirSync(root);
  const text = Buffer.alloc(1 << 20, '{"role":"user","text":"a line of a transcript"}\n');
  for (let file = 0; file < 10; file += 1) {
    const path = join(root, `f${file}`);
    for (let at = 0; at < megabytes / 20; at += 1)
      appendFileSync(path, Buffer.concat([text, randomBytes(1 << 20)]));
  }
  for (let file = 0; file < 2000; file += 1) writeFileSync(join(root, `small-${file}`), `file ${file}`);
  return root;
}

test.each(["zstd", "gzip"])(
  "300 MB are sealed, read back and verified by %s in less than 250 MB of memory",
  (compression) => {
    const root = bigTree(300);
    const outFile = join(tempFolder(), "x.gpg");
    const output = execFileSync(process.execPath, [...nodeArgs, root, outFile, compression]).toString();
    const result = JSON.parse(output.trim().split("\n").at(-1)!) as Record<string, unknown>;
    expect(result["checked"]).toBe("contents");
    expect(result["plainBytes"]).toBeGreaterThan(300_000_000);
    expect(result["peak"]).toBeLessThan(250);
  },
);

function ended(process: ChildProcess): Promise<void> {
  return new Promise((resolve) => process.once("close", () => resolve()));
}

test("kill -9 at any moment leaves no archive under its name that does not verify", async () => {
  const root = bigTree(60);
  for (let round = 0; round < 12; round += 1) {
    const folder = tempFolder();
    const outFile = join(folder, "x.tar.zst.gpg");
    const running = spawn(process.execPath, [...nodeArgs, root, outFile, "zstd"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const over = ended(running);
    await new Promise((resolve) => running.stdout.once("data", resolve));
    await new Promise((resolve) => setTimeout(resolve, round * 60));
    running.kill("SIGKILL");
    await over;
    const names = readdirSync(folder).filter((name) => !name.startsWith("."));
    expect(["x.seal.json", "x.tar.zst.gpg", "x.tar.zst.gpg.partial"]).toEqual(expect.arrayContaining(names));
    if (!existsSync(outFile)) continue;
    const verified = await verifyArchive(diskHost(), outFile, { unlock: { passphrase: pass } });
    expect(verified).toMatchObject({ checked: "contents", sidecar: true });
  }
});
