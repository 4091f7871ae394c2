/**
 * A repository in memory for tests that are not about git: what was committed is what is read, and whatever the test did not
 * expect throws. It knows one folder only.
 */
import { createHash } from "node:crypto";
import type { GitCommit, GitHistory, GitReader, HostGit, NewCommit } from "../../src/host/git.ts";

export interface FakeGit {
  readonly git: HostGit;
  /** Newest last. */
  readonly commits: (NewCommit & { readonly commit: string })[];
}

export function fakeGit(folder: string): FakeGit {
  const commits: FakeGit["commits"] = [];
  const blobs = new Map<string, Uint8Array>();
  let open = 0;
  const mine = (dir: string): void => {
    if (dir !== folder) throw new Error(`fake git: ${dir} is not ${folder}`);
  };
  const of = (id: string): FakeGit["commits"][number] => {
    const found = commits.find(({ commit }) => commit === id);
    if (found === undefined) throw new Error(`fake git: there is no commit ${id}`);
    return found;
  };
  const reader = (): GitReader => ({
    head: () => Promise.resolve(listed(commits.at(-1))),
    files: (id) =>
      Promise.resolve([...of(id).files].map(([path, text]) => ({ path, mode: "100644", oid: oid(text) }))),
    content: (id, maxBytes) => Promise.resolve(blob(id, maxBytes)),
    contents: (ids, maxBytes) => Promise.resolve(new Map(ids.map((id) => [id, blob(id, maxBytes)]))),
    log: (max) =>
      Promise.resolve(
        commits
          .toReversed()
          .slice(0, max)
          .flatMap((one) => listed(one) ?? []),
      ),
    history: (limits) => Promise.resolve(historyOf(limits.commits)),
    sizes: (ids) =>
      Promise.resolve(
        new Map(ids.flatMap((id) => (blobs.has(id) ? [[id, blobs.get(id)?.length ?? 0] as const] : []))),
      ),
    close: () => {
      open -= 1;
      if (open < 0) throw new Error("fake git: a reader was closed twice");
      return Promise.resolve();
    },
  });
  const historyOf = (max: number): GitHistory => {
    const newest = commits.toReversed().slice(0, max);
    const found = newest.flatMap(({ files, commit, at }) => {
      const moment = { commit, at: at.toISOString() };
      return [...files].map(([path, text]) => ({ path, oid: oid(text), first: moment, last: moment }));
    });
    return { blobs: found, commits: newest.length, gaps: [] };
  };
  const blob = (id: string, maxBytes: number): Uint8Array => {
    const bytes = blobs.get(id);
    if (bytes === undefined || bytes.length > maxBytes) throw new Error(`fake git: no blob ${id}`);
    return bytes;
  };
  return {
    commits,
    git: {
      available: () => Promise.resolve(true),
      reader: (dir) => {
        mine(dir);
        if (commits.length === 0) return Promise.resolve(undefined);
        open += 1;
        return Promise.resolve(reader());
      },
      commit: (dir, _scratch, what) => {
        mine(dir);
        if (commits.at(-1)?.commit !== what.parent)
          throw new Error("fake git: not the parent of this commit");
        for (const text of what.files.values()) blobs.set(oid(text), Buffer.from(text));
        const commit = oid(JSON.stringify([...what.files, what.message, what.at, what.parent]));
        commits.push({ ...what, commit });
        return Promise.resolve(commit);
      },
    },
  };
}

function listed(one: FakeGit["commits"][number] | undefined): GitCommit | undefined {
  if (one === undefined) return undefined;
  const { commit, at, message } = one;
  return { commit, at: at.toISOString(), author: "claw-ir <claw-ir@localhost>", subject: message };
}

function oid(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
