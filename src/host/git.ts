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
  readonly log: (max: number) => Promise<readonly GitCommit[]>;
  readonly close: () => Promise<void>;
}

export interface HostGit {
  /** `dir` holds a `.git`. Undefined if it is no repository or git is not installed. `scratch` takes the borrowed git folder. */
  readonly reader: (dir: string, scratch: string) => Promise<GitReader | undefined>;
  readonly available: () => Promise<boolean>;
}
