import { type Dirent, opendirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { nameOf } from "../../model/file-names.ts";
import type { DirEntry, FileKind } from "../fs.ts";
import { diskPath, kindOf, look } from "./file-open.ts";

/** How many names lie in memory at a time. */
const batch = 256;

/** The entries of a folder as the disk holds them. The folder is closed when the loop over them ends, however it ends. */
export function* browse(path: string): Generator<DirEntry> {
  // One character per byte: decoded as UTF-8, a name that is none would be lost.
  const folder = opendirSync(diskPath(path), { encoding: "latin1", bufferSize: batch });
  try {
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) yield known(path, entry);
  } finally {
    folder.closeSync();
  }
}

// The bytes below 0x80 are the same in every spelling.
const ascii = /^[\x01-\x7f]*$/;

function known(path: string, entry: Dirent): DirEntry {
  const name = ascii.test(entry.name) ? entry.name : nameOf(Buffer.from(entry.name, "latin1"));
  const kind: FileKind = kindOf(entry);
  // Some file systems do not tell the kind with the name.
  return { name, kind: kind === "unknown" ? (look(join(path, name))?.kind ?? kind) : kind };
}

export function lookLink(path: string): string {
  return nameOf(readlinkSync(diskPath(path), { encoding: "buffer" }));
}
