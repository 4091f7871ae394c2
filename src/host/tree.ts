/** What an entry of a tree gets beside its content. */
export interface TreeFacts {
  /** Permission bits only. */
  readonly mode: number;
  readonly mtimeNs: bigint;
  /** Left as they are where absent. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

export interface TreeFile {
  /** The next bytes; blocks of zeros become holes. */
  readonly write: (bytes: Uint8Array) => void;
  /** Closes the file and gives it its facts. */
  readonly finish: (facts: TreeFacts) => void;
  /** Closes it as it is. */
  readonly abandon: () => void;
}

/**
 * Fills an empty folder that only this user can enter. Names are relative to it, without empty, "." or ".." parts; a byte that
 * is no UTF-8 is a lone surrogate U+DC80…U+DCFF. Nothing is ever overwritten ("EEXIST") and no link is followed by its last
 * part: the caller sees to it that none stands on the way. Synchronous: thousands of small files are what it is for.
 */
export interface TreeWriter {
  readonly file: (name: string) => TreeFile;
  /** Mode 0700 until `settle`. */
  readonly folder: (name: string) => void;
  /** `name` becomes another name of `existing`. */
  readonly hardLink: (name: string, existing: string) => void;
  /** With its target as it is, whatever it leads to. Facts: owner and time, where the platform can. */
  readonly symlink: (name: string, target: string, facts: TreeFacts) => void;
  /** Gives a folder its facts: last of all, and inner ones before outer ones. */
  readonly settle: (name: string, facts: TreeFacts) => void;
}
