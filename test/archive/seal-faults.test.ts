/** What goes wrong while a seal is made: the archive holds what could be read and says what could not, or nothing is left. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ReadHandle } from "../../src/host/host.ts";
import { realFs } from "../../src/host/real/fs.ts";
import { nameBytes } from "../../src/model/file-names.ts";
import { sealArchive, sidecarPath, verifyArchive } from "../../src/archive/index.ts";
import { diskHost } from "./disk-host.ts";
import { bounded, pass, readAll, seal, tempFolder, testKey } from "./sealing.ts";

const real = realFs();

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: told by the test`), { code });
}

/** The real fs, with something happening between open and the first read of one file. */
function between(name: string, happening: (path: string) => void): (path: string) => ReadHandle {
  return (path) => {
    const handle = real.open(path);
    if (path.endsWith(`/${name}`)) happening(path);
    return handle;
  };
}

function tree(files: Readonly<Record<string, string | Buffer>>): string {
  const root = join(tempFolder(), "state");
  mkdirSync(root);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content);
  return root;
}

test("a growing file is archived as its beginning, a shrinking one with zeros; both are told", async () => {
  const root = tree({ a: "first", grows: "0123456789", shrinks: "0123456789", z: "last" });
  const open = (path: string): ReadHandle => {
    const handle = real.open(path);
    if (path.endsWith("/grows")) appendFileSync(path, "and more");
    if (path.endsWith("/shrinks")) truncateSync(path, 4);
    return handle;
  };
  const sealed = await seal(root, {}, diskHost({ fs: { open } }));
  const { list, manifest } = await readAll(sealed.archive, sealed.unlock);
  const content = (name: string): string | undefined =>
    list.find((entry) => entry.path.endsWith(`/${name}`))?.content;
  expect(content("grows")).toBe("0123456789");
  expect(content("shrinks")).toBe("0123\0\0\0\0\0\0");
  expect(content("z")).toBe("last");
  const partial = [
    { path: "home/claw/state/grows", reason: "grew while it was read; its first 10 bytes are archived" },
    { path: "home/claw/state/shrinks", reason: "shrank while it was read; the rest is zeros" },
  ];
  expect(sealed.partial).toEqual(partial);
  expect(manifest?.partial).toEqual(partial);
});

test("a large file that is rewritten in place while it is read is told", async () => {
  const root = tree({ big: Buffer.alloc(3_000_000, "a") });
  const rewrite = between("big", (path) => {
    writeFileSync(path, Buffer.alloc(3_000_000, "b"));
  });
  const sealed = await seal(root, {}, diskHost({ fs: { open: rewrite } }));
  expect(sealed.partial).toEqual([{ path: "home/claw/state/big", reason: "changed while it was read" }]);
});

test("files that vanish, become a link or become a FIFO between listing and opening are told, and the rest is kept", async () => {
  const root = tree({ gone: "x", "is-link": "x", "is-fifo": "x", kept: "kept" });
  const open = (path: string): ReadHandle => {
    if (path.endsWith("/gone")) unlinkSync(path);
    if (path.endsWith("/is-link")) {
      unlinkSync(path);
      symlinkSync("/etc/passwd", path);
    }
    if (path.endsWith("/is-fifo")) {
      unlinkSync(path);
      execFileSync("mkfifo", [path]);
    }
    return real.open(path);
  };
  const sealed = await bounded(seal(root, {}, diskHost({ fs: { open } })));
  expect(sealed.partial.map(({ path }) => path.split("/").at(-1))).toEqual(["gone", "is-fifo", "is-link"]);
  expect(sealed.partial[0]?.reason).toBe("vanished while it was read");
  const { list } = await readAll(sealed.archive, sealed.unlock);
  expect(list.map((entry) => entry.path)).toEqual(["home/claw/state", "home/claw/state/kept"]);
});

test("sockets, FIFOs and devices are listed and never read", async () => {
  const root = tree({ file: "x" });
  execFileSync("mkfifo", [join(root, "pipe")]);
  spawnSync("mknod", [join(root, "zero"), "c", "1", "5"]);
  const server = createServer().listen(join(root, "sock"));
  onTestFinished(() => {
    server.close();
  });
  await new Promise((resolve) => server.once("listening", resolve));
  const sealed = await bounded(seal(root));
  expect(sealed.partial).toEqual([]);
  const { list, manifest } = await readAll(sealed.archive, sealed.unlock);
  expect(list.map((entry) => entry.path)).toEqual(["home/claw/state", "home/claw/state/file"]);
  expect(manifest?.counts.entries).toBe(existsSync(join(root, "zero")) ? 5 : 4);
});

