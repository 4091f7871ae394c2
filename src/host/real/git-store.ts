/**
 * Writes to a repository of claw-ir's own with `git fast-import`: one process, one stream, no index, no work tree, no hook.
 * It runs in a fresh git folder and only the objects go to the repository; the branch is a file that is replaced at once.
 * The format of the stream: git-fast-import(1).
 */
import { join } from "node:path";
import { ClawError } from "../../model/errors.ts";
import type { HostFs } from "../fs.ts";
import type { NewCommit } from "../git.ts";
import { gitIn } from "./git-program.ts";
import { isOid, readHead } from "./git-refs.ts";
import type { RunSetting } from "./run.ts";

const branch = "refs/heads/main";
const author = "claw-ir <claw-ir@localhost>";
const bareConfig = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n";

export interface StorePlace {
  readonly program: string;
  readonly setting: RunSetting;
  readonly dir: string;
  readonly scratch: string;
}

export async function commitTo(fs: HostFs, place: StorePlace, what: NewCommit): Promise<string> {
  for (const path of what.files.keys()) checkPath(path);
  const gitDir = join(place.dir, ".git");
  await prepare(fs, gitDir);
  const head = await readHead(fs, gitDir);
  if (head !== what.parent) throw moved();
  const commit = await write(fs, place, join(gitDir, "objects"), what);
  if ((await readHead(fs, gitDir)) !== what.parent) throw moved();
  await fs.writeAtomic(join(gitDir, branch), `${commit}\n`);
  return commit;
}

function moved(): ClawError {
  return new ClawError("the repository got another commit meanwhile", {
    exit: "failed",
    code: "git-moved",
    hint: "run it again",
  });
}

/** A bare repository in a folder called ".git": `git -C DIR log -p` reads it, and nothing can be checked out by mistake. */
async function prepare(fs: HostFs, gitDir: string): Promise<void> {
  for (const name of ["", "objects", "refs", "refs/heads"]) {
    const path = join(gitDir, name);
    const stat = await fs.stat(path);
    if (stat === undefined) await fs.mkdir(path, { mode: 0o700 });
    else if (stat.kind !== "dir") throw odd(path, stat.kind);
  }
  if ((await fs.stat(join(gitDir, "config"))) === undefined)
    await fs.writeAtomic(join(gitDir, "config"), bareConfig);
  if ((await fs.stat(join(gitDir, "HEAD"))) === undefined)
    await fs.writeAtomic(join(gitDir, "HEAD"), `ref: ${branch}\n`);
}

function odd(path: string, kind: string): ClawError {
  return new ClawError(`${JSON.stringify(path)} is a ${kind} and no folder`, {
    exit: "failed",
    code: "git-odd-repository",
    hint: "somebody changed claw-ir's own repository: look at it before you trust it",
  });
}

async function write(
  fs: HostFs,
  { program, setting, scratch }: StorePlace,
  objects: string,
  what: NewCommit,
): Promise<string> {
  const own = await fs.scratch(scratch, "git-");
  try {
    for (const name of ["objects", "refs"]) await fs.mkdir(join(own, name));
    await fs.writeAtomic(join(own, "config"), bareConfig);
    await fs.writeAtomic(join(own, "HEAD"), `ref: ${branch}\n`);
    const git = gitIn(own, program, setting, { GIT_OBJECT_DIRECTORY: objects });
    const result = await git(["-c", "core.fsync=all", "fast-import", "--quiet", "--done"], {
      input: streamOf(what),
      maxBytes: 4096,
    });
    const commit = result.stdout.toString("latin1").trim();
    if (result.code === 0 && isOid(commit)) return commit;
    const [reason = ""] = result.stderr.toString("utf8").trim().split("\n");
    throw new ClawError(`git could not keep the commit: ${result.timedOut ? "it took too long" : reason}`, {
      exit: "failed",
      code: "git-unwritable",
    });
  } finally {
    await fs.removeScratch(own);
  }
}

/** Sorted, so that the same tree is the same stream. */
function streamOf({ files, message, at, parent }: NewCommit): Uint8Array {
  const parts: Uint8Array[] = [];
  const line = (text: string): void => void parts.push(Buffer.from(`${text}\n`, "utf8"));
  const data = (text: string): void => {
    const bytes = Buffer.from(text, "utf8");
    line(`data ${bytes.length}`);
    parts.push(bytes);
    line("");
  };
  line(`commit ${branch}`);
  line("mark :1");
  line(`committer ${author} ${Math.floor(at.getTime() / 1000)} +0000`);
  data(`${message}\n`);
  if (parent !== undefined) line(`from ${parent}`);
  line("deleteall");
  for (const path of [...files.keys()].sort()) {
    line(`M 100644 inline ${path}`);
    data(files.get(path) ?? "");
  }
  line("get-mark :1");
  line("done");
  return Buffer.concat(parts);
}

/** What a line of the stream, or a tree of git, could misunderstand is no path of ours. */
function checkPath(path: string): void {
  const plain = /^[A-Za-z0-9%@+=,._-]{1,200}$/;
  const parts = path.split("/");
  const fine = parts.every((part) => plain.test(part) && !/^\.{1,2}$/.test(part) && !/^\.git/i.test(part));
  if (fine && parts.length <= 20) return;
  throw new ClawError("not a path for a commit", { exit: "failed", code: "git-bad-path" });
}
