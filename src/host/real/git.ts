/**
 * Reads a repository that may be the intruder's. Git is pointed at a git folder of our own, with our own configuration,
 * that borrows nothing but object files: hooks, filters, aliases, fsmonitor, textconv, pagers, attributes, grafts, replace
 * refs, alternates and remotes of the suspect repository are never seen by it.
 *
 * simple-git is not used for this: it bounds neither the output (a tree can be built that lists for ever) nor the process
 * group.
 */
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { ClawError } from "../../model/errors.ts";
import type { HostFs } from "../fs.ts";
import type { GitCommit, GitFile, GitReader, HostGit } from "../git.ts";
import type { ChildResult } from "./child.ts";
import { type Git, gitIn, maxListing, timeoutMs } from "./git-program.ts";
import { history, sizes, startsOf } from "./git-history.ts";
import { isOid, readHead, readShallow } from "./git-refs.ts";
import { commitTo } from "./git-store.ts";
import { findProgram } from "./programs.ts";
import type { RunSetting } from "./run.ts";

/** Fan-out folders and packs; `info` with its alternates and commit-graph stays behind. */
const objectFolder = /^(?:[0-9a-f]{2}|pack)$/;

/**
 * A pack can hold a few bytes that are told as the difference to a file of any size: git refuses what needs more at once. Not in
 * git's manual; `memory_limit_check` of its wrapper.c.
 */
const allocLimit = "128m";

async function borrow(
  fs: HostFs,
  gitDir: string,
  scratch: string,
  head: string | undefined,
): Promise<string> {
  const own = await fs.scratch(scratch, "git-");
  const objects = join(own, "objects");
  await fs.mkdir(objects);
  await fs.mkdir(join(own, "refs"));
  for (const { name, kind } of await fs.list(join(gitDir, "objects"))) {
    if (kind !== "dir" || !objectFolder.test(name)) continue;
    await symlink(await fs.realpath(join(gitDir, "objects", name)), join(objects, name));
  }
  const format =
    head?.length === 64
      ? "\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n"
      : "\trepositoryformatversion = 0\n\tbare = true\n";
  await fs.writeAtomic(join(own, "config"), `[core]\n${format}`);
  await fs.writeAtomic(join(own, "HEAD"), "ref: refs/heads/none\n");
  const shallow = await readShallow(fs, gitDir);
  if (shallow.length > 0) await fs.writeAtomic(join(own, "shallow"), `${shallow.join("\n")}\n`);
  return own;
}

function failed(what: string, result: ChildResult): ClawError {
  const [reason] = result.stderr.toString("utf8").trim().split("\n");
  const why = result.timedOut ? `it took longer than ${timeoutMs / 1000} s` : (reason ?? "");
  return new ClawError(`git could not ${what}: ${why}`, { exit: "failed", code: "git-unreadable" });
}

function tooLarge(message: string): ClawError {
  return new ClawError(message, { exit: "failed", code: "too-large" });
}

async function output(git: Git, what: string, args: readonly string[]): Promise<string> {
  const result = await git(args, { maxBytes: maxListing });
  if (result.truncated) throw tooLarge(`git could not ${what}: more than ${maxListing} bytes`);
  if (result.code !== 0) throw failed(what, result);
  return result.stdout.toString("utf8");
}

function checkOid(oid: string): void {
  if (!isOid(oid)) throw new ClawError("not a git object id", { exit: "failed", code: "git-bad-oid" });
}

async function files(git: Git, commit: string): Promise<readonly GitFile[]> {
  checkOid(commit);
  const listing = await output(git, "list the files", ["ls-tree", "-r", "-z", "--full-tree", commit]);
  const found: GitFile[] = [];
  for (const line of listing.split("\0")) {
    const tab = line.indexOf("\t");
    const [mode, type, oid] = line.slice(0, Math.max(tab, 0)).split(" ");
    if (type === "blob" && mode !== undefined && oid !== undefined)
      found.push({ path: line.slice(tab + 1), mode, oid });
  }
  return found;
}