test("unreadable files and folders are partial with the reason, and their facts are in the manifest", async () => {
  const root = tree({ secret: "x", open: "open" });
  mkdirSync(join(root, "locked"));
  const denied = (path: string): boolean => path.endsWith("/secret") || path.endsWith("/locked");
  const fs = {
    open: (path: string) => {
      if (denied(path)) throw systemError("EACCES");
      return real.open(path);
    },
    list: async (path: string) => {
      if (denied(path)) throw systemError("EACCES");
      return real.list(path);
    },
  };
  const sealed = await seal(root, {}, diskHost({ fs }));
  expect(sealed.partial).toEqual([
    { path: "home/claw/state/locked", reason: "cannot be listed: permission denied" },
    { path: "home/claw/state/secret", reason: "permission denied" },
  ]);
  const { list } = await readAll(sealed.archive, sealed.unlock);
  expect(list.map((entry) => entry.path.split("/").at(-1))).toEqual(["state", "locked", "open"]);
});

test("a read error in the middle of a file keeps what came before it", async () => {
  const root = tree({ bad: Buffer.alloc(9_500_000, "a") });
  const open = (path: string): ReadHandle => {
    const handle = real.open(path);
    let reads = 0;
    const read = (buffer: Uint8Array): number => {
      if (++reads > 2) throw systemError("EIO");
      return handle.read(buffer);
    };
    return { ...handle, read };
  };
  const sealed = await seal(root, {}, diskHost({ fs: { open } }));
  expect(sealed.partial[0]?.reason).toBe("could be read only in part (EIO); the rest is zeros");
  const { list } = await readAll(sealed.archive, sealed.unlock);
  const content = list.at(-1)?.content ?? "";
  expect(content.length).toBe(9_500_000);
  expect(content.startsWith("a".repeat(1_000_000))).toBe(true);
  expect(content.endsWith("\0")).toBe(true);
});

const awkward = {
  "no UTF-8": Buffer.from("bad\xff\xc3name", "latin1"),
  "half an emoji": Buffer.from([0x61, 0xf0, 0x9f, 0x92]),
  "an encoded surrogate": Buffer.from([0xed, 0xb2, 0x80]),
  "a replacement character": Buffer.from("bad\ufffd"),
  newline: Buffer.from("line\nbreak"),
  "a pipe and quotes": Buffer.from("a|b 'c' \"d\" $(e)"),
  "255 bytes": Buffer.alloc(255, "x"),
} as const;

test("names that are no UTF-8, with newlines and pipes, are archived, in folders and as link targets", async () => {
  const root = tree({});
  const at = (...names: readonly Buffer[]): Buffer =>
    Buffer.concat([Buffer.from(root), ...names.flatMap((name) => [Buffer.from("/"), name])]);
  for (const [what, name] of Object.entries(awkward)) {
    mkdirSync(at(Buffer.concat([Buffer.from("d"), name.subarray(0, 200)])));
    writeFileSync(at(Buffer.concat([Buffer.from("d"), name.subarray(0, 200)]), name), what);
    symlinkSync(name, at(Buffer.concat([Buffer.from("l"), name.subarray(1)])));
  }
  const sealed = await seal(root);
  expect(sealed.partial).toEqual([]);
  const { list } = await readAll(sealed.archive, sealed.unlock);
  const files = list.filter((entry) => entry.type === "file");
  const nameIn = (path: string): Buffer => nameBytes(path.slice(path.lastIndexOf("/") + 1));
  expect(new Map(files.map((entry) => [entry.content, nameIn(entry.path)]))).toEqual(
    new Map(Object.entries(awkward)),
  );
  const targets = list.flatMap((entry) => (entry.type === "symlink" ? [nameBytes(entry.link ?? "")] : []));
  expect(targets.map(String).sort()).toEqual(Object.values(awkward).map(String).sort());
});

test("the naive way: names as Node decodes them open nothing", () => {
  const root = tree({});
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), awkward["no UTF-8"]]), "x");
  const [decoded = ""] = readdirSync(root);
  expect(existsSync(join(root, decoded))).toBe(false);
});

/** A path of exactly `bytes` bytes with a file at its end. Made step by step: the system takes no longer ones at once. */
function deepFile(root: string, bytes: number): string {
  const script = `cd "$1"; while [ $(( \${#PWD} + 202 )) -lt "$2" ]; do n=$(printf 'd%.0s' $(seq 200)); mkdir $n; cd -P $n; done
    left=$(( $2 - \${#PWD} - 1 )); printf deep > $(printf 'f%.0s' $(seq $left)); printf %s "$PWD"`;
  return execFileSync("bash", ["-ec", script, "bash", root, String(bytes)]).toString();
}

