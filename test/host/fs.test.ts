import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  utimesSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { realFs } from "../../src/host/real/fs.ts";
import { scratchFolder } from "./scratch-folder.ts";

const fs = realFs();
const base = scratchFolder();
const fresh = (): string => mkdtempSync(join(base, "t-"));
const modeOf = (path: string): number => statSync(path).mode & 0o7777;

describe("reading", () => {
  it("gives the bytes and refuses more than asked for", async () => {
    const path = join(fresh(), "a");
    writeFileSync(path, "0123456789");
    expect(await fs.readText(path, { maxBytes: 10 })).toBe("0123456789");
    await expect(fs.read(path, { maxBytes: 9 })).rejects.toMatchObject({ code: "too-large" });
    await expect(fs.read(`${path}x`)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("refuses 65 MiB by default without reading it", async () => {
    const path = join(fresh(), "large");
    writeFileSync(path, "");
    truncateSync(path, 65 * 1024 * 1024);
    await expect(fs.read(path)).rejects.toMatchObject({ code: "too-large" });
  });

  it("does not believe a size of 0: /proc files have content", async () => {
    if (process.platform !== "linux") return;
    expect(await fs.readText("/proc/self/status")).toContain("Name:");
    await expect(fs.read("/proc/self/status", { maxBytes: 10 })).rejects.toMatchObject({ code: "too-large" });
  });

  it("never follows a link, waits for a FIFO, or opens a folder, socket or device", async () => {
    const dir = fresh();
    const target = join(dir, "target");
    writeFileSync(target, "x");
    symlinkSync(target, join(dir, "link"));
    execFileSync("mkfifo", [join(dir, "fifo")]);
    const server = createServer().listen(join(dir, "socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    await expect(fs.read(join(dir, "link"))).rejects.toMatchObject({ code: "ELOOP" });
    expect(() => fs.open(join(dir, "link"))).toThrow("ELOOP");
    for (const path of [join(dir, "fifo"), join(dir, "socket"), dir, "/dev/null"]) {
      await expect(fs.read(path)).rejects.toMatchObject({ code: "not-a-file" });
      await expect(fs.readTail(path, 5)).rejects.toMatchObject({ code: "not-a-file" });
      await expect(fs.copy(path, join(dir, "copy"))).rejects.toMatchObject({ code: "not-a-file" });
      expect(() => fs.open(path)).toThrow("not a regular file");
    }
    server.close();
    expect(existsSync(join(dir, "copy"))).toBe(false);
  });

  it("hands the file out in pieces that add up", () => {
    const path = join(fresh(), "pieces");
    const content = Buffer.from(Array.from({ length: 10_000 }, (_, i) => i % 251));
    writeFileSync(path, content);
    const handle = fs.open(path);
    const buffer = new Uint8Array(999);
    const parts: Buffer[] = [];
    for (let n = handle.read(buffer); n > 0; n = handle.read(buffer))
      parts.push(Buffer.from(buffer.subarray(0, n)));
    handle.close();
    handle.close();
    expect(Buffer.concat(parts).equals(content)).toBe(true);
    expect(handle.stat).toMatchObject({ kind: "file", size: 10_000 });
  });

  it("gives the end of a log", async () => {
    const path = join(fresh(), "log");
    writeFileSync(path, "one\ntwo\nthree\n");
    expect(Buffer.from(await fs.readTail(path, 6)).toString()).toBe("three\n");
    expect(Buffer.from(await fs.readTail(path, 600)).toString()).toBe("one\ntwo\nthree\n");
  });

  it("tells what is there without following links, and lists in order of names", async () => {
    const dir = fresh();
    writeFileSync(join(dir, "b"), "12", { mode: 0o640 });
    linkSync(join(dir, "b"), join(dir, "c"));
    symlinkSync("nowhere", join(dir, "a"));
    mkdirSync(join(dir, "B"));
    expect(await fs.list(dir)).toEqual([
      { name: "B", kind: "dir" },
      { name: "a", kind: "symlink" },
      { name: "b", kind: "file" },
      { name: "c", kind: "file" },
    ]);
    expect(await fs.stat(join(dir, "a"))).toMatchObject({ kind: "symlink" });
    expect(await fs.stat(join(dir, "b"))).toMatchObject({ kind: "file", size: 2, mode: 0o640, nlink: 2 });
    expect(await fs.stat(join(dir, "no"))).toBeUndefined();
    expect(await fs.stat(join(dir, "b/below-a-file"))).toBeUndefined();
    expect(await fs.readlink(join(dir, "a"))).toBe("nowhere");
    expect(await fs.free(join(dir, "not/yet/there"))).toBeGreaterThan(0);
  });
});

describe("writing", () => {
  it("is private whatever the umask is, and keeps a mode that is asked for", async () => {
    const dir = fresh();
    const before = process.umask(0);
    try {
      await fs.writeAtomic(join(dir, "a"), "1");
      await fs.writeAtomic(join(dir, "b"), "1", { mode: 0o644 });
      await fs.append(join(dir, "c"), "1");
      await (await fs.create(join(dir, "d"))).finish();
      await fs.mkdir(join(dir, "e/f"));
    } finally {
      process.umask(before);
    }
    expect(["a", "b", "c", "d", "e", "e/f"].map((name) => modeOf(join(dir, name)).toString(8))).toEqual([
      "600",
      "644",
      "600",
      "600",
      "700",
      "700",
    ]);
  });

  it("replaces a file as a whole and leaves nothing beside it", async () => {
    const dir = fresh();
    const path = join(dir, "config.json");
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
        await fs.writeAtomic(path, bytes);
        expect(Buffer.from(await fs.read(path)).equals(bytes)).toBe(true);
        expect(readdirSync(dir)).toEqual(["config.json"]);
      }),
      { numRuns: 30 },
    );
  });

  it("never shows a reader half a file", async () => {
    const path = join(fresh(), "whole");
    await fs.writeAtomic(path, "a".repeat(200_000));
    const seen = new Set<string>();
    const writer = (async () => {
      for (let i = 0; i < 20; i += 1) await fs.writeAtomic(path, (i % 2 === 0 ? "b" : "a").repeat(200_000));
    })();
    for (let i = 0; i < 60; i += 1) {
      const text = await fs.readText(path);
      seen.add(`${text.length} ${new Set(text).size}`);
    }
    await writer;
    expect([...seen]).toEqual(["200000 1"]);
  });

  it("leaves the old file and no rest when it cannot be replaced", async () => {
    const dir = fresh();
    mkdirSync(join(dir, "taken"));
    writeFileSync(join(dir, "taken/x"), "");
    await expect(fs.writeAtomic(join(dir, "taken"), "x")).rejects.toMatchObject({ code: "EISDIR" });
    expect(readdirSync(dir)).toEqual(["taken"]);
    await expect(fs.writeAtomic(join(dir, "no/such"), "x")).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("replaces a link instead of writing through it", async () => {
    const dir = fresh();
    writeFileSync(join(dir, "victim"), "safe");
    symlinkSync(join(dir, "victim"), join(dir, "link"));
    await fs.writeAtomic(join(dir, "link"), "mine");
    expect(readFileSync(join(dir, "victim"), "utf8")).toBe("safe");
    expect(lstatSync(join(dir, "link")).isFile()).toBe(true);
    symlinkSync(join(dir, "victim"), join(dir, "log"));
    await expect(fs.append(join(dir, "log"), "x")).rejects.toMatchObject({ code: "ELOOP" });
    await expect(fs.create(join(dir, "log"))).rejects.toMatchObject({ code: "EEXIST" });
    await expect(fs.chmod(join(dir, "log"), 0o777)).rejects.toMatchObject({ code: "ELOOP" });
    expect(modeOf(join(dir, "victim"))).not.toBe(0o777);
  });

  it("keeps the owner of a file it replaces", async () => {
    if (process.getuid?.() !== 0) return;
    const path = join(fresh(), "theirs");
    writeFileSync(path, "1");
    execFileSync("chown", ["12345:12346", path]);
    await fs.writeAtomic(path, "2");
    expect(statSync(path)).toMatchObject({ uid: 12345, gid: 12346 });
  });

  it("creates only what is not there, and takes it back", async () => {
    const path = join(fresh(), "archive.partial");
    const handle = await fs.create(path);
    await handle.write(Buffer.from("one "));
    await handle.write(Buffer.from("two"));
    await expect(fs.create(path)).rejects.toMatchObject({ code: "EEXIST" });
    await handle.finish();
    expect(readFileSync(path, "utf8")).toBe("one two");
    await handle.discard();
    expect(existsSync(path)).toBe(false);
    await fs.remove(path);
  });

  it("appends", async () => {
    const path = join(fresh(), "journal");
    await fs.append(path, "1\n");
    await fs.append(path, "2\n");
    expect(readFileSync(path, "utf8")).toBe("1\n2\n");
  });

  it("copies without leaving an access time behind", async () => {
    const dir = fresh();
    const path = join(dir, "db");
    writeFileSync(path, "x".repeat(3_000_000));
    // Read last before it was written: a reading that is not silent would set it anew.
    utimesSync(path, 1_600_000_000, 1_700_000_000);
    await fs.copy(path, join(dir, "copy"));
    expect(statSync(path).atimeMs).toBe(1_600_000_000_000);
    expect(readFileSync(join(dir, "copy")).length).toBe(3_000_000);
  });

  it("copies zeros as a hole", async () => {
    const dir = fresh();
    const path = join(dir, "large");
    writeFileSync(path, "begin");
    truncateSync(path, 300 << 20);
    appendFileSync(path, "end");
    expect(await fs.copy(path, join(dir, "copy"))).toBe((300 << 20) + 3);
    expect(statSync(join(dir, "copy")).blocks * 512).toBeLessThan(8 << 20);
    const tail = await fs.readTail(join(dir, "copy"), 4);
    expect(Buffer.from(tail).toString("latin1")).toBe("\0end");
    expect(Buffer.from(readFileSync(join(dir, "copy")).subarray(0, 6)).toString("latin1")).toBe("begin\0");
  });

  it("copies a file as 0600 and overwrites nothing", async () => {
    const dir = fresh();
    writeFileSync(join(dir, "db"), "content");
    chmodSync(join(dir, "db"), 0o4755);
    expect(await fs.copy(join(dir, "db"), join(dir, "copy"))).toBe(7);
    expect(modeOf(join(dir, "copy"))).toBe(0o600);
    expect(readFileSync(join(dir, "copy"), "utf8")).toBe("content");
    await expect(fs.copy(join(dir, "db"), join(dir, "copy"))).rejects.toMatchObject({ code: "EEXIST" });
    symlinkSync(join(dir, "db"), join(dir, "link"));
    await expect(fs.copy(join(dir, "link"), join(dir, "copy2"))).rejects.toMatchObject({ code: "ELOOP" });
  });
});

describe("scratch", () => {
  it("is private, and the only tree that can be removed", async () => {
    const dir = fresh();
    const own = await fs.scratch(join(dir, "case"), "copy-");
    expect(modeOf(own)).toBe(0o700);
    mkdirSync(join(dir, "keep"));
    writeFileSync(join(dir, "keep/file"), "");
    symlinkSync(join(dir, "keep"), join(own, "trap"));
    await expect(fs.removeScratch(join(dir, "keep"))).rejects.toMatchObject({ code: "not-scratch" });
    await expect(fs.removeScratch(join(own, "trap/file"))).rejects.toMatchObject({ code: "not-scratch" });
    await expect(fs.removeScratch(join(own, "../keep"))).rejects.toMatchObject({ code: "not-scratch" });
    await expect(fs.removeScratch(`${own}x`)).rejects.toMatchObject({ code: "not-scratch" });
    appendFileSync(join(own, "rest"), "x");
    await fs.removeScratch(own);
    expect(existsSync(own)).toBe(false);
    expect(readdirSync(join(dir, "keep"))).toEqual(["file"]);
    await fs.removeScratch(own);
  });
});
