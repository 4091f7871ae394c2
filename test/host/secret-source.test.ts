import { execFileSync, spawn } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { secretReader } from "../../src/host/real/secret-source.ts";
import { scratchFolder } from "./scratch-folder.ts";

const base = scratchFolder();
function file(name: string, content: string | Uint8Array): { readonly file: string } {
  writeFileSync(join(base, name), content, { mode: 0o600 });
  return { file: join(base, name) };
}
const refused = (why: string) => ({
  exit: "usage",
  code: "secret-unreadable",
  message: expect.stringContaining(why) as string,
});

describe("a secret from a file or descriptor", () => {
  it("is the content without one newline at the end", async () => {
    const read = secretReader();
    expect((await read("k", file("a", "FAKE-key\n"), false))?.reveal()).toBe("FAKE-key");
    expect((await read("k", file("b", "FAKE-key\r\n"), false))?.reveal()).toBe("FAKE-key");
    expect((await read("k", file("c", " FAKE key\n\n"), false))?.reveal()).toBe(" FAKE key\n");
    expect((await read("k", file("d", "FAKE-é"), false))?.reveal()).toBe("FAKE-é");
  });

  it("is refused when it is too large, empty, no text or not there, without being repeated", async () => {
    const read = secretReader();
    await expect(read("k", file("large", "x".repeat(64 * 1024 + 1)), false)).rejects.toMatchObject(
      refused("64 KiB"),
    );
    await expect(read("k", file("empty", "\n"), false)).rejects.toMatchObject(refused("empty"));
    expect(await read("k", file("empty2", ""), true)).toBeUndefined();
    await expect(read("k", file("binary", Buffer.from([0x46, 0xff])), false)).rejects.toMatchObject(
      refused("UTF-8"),
    );
    await expect(read("k", { file: join(base, "no") }, false)).rejects.toMatchObject(refused("ENOENT"));
    await expect(read("k", { fd: 999 }, false)).rejects.toMatchObject(refused("EBADF"));
  });

  it("is read once from a descriptor and given again when asked again", async () => {
    file("fd", "FAKE-key\n");
    const fd = openSync(join(base, "fd"), "r");
    const read = secretReader();
    expect((await read("a", { fd }, false))?.reveal()).toBe("FAKE-key");
    closeSync(fd);
    expect((await read("b", { fd }, false))?.reveal()).toBe("FAKE-key");
  });

  it("may come through a pipe whose writer takes its time", async () => {
    const pipe = join(base, "pipe");
    execFileSync("mkfifo", [pipe]);
    const writer = spawn("sh", ["-c", `(printf FAKE-; sleep 0.2; echo key) > ${pipe}`]);
    expect((await secretReader()("k", { file: pipe }, false))?.reveal()).toBe("FAKE-key");
    await new Promise((resolve) => (writer.exitCode === null ? writer.once("exit", resolve) : resolve(0)));
  });
});
