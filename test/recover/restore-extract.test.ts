/** Writing an archive's entries: what comes back, and what must never be written. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, lstatSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { extract, type Extracted } from "../../src/recover/restore/extract.ts";
import { diskHost } from "../archive/disk-host.ts";
import { eventsOf, type Planted, tarOf, treeAt } from "./restore-tree.ts";

/** A folder with a target inside, so that what leaves the target is seen. */
function stage(): { readonly outer: string; readonly into: string } {
  const outer = realpathSync(mkdtempSync(join(tmpdir(), "claw-restore-")));
  onTestFinished(() => {
    rmSync(outer, { recursive: true, force: true });
  });
  const into = join(outer, "deep", "target");
  mkdirSync(into, { recursive: true, mode: 0o700 });
  return { outer, into };
}

async function put(
  entries: readonly Planted[],
  more: Partial<Parameters<typeof extract>[1]> = {},
): Promise<Extracted & { readonly into: string }> {
  const { into } = stage();
  return { ...(await extract(diskHost(), { events: eventsOf(tarOf(entries)), into, ...more })), into };
}

test("files, folders, links, modes and times come back as they were", async () => {
  const time = 1_700_000_000_250_000_000n;
  const { into, ...done } = await put([
    { path: "home/claw", type: "dir", mode: 0o750, mtimeNs: time },
    { path: "home/claw/a", content: "alpha", mode: 0o640, mtimeNs: time + 1_000_000_000n },
    { path: "home/claw/b", type: "hardlink", link: "home/claw/a", mode: 0o640 },
    { path: "home/claw/c", type: "symlink", link: "../../../../etc/passwd", mtimeNs: time },
    { path: "home/claw/shut", type: "dir", mode: 0o500, mtimeNs: time },
    { path: "home/claw/shut/in", content: "x".repeat(300_000), mode: 0o400 },
    { path: "home/claw/db", content: "SQLite format 3\0 and more" },
    { path: "odd\n|\u001b[31m\udcff", content: "name" },
  ]);
  const tree = treeAt(into);
  expect(Object.keys(tree).length).toBe(9);
  expect(tree["home/claw"]).toMatchObject({ mode: 0o750, mtimeNs: time });
  expect(tree["home/claw/a"]).toMatchObject({ mode: 0o640, mtimeNs: time + 1_000_000_000n });
  expect(tree["home/claw/c"]).toMatchObject({
    kind: "symlink",
    content: "../../../../etc/passwd",
    mtimeNs: time,
  });
  expect(tree["home/claw/shut"]).toMatchObject({ mode: 0o500, mtimeNs: time });
  expect(tree["odd\n|\u001b[31m\u00ff"]?.kind).toBe("file");
  expect(statSync(join(into, "home/claw/a")).ino).toBe(statSync(join(into, "home/claw/b")).ino);
  expect(statSync(join(into, "home/claw/shut/in")).size).toBe(300_000);
  // A folder that no entry describes stays private.
  expect(tree["home"]).toMatchObject({ mode: 0o700 });
  expect(done).toMatchObject({ entries: 8, files: 4, databases: ["home/claw/db"], contents: { entries: 8 } });
  expect(done.notes.join()).toContain("out of what was restored: home/claw/c");
});

test("special bits are dropped, and said", async () => {
  const { into, notes } = await put([{ path: "su", content: "x", mode: 0o4755 }]);
  expect(treeAt(into)["su"]).toMatchObject({ mode: 0o755 });
  expect(notes.join()).toContain("setuid");
});

test("holes stay holes, and the bytes around them are right", async () => {
  const content = Buffer.concat([
    Buffer.from("head"),
    Buffer.alloc(8_000_000),
    Buffer.from("middle"),
    Buffer.alloc(5000),
  ]);
  const { into } = await put([
    { path: "sparse", content },
    { path: "empty" },
    { path: "zeros", content: Buffer.alloc(9000) },
  ]);
  expect(readFileSync(join(into, "sparse")).equals(content)).toBe(true);
  expect(readFileSync(join(into, "zeros")).equals(Buffer.alloc(9000))).toBe(true);
  expect(lstatSync(join(into, "sparse")).blocks * 512).toBeLessThan(200_000);
  expect(statSync(join(into, "empty")).size).toBe(0);
});

