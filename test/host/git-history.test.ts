import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GitHistory, GitReader } from "../../src/host/git.ts";
import { realFs } from "../../src/host/real/fs.ts";
import { realGit } from "../../src/host/real/git.ts";
import { toolPathOf } from "../../src/host/real/programs.ts";
import { scratchFolder } from "./scratch-folder.ts";

const base = scratchFolder();
const toolPath = toolPathOf({}, undefined);
const git = realGit(realFs(), { env: {}, toolPath, signal: new AbortController().signal });
const all = { commits: 100, blobs: 100 };

let day = 0;
function inRepo(dir: string, ...args: readonly string[]): string {
  const date = new Date(Date.UTC(2026, 9, 1 + day)).toISOString();
  return execFileSync("git", args, {
    cwd: dir,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: base,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "A",
      GIT_AUTHOR_EMAIL: "a@example.com",
      GIT_COMMITTER_NAME: "C",
      GIT_COMMITTER_EMAIL: "c@example.com",
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    },
  }).trim();
}

/** Each commit is a day younger than the one before. */
function commit(dir: string, file: string, text: string): string {
  day += 1;
  writeFileSync(join(dir, file), text);
  inRepo(dir, "add", "-A");
  inRepo(dir, "commit", "-q", "-m", text.slice(0, 20));
  return inRepo(dir, "rev-parse", "HEAD");
}

function repo(...init: readonly string[]): string {
  const dir = mkdtempSync(join(base, "repo-"));
  inRepo(dir, "init", "-q", "-b", "main", ...init);
  return dir;
}

async function withReader<T>(dir: string, work: (reader: GitReader) => Promise<T>): Promise<T> {
  const reader = await git.reader(dir, join(base, "scratch"));
  if (reader === undefined) throw new Error("no reader");
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
}

const historyOf = (dir: string, limits = all): Promise<GitHistory> =>
  withReader(dir, (reader) => reader.history(limits));
const paths = ({ blobs }: GitHistory): readonly string[] => blobs.map(({ path }) => path);
const loose = (dir: string, oid: string): string => join(dir, ".git/objects", oid.slice(0, 2), oid.slice(2));

describe("the history of a repository", () => {
  it("has every version, the newest commit's first, with the commits that put it there", async () => {
    for (const dir of [repo(), repo("--object-format=sha256")]) {
      const first = commit(dir, "a b", "one");
      const second = commit(dir, "a b", "two");
      const third = commit(dir, "a b", "one");
      const found = await historyOf(dir);
      expect(found.gaps).toEqual([]);
      expect(found.commits).toBe(3);
      expect(found.blobs.map(({ path, first: from, last }) => [path, from.commit, last.commit])).toEqual([
        ["a b", first, third],
        ["a b", second, second],
      ]);
      expect(found.blobs[0]?.last.at).toMatch(/^2026-\d\d-\d\dT00:00:00\.000Z$/);
    }
  });

  it("has what only another branch, a tag, a stash, a merge or a reflog still names", async () => {
    const dir = repo();
    commit(dir, "kept", "kept");
    commit(dir, "taken back", "x");
    inRepo(dir, "reset", "-q", "--hard", "HEAD~1");
    inRepo(dir, "checkout", "-q", "-b", "side/x");
    commit(dir, "side", "side");
    inRepo(dir, "checkout", "-q", "main");
    commit(dir, "other", "other");
    inRepo(dir, "merge", "-q", "side/x", "-m", "merge");
    inRepo(dir, "branch", "-q", "-D", "side/x");
    commit(dir, "tagged", "tagged");
    inRepo(dir, "tag", "-a", "v1", "-m", "v1");
    inRepo(dir, "reset", "-q", "--hard", "HEAD~1");
    writeFileSync(join(dir, "kept"), "stashed");
    inRepo(dir, "stash", "-q");
    const loosely = new Set(paths(await historyOf(dir)));
    expect([...loosely].sort()).toEqual(["kept", "other", "side", "tagged", "taken back"]);
    inRepo(dir, "repack", "-q", "-a", "-d");
    inRepo(dir, "pack-refs", "--all");
    expect(new Set(paths(await historyOf(dir)))).toEqual(loosely);
  });

  it("has an end, and says so", async () => {
    const dir = repo();
    for (let i = 0; i < 4; i += 1) commit(dir, `file${i}`, `text ${i}`);
    const few = await historyOf(dir, { commits: 2, blobs: 100 });
    expect([paths(few), few.gaps]).toEqual([
      ["file3", "file2"],
      ["only its newest 2 commits were looked at"],
    ]);
    const small = await historyOf(dir, { commits: 100, blobs: 1 });
    expect([paths(small), small.gaps]).toEqual([["file3"], ["only 1 versions of its files were looked at"]]);
    const shallow = mkdtempSync(join(base, "shallow-"));
    inRepo(base, "clone", "-q", "--depth", "1", `file://${dir}`, shallow);
    expect((await historyOf(shallow)).gaps).toEqual(["older commits were never fetched"]);
  });

  it("is empty before the first commit", async () => {
    expect(await historyOf(repo())).toEqual({ blobs: [], commits: 0, gaps: [] });
  });

  it("steps over a commit that cannot be read, and says so", async () => {
    const dir = repo();
    commit(dir, "one", "1");
    commit(dir, "two", "2");
    rmSync(loose(dir, inRepo(dir, "rev-parse", "HEAD^{tree}")));
    const found = await historyOf(dir);
    expect(paths(found)).toEqual(["one"]);
    expect(found.gaps).toEqual(["some of its commits could not be read"]);
  });

  it("takes any refs and reflogs, and none of them is an argument", async () => {
    const dir = repo();
    const head = commit(dir, "one", "1");
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.stringMatching(/^[0-9a-f]{40}$/),
        async (text, oid) => {
          writeFileSync(join(dir, ".git/packed-refs"), `${oid} refs/heads/x\n${text}\n--all ${head}\n`);
          writeFileSync(join(dir, ".git/logs/HEAD"), `${text}\n${oid} ${head} A <a> 1 +0000\tx\n`);
          expect(paths(await historyOf(dir))).toEqual(["one"]);
        },
      ),
      { numRuns: 5 },
    );
  });
});