test("a path as long as the system opens (4,095 bytes) is archived, a longer one is told", async () => {
  const root = tree({ last: "last" });
  const longest = 4095;
  deepFile(root, longest);
  const sealed = await seal(root);
  expect(sealed.partial).toEqual([]);
  const { list } = await readAll(sealed.archive, sealed.unlock);
  expect(list.filter((entry) => entry.type === "file").map((entry) => entry.content)).toEqual([
    "deep",
    "last",
  ]);
  const longer = tree({ last: "last" });
  deepFile(longer, longest + 150);
  const told = await seal(longer);
  expect(told.partial.map((item) => item.reason)).toEqual(["its path is longer than this system opens"]);
  expect(told.files).toBe(1);
});

test("inode numbers too large for a double are never taken for hard links", async () => {
  const root = tree({ a: "first", b: "second" });
  linkSync(join(root, "a"), join(root, "a2"));
  const rounded = { ino: 2 ** 60, nlink: 2 };
  const fs = {
    look: (path: string) => {
      const stat = real.look(path);
      return stat?.kind === "file" ? { ...stat, ...rounded } : stat;
    },
    open: (path: string) => {
      const handle = real.open(path);
      return { ...handle, stat: { ...handle.stat, ...rounded } };
    },
  };
  const sealed = await seal(root, {}, diskHost({ fs }));
  const { list } = await readAll(sealed.archive, sealed.unlock);
  expect(list.map((entry) => entry.content)).toEqual(["", "first", "first", "second"]);
});

test("a listed cache is in the manifest with its hashes and not in the archive; claw-ir's own folder is one line", async () => {
  const root = tree({ keep: "x" });
  for (const folder of ["cache", "own"]) mkdirSync(join(root, folder));
  writeFileSync(join(root, "cache", "asset.js"), "asset");
  writeFileSync(join(root, "own", "case.sqlite"), "case");
  const excludes = [
    { real: join(root, "cache"), reason: "made again", list: true },
    { real: join(root, "own"), reason: "claw-ir's own folder" },
  ];
  const sealed = await seal(root, { excludes });
  expect(sealed.partial).toEqual([]);
  const { list, manifest } = await readAll(sealed.archive, sealed.unlock);
  expect(list.map((entry) => entry.path.split("/").at(-1))).toEqual(["state", "keep"]);
  // state, cache, cache/asset.js, keep, own
  expect(manifest?.counts).toMatchObject({ entries: 5, stored: 2, partial: 0 });
});

test("the archive that is being written does not swallow itself", async () => {
  const root = tree({ a: "x" });
  const sealed = await seal(root, { outFile: join(root, "self.tar.zst.gpg") });
  expect(sealed.files).toBe(1);
  expect((await verifyArchive(diskHost(), sealed.archive, { unlock: sealed.unlock })).checked).toBe(
    "contents",
  );
});

test("a workspace inside the state folder is archived once; a root that is not there is told unless it is optional", async () => {
  const root = tree({ a: "x" });
  const sealed = await seal(root, {
    roots: [
      { real: join(root, "a"), as: "/home/claw/state/a" },
      { real: root, as: "/home/claw/state" },
      { real: join(root, "..", "none"), as: "/none" },
      { real: join(root, "..", "maybe"), as: "/maybe", optional: true },
    ],
  });
  expect(sealed.files).toBe(1);
  expect(sealed.partial).toEqual([{ path: "none", reason: "is not there" }]);
});

test("a name that exists is never overwritten, nor is its sidecar", async () => {
  const root = tree({ a: "x" });
  const folder = tempFolder();
  const outFile = join(folder, "x.tar.zst.gpg");
  for (const existing of [outFile, sidecarPath(outFile)]) {
    writeFileSync(existing, "precious");
    await expect(seal(root, { outFile })).rejects.toMatchObject({ code: "archive-exists", exit: "failed" });
    expect(readFileSync(existing, "utf8")).toBe("precious");
    unlinkSync(existing);
  }
  writeFileSync(`${outFile}.partial`, "another run");
  await expect(seal(root, { outFile })).rejects.toMatchObject({ code: "partial-exists", exit: "locked" });
  expect(readFileSync(`${outFile}.partial`, "utf8")).toBe("another run");
});

