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
import { type ChildResult, runChild } from "./child.ts";
import { isOid, readHead, readShallow } from "./git-refs.ts";
import { childEnv, findProgram } from "./programs.ts";
import type { RunSetting } from "./run.ts";

type Git = (
  args: readonly string[],
  options: { readonly maxBytes: number; readonly input?: string },
) => Promise<ChildResult>;

const timeoutMs = 30_000;
const maxListing = 64 * 1024 * 1024;

/** Fan-out folders and packs; `info` with its alternates and commit-graph stays behind. */
const objectFolder = /^(?:[0-9a-f]{2}|pack)$/;

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

function cleanGitEnv(own: string): Record<string, string> {
  return {
    HOME: own,
    XDG_CONFIG_HOME: own,
    GIT_DIR: own,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: "none",
    GIT_PAGER: "cat",
    LC_ALL: "C.UTF-8",
  };
}

function gitIn(own: string, program: string, setting: RunSetting): Git {
  return (args, options) =>
    runChild(
      program,
      ["--no-pager", "-c", "protocol.allow=never", "-c", "log.showSignature=false", ...args],
      {
        ...options,
        cwd: own,
        timeoutMs,
        stopWhenFull: true,
        env: childEnv(setting.env, setting.toolPath, cleanGitEnv(own)),
        signal: setting.signal,
      },
    );
}

function failed(what: string, result: ChildResult): ClawError {
  const [reason] = result.stderr.toString("utf8").trim().split("\n");
  const why = result.timedOut ? `it took longer than ${timeoutMs / 1000} s` : (reason ?? "");
  return new ClawError(`git could not ${what}: ${why}`, { exit: "failed", code: "git-unreadable" });
}

async function output(git: Git, what: string, args: readonly string[]): Promise<string> {
  const result = await git(args, { maxBytes: maxListing });
  if (result.truncated) {
    throw new ClawError(`git could not ${what}: more than ${maxListing} bytes`, {
      exit: "failed",
      code: "too-large",
    });
  }
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
  checkOid(oid);
  const result = await git(["cat-file", "--batch"], { input: `${oid}\n`, maxBytes: maxBytes + 256 });
  const end = result.stdout.indexOf(0x0a);
  const [, type, size] = result.stdout.toString("latin1", 0, Math.max(end, 0)).split(" ");
  if (type !== "blob") throw failed("read a file", result);
  if (Number(size) > maxBytes) {
    throw new ClawError(`the file in git is larger than ${maxBytes} bytes`, {
      exit: "failed",
      code: "too-large",
    });
  }
  const bytes = result.stdout.subarray(end + 1, end + 1 + Number(size));
  if (bytes.length !== Number(size)) throw failed("read a file", result);
  return bytes;
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
    reader: async (dir, scratch): Promise<GitReader | undefined> => {
      const git = program();
      const gitDir = git === undefined ? undefined : await gitDirOf(fs, dir);
      if (git === undefined || gitDir === undefined) return undefined;
      const head = await readHead(fs, gitDir);
      const own = await borrow(fs, gitDir, scratch, head);
      const call = gitIn(own, git, setting);
      return {
        head: async () => (await log(call, head, 1))[0],
        files: (commit) => files(call, commit),
        content: (oid, maxBytes) => content(call, oid, maxBytes),
        log: (max) => log(call, head, max),
        close: () => fs.removeScratch(own),
      };
    },
  };
}
