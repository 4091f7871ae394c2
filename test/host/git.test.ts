import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { GitReader, NewCommit } from "../../src/host/git.ts";
import { realFs } from "../../src/host/real/fs.ts";
import { realGit } from "../../src/host/real/git.ts";
import { toolPathOf } from "../../src/host/real/programs.ts";
import { scratchFolder } from "./scratch-folder.ts";

const base = scratchFolder();
const toolPath = toolPathOf({}, undefined);
const git = realGit(realFs(), { env: {}, toolPath, signal: new AbortController().signal });

function inRepo(dir: string, ...args: readonly string[]): string {
  return execFileSync("git", args, {
    cwd: dir,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: base,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "Anna\u001b[31m",
      GIT_AUTHOR_EMAIL: "a@example.com",
      GIT_COMMITTER_NAME: "C",
      GIT_COMMITTER_EMAIL: "c@example.com",
      GIT_AUTHOR_DATE: "2026-11-01T10:00:00Z",
      GIT_COMMITTER_DATE: "2026-11-01T10:00:00Z",
    },
  });
}

const binary = Buffer.from([0, 255, 10, 13, 0, 128]);

function makeRepo(...init: readonly string[]): string {
  const dir = mkdtempSync(join(base, "repo-"));
  inRepo(dir, "init", "-q", "-b", "main", ...init);
  mkdirSync(join(dir, "skills"));
  writeFileSync(join(dir, "openclaw.json"), '{"a":1}\n');
  writeFileSync(join(dir, "skills/ü\n.md"), "skill");
  writeFileSync(join(dir, "binary"), binary);
  inRepo(dir, "add", "-A");
  inRepo(dir, "commit", "-q", "-m", "baseline\n\nbody");
  writeFileSync(join(dir, "openclaw.json"), '{"a":2}\n');
  inRepo(dir, "commit", "-q", "-a", "-m", "second");
  return dir;
}

async function reader(dir: string): Promise<GitReader> {
  const found = await git.reader(dir, join(base, "scratch"));
  if (found === undefined) throw new Error("no reader");
  return found;
}

describe("a repository", () => {
  it("gives HEAD, history, files and their bytes", async () => {
    const dir = makeRepo();
    const read = await reader(dir);
    const head = await read.head();
    expect(head).toEqual({
      commit: inRepo(dir, "rev-parse", "HEAD").trim(),
      at: "2026-11-01T10:00:00+00:00",
      author: expect.stringContaining("<a@example.com>") as string,
      subject: "second",
    });
    expect((await read.log(10)).map(({ subject }) => subject)).toEqual(["second", "baseline"]);
    expect((await read.log(1)).length).toBe(1);
    const files = await read.files(head?.commit ?? "");
    expect(files.map(({ path, mode }) => [path, mode])).toEqual([
      ["binary", "100644"],
      ["openclaw.json", "100644"],
      ["skills/ü\n.md", "100644"],
    ]);
    const oid = (path: string): string => files.find((each) => each.path === path)?.oid ?? "";
    expect(Buffer.from(await read.content(oid("binary"), 100)).equals(binary)).toBe(true);
    expect(Buffer.from(await read.content(oid("openclaw.json"), 100)).toString()).toBe('{"a":2}\n');
    await expect(read.content(oid("openclaw.json"), 3)).rejects.toMatchObject({ code: "too-large" });
    await expect(read.content("0".repeat(40), 100)).rejects.toMatchObject({ code: "git-unreadable" });
    await expect(read.content("--help", 100)).rejects.toMatchObject({ code: "git-bad-oid" });
    await expect(read.files("HEAD")).rejects.toMatchObject({ code: "git-bad-oid" });
    await read.close();
    expect(readdirSync(join(base, "scratch"))).toEqual([]);
  });

  it("is read when packed, detached, with SHA-256, and on a branch with a slash", async () => {
    const packed = makeRepo();
    inRepo(packed, "checkout", "-q", "-b", "feature/x");
    inRepo(packed, "gc", "-q");
    expect(existsSync(join(packed, ".git/refs/heads/feature/x"))).toBe(false);
    const detached = makeRepo();
    inRepo(detached, "checkout", "-q", "--detach", "HEAD~1");
    const sha256 = makeRepo("--object-format=sha256");
    for (const [dir, subject] of [
      [packed, "second"],
      [detached, "baseline"],
      [sha256, "second"],
    ] as const) {
      const read = await reader(dir);
      const head = await read.head();
      expect(head?.subject).toBe(subject);
      expect((await read.files(head?.commit ?? "")).length).toBe(3);
      await read.close();
    }
  });

  it("has no HEAD before the first commit", async () => {
    const dir = mkdtempSync(join(base, "empty-"));
    inRepo(dir, "init", "-q");
    const read = await reader(dir);
    expect(await read.head()).toBeUndefined();
    expect(await read.log(5)).toEqual([]);
    await read.close();
  });

  it("is not one where .git is missing, a file or a link, or git is not installed", async () => {
    const scratch = join(base, "scratch");
    const none = mkdtempSync(join(base, "none-"));
    expect(await git.reader(none, scratch)).toBeUndefined();
    expect(await git.reader(join(none, "not/there"), scratch)).toBeUndefined();
    writeFileSync(join(none, ".git"), "gitdir: /elsewhere\n");
    expect(await git.reader(none, scratch)).toBeUndefined();
    rmSync(join(none, ".git"));
    const dir = makeRepo();
    symlinkSync(join(dir, ".git"), join(none, ".git"));
    expect(await git.reader(none, scratch)).toBeUndefined();
    const without = realGit(realFs(), { env: {}, toolPath: none, signal: new AbortController().signal });
    expect(await without.available()).toBe(false);
    expect(await without.reader(dir, scratch)).toBeUndefined();
    expect(await git.available()).toBe(true);
  });
});