/** A pack with two files: one of so many zeros, and one told as the difference to it. Format: gitformat-pack(5). */
function bomb(size: number, text: string): Buffer {
  const head = (type: number, length: number): Buffer => {
    const bytes = [(type << 4) | (length & 15)];
    for (let left = Math.floor(length / 16); left > 0; left = Math.floor(left / 128)) {
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
      bytes.push(left & 0x7f);
    }
    return Buffer.from(bytes);
  };
  const varint = (value: number): Buffer => {
    const bytes: number[] = [];
    for (let left = value; ; left = Math.floor(left / 128)) {
      bytes.push(left >= 128 ? (left % 128) | 0x80 : left);
      if (left < 128) return Buffer.from(bytes);
    }
  };
  const zeros = Buffer.alloc(size);
  const id = createHash("sha1").update(`blob ${size}\0`).update(zeros).digest();
  const delta = Buffer.concat([
    varint(size),
    varint(text.length),
    Buffer.from([text.length]),
    Buffer.from(text),
  ]);
  const counts = Buffer.alloc(8);
  counts.writeUInt32BE(2, 0);
  counts.writeUInt32BE(2, 4);
  const body = Buffer.concat([
    Buffer.from("PACK"),
    counts,
    head(3, size),
    deflateSync(zeros),
    head(7, delta.length),
    id,
    deflateSync(delta),
  ]);
  return Buffer.concat([body, createHash("sha1").update(body).digest()]);
}

describe("files of a repository", () => {
  it("have a size without being read, and what is no file has none", async () => {
    const dir = repo();
    const head = commit(dir, "one", "12345");
    const oid = inRepo(dir, "rev-parse", "HEAD:one");
    const found = await withReader(dir, (reader) =>
      reader.sizes([oid, head, "0".repeat(40), "--all", "HEAD"]),
    );
    expect([...found]).toEqual([[oid, 5]]);
  });

  it("that are a few bytes and need hundreds of megabytes are refused", async () => {
    const dir = repo();
    const text = "a few bytes";
    execFileSync("git", ["index-pack", "--stdin"], {
      cwd: dir,
      input: bomb(130 * 2 ** 20, text),
      stdio: ["pipe", "ignore", "ignore"],
    });
    const oid = createHash("sha1").update(`blob ${text.length}\0${text}`).digest("hex");
    await withReader(dir, async (reader) => {
      expect([...(await reader.sizes([oid]))]).toEqual([[oid, text.length]]);
      await expect(reader.contents([oid], 1000)).rejects.toMatchObject({ code: "git-unreadable" });
    });
  });
});
