import type { ArchiveEvent } from "./contents.ts";

export interface ReadingProgress {
  readonly entries: number;
  /** Of the files' contents. */
  readonly bytes: number;
}

const step = 4 * 1024 * 1024;

/** Counts what is read of an archive and tells it after every 4 MiB: a line on a screen moves no faster. */
export function readingProgress(tell: (progress: ReadingProgress) => void): (event: ArchiveEvent) => void {
  let entries = 0;
  let bytes = 0;
  let told = 0;
  return (event) => {
    if (event.kind === "entry") entries += 1;
    else if (event.kind === "data") bytes += event.bytes.length;
    if (bytes - told < step) return;
    told = bytes;
    tell({ entries, bytes });
  };
}