/** Everything git can be talked into running by what lies in a repository. */
function plant(dir: string, mark: string): void {
  const trap = join(dir, "trap.sh");
  writeFileSync(trap, `#!/bin/sh\necho "$0 $*" >> ${mark}\ncat\n`, { mode: 0o755 });
  chmodSync(trap, 0o755);
  const settings: readonly (readonly [string, string])[] = [
    ["core.fsmonitor", trap],
    ["core.pager", trap],
    ["pager.log", trap],
    ["core.hooksPath", join(dir, "hooks")],
    ["core.sshCommand", trap],
    ["core.gitProxy", trap],
    ["core.editor", trap],
    ["core.alternateRefsCommand", trap],
    ["diff.external", trap],
    ["diff.evil.textconv", trap],
    ["diff.evil.command", trap],
    ["filter.evil.smudge", trap],
    ["filter.evil.clean", trap],
    ["filter.evil.process", trap],
    ["filter.evil.required", "true"],
    ["gpg.program", trap],
    ["log.showSignature", "true"],
    ["credential.helper", `!${trap}`],
    ["uploadpack.packObjectsHook", trap],
    ["alias.log", `!${trap}`],
    ["alias.ls-tree", `!${trap}`],
    ["alias.cat-file", `!${trap}`],
    ["remote.origin.url", `ext::${trap} %S`],
    ["remote.origin.promisor", "true"],
    ["extensions.partialClone", "origin"],
    ["protocol.allow", "always"],
    ["include.path", join(dir, "more.config")],
  ];
  for (const [key, value] of settings) inRepo(dir, "config", key, value);
  writeFileSync(join(dir, ".gitattributes"), "* filter=evil diff=evil\n");
  writeFileSync(join(dir, ".git/info/attributes"), "* filter=evil diff=evil\n");
  mkdirSync(join(dir, "hooks"));
  for (const hook of [
    "post-checkout",
    "post-index-change",
    "reference-transaction",
    "fsmonitor-watchman",
    "pre-commit",
  ]) {
    for (const folder of ["hooks", ".git/hooks"]) {
      mkdirSync(join(dir, folder), { recursive: true });
      writeFileSync(join(dir, folder, hook), `#!/bin/sh\necho hook >> ${mark}\n`, { mode: 0o755 });
    }
  }
}

