/** What a walk over the examined host's files found unusual, by name, mode, owner and times alone. */
import type { Place } from "./records.ts";

export type FileMark =
  | "set-user-id"
  | "set-group-id"
  | "world-writable"
  /** The examined host has no user, or no group, of that number. */
  | "unknown-owner"
  /** Such as "...", " " or a name with characters that a terminal does not show. */
  | "hiding-name"
  /** Begins with a dot, in a folder that belongs to everybody. */
  | "hidden-in-tmp"
  /** A device outside /dev. */
  | "device";

export interface OddFile {
  readonly kind: "file";
  readonly marks: readonly FileMark[];
  /** "file", "dir", … */
  readonly type: string;
  readonly bytes: number;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedAt: string;
  readonly changedAt: string;
  readonly bornAt?: string;
  readonly place: Place;
}

/** A folder with files that claim to be older than they are, to the second: touched by hand, or unpacked. */
export interface FolderStamps {
  readonly kind: "stamps";
  readonly folder: string;
  /** Regular files in the folder itself. */
  readonly files: number;
  /** Of these: modified before they were made. */
  readonly beforeBirth: number;
  /** Of these: modified on a whole second. */
  readonly wholeSeconds: number;
  /** Names of the first that are both. */
  readonly examples: readonly string[];
}
