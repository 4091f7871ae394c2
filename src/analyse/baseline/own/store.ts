/** The git repository of claw-ir's own: `baseline` in the data folder, 0700, out of the agent's reach. */
import { join } from "node:path";
import { acquireTaskLock } from "../../../case/lock.ts";
import type { GitCommit, GitReader, Host } from "../../../host/host.ts";
import { ClawError } from "../../../model/errors.ts";
import { shown } from "../../../model/text.ts";
import { type Holding, holdingOf } from "./tree.ts";

export function baselineFolder(dataDir: string): string {
  return join(dataDir, "baseline");
}

export interface OwnBaseline {
  readonly head: GitCommit;
  readonly log: (max: number) => Promise<readonly GitCommit[]>;
  readonly holding: (commit: string) => Promise<Holding & { readonly problems: readonly string[] }>;
  /** The commit that took what `commit` holds: a review adds one that only says who vouched for what. */
  readonly taken: (commit: GitCommit) => Promise<GitCommit>;
  readonly close: () => Promise<void>;
}

const maxTree = 256 * 1024 * 1024;
const maxLog = 100_000;

/** Undefined where there is none, or none with a commit. Throws where there is one that cannot be read. */
export async function openOwn(
  host: Host,
  dataDir: string,
  scratch: string,
): Promise<OwnBaseline | undefined> {
  const dir = baselineFolder(dataDir);
  if ((await host.fs.stat(join(dir, ".git"))) === undefined) return undefined;
  const reader = await host.git.reader(dir, scratch);
  if (reader === undefined) throw await unreadable(host, dir);
  try {
    const head = await reader.head();
    if (head !== undefined) return opened(reader, { ...head, at: new Date(head.at).toISOString() });
  } catch (error) {
    await reader.close();
    throw error;
  }
  await reader.close();
  return undefined;
}

async function unreadable(host: Host, dir: string): Promise<ClawError> {
  const hasGit = await host.git.available();
  return new ClawError(
    hasGit ? `${shown(dir)} is no git repository any more` : "there is a baseline, and git is not installed",
    {
      exit: "failed",
      code: hasGit ? "baseline-damaged" : "no-git",
      hint: hasGit ? "look at it before you make a new one: somebody changed it" : "install git",
    },
  );
}

function opened(reader: GitReader, head: GitCommit): OwnBaseline {
  const log: OwnBaseline["log"] = async (max) =>
    (await reader.log(Math.min(max, maxLog))).map((one) => ({ ...one, at: new Date(one.at).toISOString() }));
  return {
    head,
    log,
    taken: async (commit) => {
      const all = await log(maxLog);
      const from = all.findIndex((one) => one.commit === commit.commit);
      if (from === -1) return commit;
      const wanted = await takenIn(reader, commit.commit);
      let oldest = commit;
      for (const one of all.slice(from + 1, from + maxReviews)) {
        if ((await takenIn(reader, one.commit)) !== wanted) break;
        oldest = one;
      }
      return oldest;
    },
    holding: async (commit) => {
      const files = await reader.files(commit);
      const texts = await reader.contents([...new Set(files.map(({ oid }) => oid))], maxTree);
      return holdingOf(new Map(files.map(({ path, oid }) => [path, textOf(texts.get(oid))])));
    },
    close: () => reader.close(),
  };
}

const maxReviews = 300;

/** The ids of everything but what reviews wrote, as one text. */
async function takenIn(reader: GitReader, commit: string): Promise<string> {
  const files = await reader.files(commit);
  return files
    .filter(({ path }) => !path.startsWith("vouched/"))
    .map(({ path, oid }) => `${oid} ${path}`)
    .join("\n");
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? "" : Buffer.from(bytes).toString("utf8");
}

/** The commit that `--since` names: its id, or the beginning of one. */
export async function commitNamed(own: OwnBaseline, wanted: string | undefined): Promise<GitCommit> {
  if (wanted === undefined) return own.head;
  const fitting = /^[0-9a-f]{4,64}$/.test(wanted)
    ? (await own.log(maxLog)).filter(({ commit }) => commit.startsWith(wanted))
    : [];
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  throw new ClawError(
    fitting.length > 1
      ? `several commits begin with ${wanted}`
      : `the baseline has no commit ${shown(wanted, 60)}`,
    { exit: "usage", code: "no-such-commit", hint: "claw-ir baseline log lists them" },
  );
}

export interface Keeping {
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
  readonly parent: string | undefined;
}

/** Commits a whole tree. Only one claw-ir does so at a time; the baseline must be where it was when it was looked at. */
export async function commitOwn(
  host: Host,
  dataDir: string,
  scratch: string,
  { files, message, parent }: Keeping,
): Promise<string> {
  const dir = baselineFolder(dataDir);
  const stat = await host.fs.stat(dir);
  if (stat !== undefined && stat.kind !== "dir") {
    throw new ClawError(`${shown(dir)} is a ${stat.kind} and no folder`, {
      exit: "failed",
      code: "baseline-damaged",
      hint: "the baseline must lie in the data folder itself: remove it by hand",
    });
  }
  const lock = await acquireTaskLock(
    host,
    join(dataDir, "baseline.lock"),
    "changing the baseline",
    "baseline-locked",
  );
  try {
    await host.fs.mkdir(dir, { mode: 0o700 });
    // A umask can only take bits away, but a parent's default ACL can add some.
    await host.fs.chmod(dir, 0o700);
    const what = { files, message: shown(message, 500), at: host.clock.now(), parent };
    return await host.git.commit(dir, scratch, what);
  } finally {
    await lock.release();
  }
}