async function readEverything(dir: string): Promise<readonly string[]> {
  const read = await reader(dir);
  const head = await read.head();
  const contents: string[] = [];
  for (const { oid } of await read.files(head?.commit ?? "")) {
    contents.push(Buffer.from(await read.content(oid, 1000)).toString("latin1"));
  }
  await read.log(10);
  // A promised object that is missing would be fetched from the remote.
  await read.content("1".repeat(40), 1000).catch(() => undefined);
  await read.close();
  return contents;
}

describe("a hostile repository", () => {
  it("runs nothing that was planted in it", async () => {
    const dir = makeRepo();
    const mark = join(dir, "ran");
    plant(dir, mark);
    // The traps are live: plain git steps into them.
    try {
      inRepo(dir, "status");
    } catch {
      // A broken filter makes git fail; what counts is that it ran.
    }
    expect(existsSync(mark)).toBe(true);
    rmSync(mark);
    expect(await readEverything(dir)).toEqual([binary.toString("latin1"), '{"a":2}\n', "skill"]);
    expect(existsSync(mark)).toBe(false);
  });

  it("cannot lend objects from elsewhere, replace them, or graft history", async () => {
    const other = makeRepo();
    const dir = makeRepo();
    const commit = inRepo(dir, "rev-parse", "HEAD").trim();
    const parent = inRepo(dir, "rev-parse", "HEAD~1").trim();
    inRepo(dir, "replace", commit, parent);
    writeFileSync(join(dir, ".git/info/grafts"), `${commit}\n`);
    const read = await reader(dir);
    expect((await read.log(10)).map(({ subject }) => subject)).toEqual(["second", "baseline"]);
    await read.close();
    writeFileSync(join(other, "only-here"), "lent");
    const lent = inRepo(other, "hash-object", "-w", "only-here").trim();
    writeFileSync(join(dir, ".git/objects/info/alternates"), `${join(other, ".git/objects")}\n`);
    expect(inRepo(dir, "cat-file", "blob", lent)).toBe("lent");
    const again = await reader(dir);
    await expect(again.content(lent, 100)).rejects.toMatchObject({ code: "git-unreadable" });
    await again.close();
  });

  it("does not lead out of its folder by a reference", async () => {
    const dir = makeRepo();
    const secret = join(base, "outside");
    writeFileSync(secret, `${inRepo(dir, "rev-parse", "HEAD").trim()}\n`);
    for (const target of [
      "refs/../../../outside",
      "../../outside",
      secret,
      "refs/heads/",
      "refs//x",
      "refs/heads/..",
    ]) {
      writeFileSync(join(dir, ".git/HEAD"), `ref: ${target}\n`);
      const read = await reader(dir);
      expect(await read.head()).toBeUndefined();
      await read.close();
    }
    writeFileSync(join(dir, ".git/HEAD"), "ref: refs/heads/loop\n");
    writeFileSync(join(dir, ".git/refs/heads/loop"), "ref: refs/heads/loop\n");
    const read = await reader(dir);
    expect(await read.head()).toBeUndefined();
    await read.close();
  });

  it("fails with a word, not for ever, when objects are rubbish or a link", async () => {
    const dir = makeRepo();
    const head = inRepo(dir, "rev-parse", "HEAD").trim();
    const loose = join(dir, ".git/objects", head.slice(0, 2), head.slice(2));
    renameSync(loose, `${loose}.gone`);
    writeFileSync(loose, "rubbish");
    const read = await reader(dir);
    await expect(read.head()).rejects.toMatchObject({ code: "git-unreadable" });
    await read.close();
    const linked = makeRepo();
    renameSync(join(linked, ".git/objects"), join(linked, "objects"));
    symlinkSync(join(linked, "objects"), join(linked, ".git/objects"));
    expect(await git.reader(linked, join(base, "scratch"))).toBeUndefined();
  });
});