async function content(git: Git, oid: string, maxBytes: number): Promise<Uint8Array> {
  const [bytes = new Uint8Array()] = (await contents(git, [oid], maxBytes)).values();
  if (bytes.length <= maxBytes) return bytes;
  throw tooLarge(`the file in git is larger than ${maxBytes} bytes`);
}

/** The answers of `cat-file --batch` stand one behind the other: a line "OID blob SIZE", the bytes, a line feed. */
async function contents(
  git: Git,
  oids: readonly string[],
  maxBytes: number,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  if (oids.length === 0) return found;
  oids.forEach(checkOid);
  const result = await git(["cat-file", "--batch"], {
    input: `${oids.join("\n")}\n`,
    maxBytes: maxBytes + oids.length * 128,
  });
  if (result.truncated) throw tooLarge(`the files in git are larger than ${maxBytes} bytes`);
  let at = 0;
  for (const oid of oids) {
    const end = result.stdout.indexOf(0x0a, at);
    const [, type, size] = result.stdout.toString("latin1", at, Math.max(end, at)).split(" ");
    const bytes = result.stdout.subarray(end + 1, end + 1 + Number(size));
    if (type !== "blob" || bytes.length !== Number(size)) throw failed("read a file", result);
    found.set(oid, bytes);
    at = end + 1 + bytes.length + 1;
  }
  return found;
}

/** Four fields per commit, each closed by NUL, which a commit cannot hold. */
async function log(git: Git, head: string | undefined, max: number): Promise<readonly GitCommit[]> {
  if (head === undefined || max < 1) return [];
  const format = "--format=%H%x00%cI%x00%an <%ae>%x00%s";
  const args = [
    "log",
    "-z",
    `--max-count=${Math.floor(max)}`,
    "--no-color",
    "--no-mailmap",
    format,
    head,
    "--",
  ];
  const fields = (await output(git, "read the history", args)).split("\0");
  const commits: GitCommit[] = [];
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [commit = "", time = "", author = "", subject = ""] = fields.slice(at, at + 4);
    commits.push({ commit, at: time, author, subject });
  }
  return commits;
}

/** A `.git` that is a file (worktree, submodule) or a link, and refs kept as reftable, are not supported. */
async function gitDirOf(fs: HostFs, dir: string): Promise<string | undefined> {
  const gitDir = join(dir, ".git");
  try {
    const kinds = await Promise.all(
      ["", "objects", "HEAD", "reftable"].map((name) => fs.stat(join(gitDir, name))),
    );
    const [folder, objects, head, reftable] = kinds.map((stat) => stat?.kind);
    return folder === "dir" && objects === "dir" && head === "file" && reftable === undefined
      ? gitDir
      : undefined;
  } catch {
    return undefined;
  }
}

export function realGit(fs: HostFs, setting: RunSetting): HostGit {
  const program = (): string | undefined => findProgram("git", setting.toolPath);
  return {
    available: () => Promise.resolve(program() !== undefined),
    commit: async (dir, scratch, what) => {
      const git = program();
      if (git === undefined) {
        throw new ClawError("git is not installed", {
          exit: "failed",
          code: "no-git",
          hint: "install git; the baseline is kept in a git repository",
        });
      }
      return commitTo(fs, { program: git, setting, dir, scratch }, what);
    },
    reader: async (dir, scratch): Promise<GitReader | undefined> => {
      const git = program();
      const gitDir = git === undefined ? undefined : await gitDirOf(fs, dir);
      if (git === undefined || gitDir === undefined) return undefined;
      const head = await readHead(fs, gitDir);
      const own = await borrow(fs, gitDir, scratch, head);
      const call = gitIn(own, git, setting, { GIT_ALLOC_LIMIT: allocLimit });
      return {
        head: async () => (await log(call, head, 1))[0],
        files: (commit) => files(call, commit),
        content: (oid, maxBytes) => content(call, oid, maxBytes),
        contents: (oids, maxBytes) => contents(call, oids, maxBytes),
        log: (max) => log(call, head, max),
        history: async (limits) => history(call, await startsOf(fs, gitDir, head), limits),
        sizes: (oids) => sizes(call, oids),
        close: () => fs.removeScratch(own),
      };
    },
  };
}