test("two seals of the same name at once: one wins whole, the other is refused", async () => {
  const root = tree({ a: randomBytes(2_000_000) });
  const outFile = join(tempFolder(), "x.tar.zst.gpg");
  await testKey();
  const results = await Promise.allSettled([seal(root, { outFile }), seal(root, { outFile })]);
  expect(results.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
  expect((await verifyArchive(diskHost(), outFile)).verified).toBe(true);
});

test("without recipient and passphrase nothing is sealed", async () => {
  await expect(seal(tree({}), { recipients: [] })).rejects.toMatchObject({
    exit: "usage",
    code: "no-recipient",
  });
});

test("the archive and its sidecar are for their owner only, and the sidecar tells no path that was sealed", async () => {
  const sealed = await seal(tree({ "name-FAKE": "x" }));
  expect(statSync(sealed.archive).mode & 0o777).toBe(0o600);
  expect(statSync(sealed.sidecar).mode & 0o777).toBe(0o600);
  expect(readFileSync(sealed.sidecar, "utf8")).not.toContain("name-FAKE");
  expect(readdirSync(join(sealed.archive, "..")).sort()).toEqual(["a.seal.json", "a.tar.zst.gpg"]);
});

test.each(["ENOSPC", "EDQUOT", "EIO"])(
  "%s at any write leaves nothing behind and says what to do",
  async (code) => {
    const root = tree({ a: randomBytes(3_000_000), b: "x" });
    await testKey();
    for (const failing of [1, 2, 3, 4]) {
      const folder = tempFolder();
      let writes = 0;
      const create = async (path: string): ReturnType<typeof real.create> => {
        const handle = await real.create(path);
        const write = async (bytes: Uint8Array): Promise<void> => {
          if (++writes === failing) throw systemError(code);
          await handle.write(bytes);
        };
        return { ...handle, write };
      };
      const sealing = seal(root, { outFile: join(folder, "x.tar.zst.gpg") }, diskHost({ fs: { create } }));
      await expect(bounded(sealing)).rejects.toMatchObject({ code: "cannot-write-archive", exit: "failed" });
      expect(readdirSync(folder)).toEqual([]);
    }
  },
);

test.each(["fsync", "sidecar", "rename"])("a failure at the %s leaves nothing behind", async (stage) => {
  const folder = tempFolder();
  const fail = async (): Promise<never> => Promise.reject(systemError("ENOSPC"));
  const fs = {
    ...(stage === "fsync"
      ? { create: async (path: string) => ({ ...(await real.create(path)), finish: fail }) }
      : {}),
    ...(stage === "sidecar" ? { writeAtomic: fail } : {}),
    ...(stage === "rename" ? { rename: fail } : {}),
  };
  const sealing = seal(tree({ a: "x" }), { outFile: join(folder, "x.tar.zst.gpg") }, diskHost({ fs }));
  await expect(sealing).rejects.toMatchObject({ code: "cannot-write-archive" });
  expect(readdirSync(folder)).toEqual([]);
});

test("a real full disk leaves nothing behind", async ({ skip }) => {
  const disk = tempFolder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).status === 0;
  if (!mounted) skip("a tmpfs may not be mounted here");
  onTestFinished(() => {
    spawnSync("umount", [disk]);
  });
  const root = tree({ a: randomBytes(3_000_000) });
  const sealing = seal(root, { outFile: join(disk, "x.tar.zst.gpg") });
  await expect(bounded(sealing)).rejects.toMatchObject({ code: "cannot-write-archive", exit: "failed" });
  expect(readdirSync(disk)).toEqual([]);
});

test("what was written wrong is found before it gets its name", async () => {
  const folder = tempFolder();
  const create = async (path: string): ReturnType<typeof real.create> => {
    const handle = await real.create(path);
    let first = true;
    const write = async (bytes: Uint8Array): Promise<void> => {
      const copy = Uint8Array.from(bytes);
      if (!first) copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
      first = false;
      await handle.write(copy);
    };
    return { ...handle, write };
  };
  const sealing = seal(
    tree({ a: "x" }),
    { outFile: join(folder, "x.tar.zst.gpg") },
    diskHost({ fs: { create } }),
  );
  await expect(sealing).rejects.toMatchObject({ code: "written-wrong", exit: "tampered" });
  expect(readdirSync(folder)).toEqual([]);
});

test.each([0, 1, 3])("Ctrl-C after %i files removes what was written and is exit 130", async (after) => {
  const root = tree({
    a: randomBytes(2_000_000),
    b: randomBytes(2_000_000),
    c: randomBytes(2_000_000),
    d: "x",
  });
  const folder = tempFolder();
  const controller = new AbortController();
  let files = 0;
  const onProgress = (): void => {
    if (files++ === after) controller.abort();
  };
  const host = diskHost({ signal: controller.signal });
  const sealing = seal(root, { outFile: join(folder, "x.tar.zst.gpg"), onProgress }, host);
  await expect(bounded(sealing)).rejects.toMatchObject({ exit: "cancelled" });
  expect(readdirSync(folder)).toEqual([]);
});

test("a root that would be stored outside the archive's tree is refused", async () => {
  const sealing = sealArchive(diskHost(), {
    kind: "evidence",
    roots: [{ real: tree({}), as: "/a/../../etc" }],
    outFile: join(tempFolder(), "x.tar.zst.gpg"),
    recipients: [],
    passphrase: pass,
    meta: { hostname: "h", tool: "t" },
  });
  await expect(sealing).rejects.toMatchObject({ code: "bad-root" });
});
