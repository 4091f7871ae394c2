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
