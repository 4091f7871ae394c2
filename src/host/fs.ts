import type { TreeWriter } from "./tree.ts";

export type FileKind = "file" | "dir" | "symlink" | "fifo" | "socket" | "block" | "char" | "unknown";

/** lstat: links are never followed. Times are epoch milliseconds, `mtimeNs` nanoseconds; `birthtimeMs` is 0 where it is not kept. */
export interface FileStat {
  readonly kind: FileKind;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly mtimeNs: bigint;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;
  readonly dev: number;
  readonly ino: number;
  readonly nlink: number;
}

export interface DirEntry {
  readonly name: string;
  readonly kind: FileKind;
}

/** A regular file opened without following a link and without ever blocking on a FIFO. */
export interface ReadHandle {
  /** fstat of the opened file. */
  readonly stat: FileStat;
  /** Fills `buffer` from the current position; 0 at the end. Synchronous: it is the fast way for hashing and packing. */
  readonly read: (buffer: Uint8Array) => number;
  /** As `read`, from `position`, which does not move the current one. May fill less; 0 at or behind the end. */
  readonly readAt: (buffer: Uint8Array, position: number) => number;
  readonly close: () => void;
}

export interface WriteHandle {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** fsync, then close. */
  readonly finish: () => Promise<void>;
  /** Close and remove what was written. */
  readonly discard: () => Promise<void>;
}

/**
 * Files of this machine by absolute path. Names that are no valid UTF-8 are spelled as in `model/file-names.ts`, in paths as in
 * listings and link targets. Reading functions throw a ClawError only for broken use; the file system's own
 * errors come through as they are, with `code` such as "ENOENT" or "EACCES".
 */
export interface HostFs {
  /** Refuses (code "too-large") files over `maxBytes`, default 64 MiB; never opens anything but regular files. */
  readonly read: (path: string, options?: { readonly maxBytes?: number }) => Promise<Uint8Array>;
  readonly readText: (path: string, options?: { readonly maxBytes?: number }) => Promise<string>;
  /** The last `bytes` of a file, for logs. */
  readonly readTail: (path: string, bytes: number) => Promise<Uint8Array>;
  /** `saw` is what the caller has just seen at the path, so that it is not asked for again. */
  readonly open: (path: string, saw?: FileStat) => ReadHandle;
  /** Undefined if there is nothing at the path. */
  readonly stat: (path: string) => Promise<FileStat | undefined>;
  /** As `stat`, at once: for a walk over many small files, where waiting costs more than looking. */
  readonly look: (path: string) => FileStat | undefined;
  /** Sorted by name. */
  readonly list: (path: string) => Promise<readonly DirEntry[]>;
  /**
   * As `list`, but unsorted, at once and a few entries at a time: for folders of any size. Throws before its first entry where
   * `list` would; a link to a folder is followed.
   */
  readonly browse: (path: string) => IterableIterator<DirEntry>;
  readonly readlink: (path: string) => Promise<string>;
  /** As `readlink`, at once. */
  readonly lookLink: (path: string) => string;
  readonly realpath: (path: string) => Promise<string>;
  /** Temporary file beside it, fsync, rename, fsync of the folder. Default mode 0600; an existing owner is kept where possible. */
  readonly writeAtomic: (
    path: string,
    data: string | Uint8Array,
    options?: { readonly mode?: number },
  ) => Promise<void>;
  /** O_EXCL; default mode 0600. Throws with code "EEXIST" if there is something already. */
  readonly create: (path: string, options?: { readonly mode?: number }) => Promise<WriteHandle>;
  /** Appends and fsyncs; made with mode 0600. */
  readonly append: (path: string, data: string) => Promise<void>;
  /** Like mkdir -p; default mode 0700. */
  readonly mkdir: (path: string, options?: { readonly mode?: number }) => Promise<void>;
  /** Copies a regular file (reflink where the file system can), mode 0600. Returns its size. */
  readonly copy: (from: string, to: string) => Promise<number>;
  readonly rename: (from: string, to: string) => Promise<void>;
  /** fsync of a folder, so that a rename in it survives a power cut. */
  readonly syncDir: (path: string) => Promise<void>;
  /** Removes one file; no error if it is not there. */
  readonly remove: (path: string) => Promise<void>;
  /** Removes a tree that this process made under `scratch`; refuses anything else. */
  readonly removeScratch: (path: string) => Promise<void>;
  /**
   * Removes a tree that a run which was killed left behind: a folder of this user, not a link, in which `marker` is a regular
   * file. Gives false, and touches nothing, for anything else.
   */
  readonly removeLeftover: (path: string, marker: string) => Promise<boolean>;
  /** A fresh 0700 folder for copies that must not outlive the run. */
  readonly scratch: (parent: string, prefix: string) => Promise<string>;
  readonly chmod: (path: string, mode: number) => Promise<void>;
  /** Writes into an empty 0700 folder of ours. */
  readonly tree: (folder: string) => TreeWriter;
  /** Free bytes on the file system of `path`. */
  readonly free: (path: string) => Promise<number>;
}
