export interface GitFile {
  readonly path: string;
  readonly mode: string;
  readonly oid: string;
}
export interface GitCommit {
  readonly commit: string;
  readonly at: string;
  readonly author: string;
  readonly subject: string;
}

/** A file as some commit has put it there. */
export interface GitBlob {
  readonly oid: string;
  readonly path: string;
  /** The oldest and the newest of the commits looked at that have put it there, with their own times. */
  readonly first: GitMoment;
  readonly last: GitMoment;
}
export interface GitMoment {
  readonly commit: string;
  /** ISO 8601 UTC, as the commit says. */
  readonly at: string;
}
export interface GitHistory {
  /** Those of the newest commits first. */
  readonly blobs: readonly GitBlob[];
  readonly commits: number;
  /** What of the history was not seen, one sentence each. */
  readonly gaps: readonly string[];
}

/**
 * Reads a repository that may be the intruder's: its objects are read with a configuration of our own, so that no hook,
 * filter, alias, fsmonitor, textconv or pager named in it can run.
 */
export interface GitReader {
  /** The commit HEAD points at; undefined if there is none yet. */
  readonly head: () => Promise<GitCommit | undefined>;
  readonly files: (commit: string) => Promise<readonly GitFile[]>;
  readonly content: (oid: string, maxBytes: number) => Promise<Uint8Array>;
  /** Several at once, by id; together at most `maxBytes`. Throws if one is missing or is no file. */
  readonly contents: (oids: readonly string[], maxBytes: number) => Promise<ReadonlyMap<string, Uint8Array>>;
  readonly log: (max: number) => Promise<readonly GitCommit[]>;
  /**
   * What the newest commits put into the repository, from every branch, tag, stash and reflog: also what was taken out again.
   * What cannot be read ends in `gaps`.
   */
  readonly history: (limits: { readonly commits: number; readonly blobs: number }) => Promise<GitHistory>;
  /** Bytes of those ids that are files. */
  readonly sizes: (oids: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  readonly close: () => Promise<void>;
}

/** A commit of claw-ir's own. Whoever makes it is the same in every commit: who ran claw-ir stands in the message, if anywhere. */
export interface NewCommit {
  /** The whole tree, by path: plain names without ".", ".." or ".git" in them, joined by "/". Regular files all. */
  readonly files: ReadonlyMap<string, string>;
  /** One line. */
  readonly message: string;
  readonly at: Date;
  /** The commit that it follows; undefined for the first one. Anything else in HEAD is refused ("git-moved"). */
  readonly parent: string | undefined;
}

export interface HostGit {
  /** `dir` holds a `.git`. Undefined if it is no repository or git is not installed. `scratch` takes the borrowed git folder. */
  readonly reader: (dir: string, scratch: string) => Promise<GitReader | undefined>;
  readonly available: () => Promise<boolean>;
  /**
   * Commits to `dir`/.git, which is made (without a work tree) where there is none. Neither the config nor the hooks of that
   * repository are honoured. The branch moves last and at once. Returns the commit's id.
   */
  readonly commit: (dir: string, scratch: string, what: NewCommit) => Promise<string>;
}
