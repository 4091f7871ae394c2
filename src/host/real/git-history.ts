/** What commits put into a repository that may be hostile: plumbing only, which reads no work tree, index or config. */
import { join } from "node:path";
import type { HostFs } from "../fs.ts";
import type { GitBlob, GitHistory, GitMoment } from "../git.ts";
import type { Git } from "./git-program.ts";
import { isOid, readShallow, readStarts } from "./git-refs.ts";

const maxBytes = 32 * 1024 * 1024;
const timeoutMs = 15_000;
/** How many commits that git cannot read are stepped over. */
const maxStops = 3;

export interface Starts {
  readonly ids: readonly string[];
  readonly gaps: readonly string[];
}

export async function startsOf(fs: HostFs, gitDir: string, head: string | undefined): Promise<Starts> {
  const { ids, cut } = await readStarts(fs, gitDir);
  const gaps: string[] = [];
  if (cut) gaps.push("there are more branches, tags and reflog entries than are followed");
  if ((await readShallow(fs, gitDir)).length > 0) gaps.push("older commits were never fetched");
  if ((await fs.stat(join(gitDir, "objects", "info", "alternates")).catch(() => undefined)) !== undefined)
    gaps.push("what it borrows from another repository is not looked at");
  // A repository has ids of one length.
  return { ids: ids.filter((id) => id.length === (head?.length ?? 40)), gaps };
}

interface Limits {
  readonly commits: number;
  readonly blobs: number;
}

export async function history(git: Git, starts: Starts, limits: Limits): Promise<GitHistory> {
  const gaps = new Set(starts.gaps);
  const commits = await listed(git, starts.ids, limits.commits, gaps);
  const blobs = new Map<string, GitBlob>();
  let waiting = [...commits.keys()];
  for (let stops = 0; waiting.length > 0; stops += 1) {
    const result = await git(
      ["diff-tree", "--stdin", "-r", "-m", "--root", "--raw", "-z", "--no-renames", "--no-abbrev"],
      { input: `${waiting.join("\n")}\n`, maxBytes, timeoutMs },
    );
    const reached = addBlobs(result.stdout.toString("utf8"), commits, { blobs, gaps, max: limits.blobs });
    if (result.code === 0 && !result.truncated) break;
    if (result.truncated || result.timedOut || blobs.size >= limits.blobs || stops >= maxStops) {
      gaps.add("not all of its commits could be looked at");
      break;
    }
    gaps.add("some of its commits could not be read");
    waiting = waiting.slice(reached === undefined ? 1 : waiting.indexOf(reached) + 2);
  }
  return { blobs: [...blobs.values()], commits: commits.size, gaps: [...gaps] };
}

/** Commit id → when it was made, newest first. An id that is not there is passed over. */
async function listed(
  git: Git,
  ids: readonly string[],
  max: number,
  gaps: Set<string>,
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const result = await git(
    ["rev-list", "--ignore-missing", "--timestamp", `--max-count=${max + 1}`, "--stdin"],
    {
      input: `${ids.join("\n")}\n`,
      maxBytes,
      timeoutMs,
    },
  );
  if (result.code !== 0 || result.truncated) gaps.add("its history could not be followed to the end");
  const commits = new Map<string, string>();
  for (const line of result.stdout.toString("latin1").split("\n")) {
    const [seconds = "", id = ""] = line.split(" ");
    if (isOid(id) && /^\d{1,12}$/.test(seconds))
      commits.set(id, new Date(Number(seconds) * 1000).toISOString());
  }
  if (commits.size > max) {
    gaps.add(`only its newest ${max} commits were looked at`);
    return new Map([...commits].slice(0, max));
  }
  return commits;
}

interface Found {
  readonly blobs: Map<string, GitBlob>;
  readonly gaps: Set<string>;
  readonly max: number;
}

/**
 * The answers of `diff-tree --stdin -z`: a commit's id, then for each file ":MODE MODE OID OID STATUS" and its path, all closed
 * by NUL. Returns the last commit that was told.
 */
function addBlobs(text: string, commits: ReadonlyMap<string, string>, found: Found): string | undefined {
  let moment: GitMoment | undefined;
  const fields = text.split("\0");
  // What stands behind the last NUL is cut off.
  for (let i = 0; i < fields.length - 1; i += 1) {
    const field = fields[i] ?? "";
    const at = commits.get(field);
    if (at !== undefined) moment = { commit: field, at };
    if (!field.startsWith(":")) continue;
    i += 1;
    const oid = fileIn(field);
    if (moment !== undefined && oid !== undefined && i < fields.length - 1)
      add(found, { oid, path: fields[i] ?? "" }, moment);
  }
  return moment?.commit;
}

/** The id of a regular file that came; undefined for one that went, a link or a submodule. */
function fileIn(field: string): string | undefined {
  const [, mode = "", , oid = ""] = field.split(" ");
  return mode.startsWith("100") && isOid(oid) ? oid : undefined;
}

/** They come newest first: what is met again was put there before. */
function add({ blobs, gaps, max }: Found, { oid, path }: { oid: string; path: string }, at: GitMoment): void {
  const key = `${oid}\0${path}`;
  const known = blobs.get(key);
  if (known !== undefined) blobs.set(key, { ...known, first: at });
  else if (blobs.size < max) blobs.set(key, { oid, path, first: at, last: at });
  else gaps.add(`only ${max} versions of its files were looked at`);
}

/** `cat-file --batch-check`: "OID TYPE SIZE" or "OID missing". */
export async function sizes(git: Git, oids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  const asked = oids.filter(isOid);
  if (asked.length === 0) return found;
  const result = await git(["cat-file", "--batch-check"], {
    input: `${asked.join("\n")}\n`,
    maxBytes,
    timeoutMs,
  });
  for (const line of result.stdout.toString("latin1").split("\n")) {
    const [oid = "", type, size = ""] = line.split(" ");
    if (type === "blob" && isOid(oid) && /^\d{1,15}$/.test(size)) found.set(oid, Number(size));
  }
  return found;
}