describe("a repository of our own", () => {
  const files = new Map([
    ["config/openclaw.json.txt", 'gateway.bind: "loopback"\n'],
    ["skill/ü".replace("ü", "%C3%BC"), "text\n"],
  ]);
  const scratch = join(base, "scratch");
  const at = new Date("2026-11-21T10:00:00.500Z");
  const commit = async (dir: string, more: Partial<NewCommit> = {}): Promise<string> =>
    git.commit(dir, scratch, { files, message: "first", at, parent: undefined, ...more });

  it("is made where there is none, and read back with its history", async () => {
    const dir = join(base, "own-1");
    const first = await commit(dir);
    const second = await commit(dir, {
      files: new Map([["config/openclaw.json.txt", 'gateway.bind: "lan"\n']]),
      message: "second \u001b[31m",
      parent: first,
    });
    const read = await reader(dir);
    expect(await read.log(5)).toMatchObject([
      { commit: second, subject: "second \u001b[31m", author: "claw-ir <claw-ir@localhost>" },
      { commit: first, subject: "first", at: "2026-11-21T10:00:00+00:00" },
    ]);
    expect((await read.files(first)).map(({ path }) => path)).toEqual([...files.keys()].sort());
    const [only] = await read.files(second);
    const texts = await read.contents([only?.oid ?? ""], 1000);
    expect([...texts.values()].map((bytes) => Buffer.from(bytes).toString())).toEqual([
      'gateway.bind: "lan"\n',
    ]);
    await expect(read.contents([only?.oid ?? ""], -200)).rejects.toMatchObject({ code: "too-large" });
    await read.close();
    expect(inRepo(dir, "log", "-p", "--format=%s", "-1")).toContain('+gateway.bind: "lan"');
    expect(inRepo(dir, "fsck", "--strict")).toBe("");
    expect(readdirSync(scratch)).toEqual([]);
  });

  it("gives the same commit for the same tree, whatever the order it was told in", async () => {
    const turned = new Map([...files].reverse());
    expect(await commit(join(base, "own-2"))).toBe(await commit(join(base, "own-3"), { files: turned }));
  });

  it("follows its parent and nothing else, and leaves the branch where it was when it fails", async () => {
    const dir = join(base, "own-4");
    const first = await commit(dir);
    await expect(commit(dir)).rejects.toMatchObject({ code: "git-moved" });
    await expect(commit(dir, { parent: "0".repeat(40) })).rejects.toMatchObject({ code: "git-moved" });
    for (const path of ["../x", "a/../b", ".git/config", "a/.GIT/hooks", "a\nb", "", "a//b", '"a"', "/a"]) {
      await expect(commit(dir, { parent: first, files: new Map([[path, ""]]) })).rejects.toMatchObject({
        code: "git-bad-path",
      });
    }
    expect(inRepo(dir, "rev-parse", "HEAD").trim()).toBe(first);
  });

  it("runs nothing that the repository's own config or hooks name", async () => {
    const dir = join(base, "own-5");
    const first = await commit(dir);
    const mark = join(base, "was-run");
    const script = join(dir, "evil.sh");
    writeFileSync(script, `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    mkdirSync(join(dir, ".git/hooks"));
    for (const hook of ["reference-transaction", "post-commit", "pre-commit", "post-update"])
      writeFileSync(join(dir, ".git/hooks", hook), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    writeFileSync(
      join(dir, ".git/config"),
      `[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tfsmonitor = ${script}\n\tpager = ${script}\n[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = ${script}\n`,
    );
    // What we are protected from is real: git itself does run it.
    const second = await commit(dir, { parent: first, message: "second" });
    expect(existsSync(mark)).toBe(false);
    inRepo(dir, "update-ref", "refs/heads/other", second);
    expect(existsSync(mark)).toBe(true);
  });

  it("refuses a repository whose folders lead elsewhere", async () => {
    const dir = join(base, "own-6");
    mkdirSync(join(dir, ".git"), { recursive: true });
    mkdirSync(join(base, "elsewhere"));
    symlinkSync(join(base, "elsewhere"), join(dir, ".git/objects"));
    await expect(commit(dir)).rejects.toMatchObject({ code: "git-odd-repository" });
    expect(readdirSync(join(base, "elsewhere"))).toEqual([]);
  });
});