test("sparse writing gives back any bytes, whatever the pieces", async () => {
  const { into } = stage();
  const tree = diskHost().fs.tree(into);
  let count = 0;
  fc.assert(
    fc.property(
      fc.array(fc.record({ zero: fc.boolean(), size: fc.integer({ min: 0, max: 13_000 }) }), {
        maxLength: 8,
      }),
      fc.integer({ min: 1, max: 9000 }),
      (runs, piece) => {
        const whole = Buffer.concat(runs.map(({ zero, size }) => Buffer.alloc(size, zero ? 0 : 7)));
        const name = `f${String((count += 1))}`;
        const file = tree.file(name);
        for (let at = 0; at < whole.length; at += piece) file.write(whole.subarray(at, at + piece));
        file.finish({ mode: 0o600, mtimeNs: 0n });
        expect(readFileSync(join(into, name)).equals(whole)).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

const evil = { path: "x", content: "evil" };
test.each<readonly [string, string, readonly Planted[]]>([
  ["an absolute path", "unsafe-path", [{ ...evil, path: "/x" }]],
  ["a path with ..", "unsafe-path", [{ ...evil, path: "a/../../x" }]],
  ["a path that ends in ..", "unsafe-path", [{ path: "a/..", type: "dir" }]],
  ["a path with an empty part", "unsafe-path", [{ ...evil, path: "a//x" }]],
  ["a path with a dot part", "unsafe-path", [{ ...evil, path: "a/./x" }]],
  ["a path with a NUL", "unsafe-path", [{ ...evil, path: "a\0x" }]],
  ["a file without a name", "unsafe-path", [{ ...evil, path: "./." }]],
  [
    "a file through a symbolic link",
    "unsafe-link",
    [
      { path: "l", type: "symlink", link: ".." },
      { ...evil, path: "l/x" },
    ],
  ],
  [
    "a folder through a symbolic link",
    "unsafe-link",
    [
      { path: "l", type: "symlink", link: "/" },
      { path: "l/tmp", type: "dir" },
    ],
  ],
  [
    "a link in place of a folder",
    "duplicate-name",
    [
      { ...evil, path: "l/a" },
      { path: "l", type: "symlink", link: ".." },
    ],
  ],
  ["a hard link to the outside", "unsafe-path", [{ path: "h", type: "hardlink", link: "../../x" }]],
  ["a hard link to an absolute path", "unsafe-path", [{ path: "h", type: "hardlink", link: "/etc/passwd" }]],
  [
    "a hard link to what is not there",
    "unsafe-link",
    [
      { path: "h", type: "hardlink", link: "later" },
      { ...evil, path: "later" },
    ],
  ],
  [
    "a hard link to a folder",
    "unsafe-link",
    [
      { path: "d", type: "dir" },
      { path: "h", type: "hardlink", link: "d" },
    ],
  ],
  ["the same file twice", "duplicate-name", [evil, evil]],
  ["the same name with a dot before it", "duplicate-name", [evil, { ...evil, path: "./x" }]],
  ["the same name with a slash behind it", "duplicate-name", [evil, { path: "x", type: "dir" }]],
  [
    "the same folder twice",
    "duplicate-name",
    [
      { path: "d", type: "dir" },
      { path: "d", type: "dir" },
    ],
  ],
  ["a file that is a folder as well", "duplicate-name", [evil, { ...evil, path: "x/y" }]],
  ["a symbolic link without a target", "unsafe-link", [{ path: "l", type: "symlink", link: "" }]],
  ["a FIFO", "unsafe-kind", [{ path: "p", flag: "6" }]],
  ["a block device", "unsafe-kind", [{ path: "p", flag: "4" }]],
  ["a character device", "unsafe-kind", [{ path: "p", flag: "3" }]],
  ["an unknown kind", "unsafe-kind", [{ path: "p", flag: "S" }]],
  ["the manifest's name", "reserved-name", [{ ...evil, path: "./MANIFEST.jsonl" }]],
])("%s is refused", async (_, code, entries) => {
  const { outer, into } = stage();
  const before = treeAt(outer);
  const events = eventsOf(tarOf(entries));
  await expect(extract(diskHost(), { events, into })).rejects.toMatchObject({ exit: "tampered", code });
  const left = Object.keys(treeAt(outer)).filter((path) => !(path in before));
  expect(left.every((path) => path.startsWith("deep/target/"))).toBe(true);
});

test("limits hold before anything is written over them", async () => {
  const { into } = stage();
  const big = { path: "big", content: Buffer.alloc(10_000, 1) };
  const events = (): ReturnType<typeof eventsOf> => eventsOf(tarOf([evil, big]));
  await expect(
    extract(diskHost(), { events: events(), into, limits: { maxBytes: 9000, maxEntries: 9 } }),
  ).rejects.toMatchObject({ exit: "tampered", code: "too-large" });
  expect(Object.keys(treeAt(into))).toEqual(["x"]);
  await expect(
    extract(diskHost(), {
      events: events(),
      into: stage().into,
      limits: { maxBytes: 99_000, maxEntries: 1 },
    }),
  ).rejects.toMatchObject({ exit: "tampered", code: "too-many" });
});

test("names that are one on a file system that folds case are refused", async () => {
  const { into } = stage();
  const host = diskHost();
  const folding = {
    ...host,
    fs: {
      ...host.fs,
      tree: (folder: string) => {
        const tree = host.fs.tree(folder);
        return { ...tree, file: (name: string) => tree.file(name.toLowerCase()) };
      },
    },
  };
  const events = eventsOf(tarOf([{ path: "Readme" }, { path: "README" }]));
  await expect(extract(folding, { events, into })).rejects.toMatchObject({
    exit: "tampered",
    code: "duplicate-name",
  });
});

test("only what is asked for is written, with the folders on the way to it", async () => {
  const entries: readonly Planted[] = [
    { path: "home", type: "dir", mode: 0o755 },
    { path: "home/a", type: "dir", mode: 0o711 },
    { path: "home/a/one", content: "1" },
    { path: "home/a/two", content: "2" },
    { path: "home/ab", content: "not this" },
    { path: "home/first", content: "shared" },
    { path: "home/z", type: "hardlink", link: "home/first" },
    { path: "home/zz", type: "hardlink", link: "home/first" },
  ];
  const { into, ...done } = await put(entries, {
    only: ["home/a", "home/z", "home/zz"],
    stead: new Map([["home/first", "home/z"]]),
  });
  expect(Object.keys(treeAt(into)).toSorted()).toEqual(
    ["home", "home/a", "home/a/one", "home/a/two", "home/z", "home/zz"].toSorted(),
  );
  expect(treeAt(into)["home"]).toMatchObject({ mode: 0o755 });
  expect(readFileSync(join(into, "home/zz"), "utf8")).toBe("shared");
  expect(done).toMatchObject({ files: 3, contents: { entries: 8 } });
});

const part = fc.oneof(
  fc.constantFrom("..", ".", "", "a", "b", "A", "\0", "/", "MANIFEST.jsonl", "x y", "\u202e"),
  fc.string({ maxLength: 4 }),
);
const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));
const anyEntry: fc.Arbitrary<Planted> = fc.record({
  path: path.filter((text) => text !== "" && text.isWellFormed()),
  type: fc.constantFrom("file", "dir", "symlink", "hardlink"),
  link: path,
  content: fc.constant(""),
  mode: fc.integer({ min: 0, max: 0o7777 }),
});

test("no names, in no order, make it touch anything outside", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEntry, { minLength: 1, maxLength: 6 }), async (entries) => {
      const outer = realpathSync(mkdtempSync(join(tmpdir(), "claw-restore-p-")));
      try {
        const into = join(outer, "d", "t");
        mkdirSync(into, { recursive: true, mode: 0o700 });
        const before = treeAt(outer);
        const done = await extract(diskHost(), { events: eventsOf(tarOf(entries)), into }).catch(
          (error: unknown) => {
            // Refused, or a name that this file system does not take.
            expect(error).toMatchObject({
              code: expect.stringMatching(/^[a-z]+-[a-z]+$|^tar$|^E[A-Z]+$/) as string,
            });
          },
        );
        const outside = Object.entries(treeAt(outer)).filter(([name]) => !name.startsWith("d/t"));
        expect(outside.map(([name]) => name)).toEqual(
          Object.keys(before).filter((name) => !name.startsWith("d/t")),
        );
        if (done !== undefined) expect(done.contents.entries).toBe(entries.length);
      } finally {
        rmSync(outer, { recursive: true, force: true });
      }
    }),
    { numRuns: 300 },
  );
});
