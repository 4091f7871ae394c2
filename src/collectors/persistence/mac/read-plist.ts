import { parsePlist } from "../../mac/plist.ts";
import { type Plist, plistDict, type PlistDict } from "../../mac/plist-value.ts";
import type { SourceFile } from "../item.ts";
import type { Scribe } from "../scribe.ts";

const maxBytes = 16 << 20;

export interface PlistFile {
  readonly file: SourceFile;
  readonly value: Plist;
  readonly dict: PlistDict;
}

/** A property list; undefined where there is none. What makes no sense becomes an item of kind "unreadable". */
export async function readPlist(scribe: Scribe, path: string): Promise<PlistFile | undefined> {
  const file = await scribe.file(path, maxBytes);
  if (file === undefined) return undefined;
  const value = file.whole ? parsePlist(file.bytes) : undefined;
  if (value === undefined) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    scribe.add({ kind: "unreadable", name, file, odd: file.whole ? [] : ["larger than any property list"] });
    return undefined;
  }
  return { file, value, dict: plistDict(value) };
}
