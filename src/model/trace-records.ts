/** Records of what past activity left: files by their facts, histories of shells and programs. */
import type { Place } from "./records.ts";

/** A file that is told by what it is, not by what it says. */
export interface ListedFile {
  /** What it belongs to, such as "aws" or "Chrome". */
  readonly group: string;
  readonly type: string;
  readonly bytes: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedAt: string;
  readonly changedAt: string;
  /** Of the last read, as far as the file system keeps it. */
  readonly accessedAt?: string;
  readonly bornAt?: string;
  readonly sha256?: string;
  /** Where a symbolic link leads, as written. */
  readonly link?: string;
  readonly place: Place;
}

export interface HistoryFile {
  readonly kind: "file";
  readonly user: string;
  /** Such as ".bash_history". */
  readonly name: string;
  readonly bytes: number;
  readonly lines: number;
  readonly modifiedAt: string;
  readonly bornAt?: string;
  /** Facts that speak of a history that was switched off or wiped. */
  readonly odd: readonly string[];
  readonly place: Place;
}

/** One command that was typed and is worth looking at. */
export interface HistoryLine {
  readonly kind: "line";
  readonly user: string;
  readonly text: string;
  /** Where the history keeps times. */
  readonly at?: string;
  readonly place: Place;
}
