import { createHash, hash } from "node:crypto";
import { dict, num, parseJson, str, type Dict } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import { damaged } from "../damage.ts";
import { factsOf, manifestFormat, type ManifestCounts } from "./manifest.ts";
import type { TarEntry } from "../tar/tar-reader.ts";

/** What the manifest said, after every entry was found to be what it says. */
export interface CheckedManifest {
  readonly root: string;
  readonly counts: ManifestCounts;
  /** At most 10,000 of them; `counts.partial` is the true number. */
  readonly partial: readonly { readonly path: string; readonly reason: string }[];
  /** The closing line. */
  readonly closing: Dict;
}

export interface ManifestCheck {
  /** An entry as the tar has it, with the hash of the bytes that were read. */
  readonly saw: (entry: TarEntry, sha256: string | undefined) => void;
  /** Bytes of the manifest itself. */
  readonly feed: (bytes: Uint8Array) => void;
  readonly finish: () => CheckedManifest;
}

const maxLine = 256 * 1024;
const maxPartial = 10_000;
const markSize = 8;

/** The facts of one entry, the same from a tar header and from a manifest line, as a short digest. */
function mark(facts: readonly unknown[]): Buffer {
  return hash("sha256", JSON.stringify(facts), "buffer").subarray(0, markSize);
}

function markOfEntry(entry: TarEntry, sha256: string | undefined): Buffer {
  const { mode, uid, gid, mtime } = factsOf(entry);
  return mark([
    entry.path,
    entry.type,
    entry.size,
    mode,
    uid,
    gid,
    mtime,
    sha256 ?? null,
    entry.link ?? null,
  ]);
}

function markOfLine(line: Dict): Buffer {
  const { path, type, size, mode, uid, gid, mtime } = line;
  return mark([path, type, size, mode, uid, gid, mtime, line["sha256"] ?? null, line["link"] ?? null]);
}

/** Grows by doubling; eight bytes for each entry keep the memory flat for millions of files. */
function markList(): {
  readonly push: (mark: Buffer) => void;
  readonly at: (index: number) => Buffer | undefined;
} {
  let marks = Buffer.alloc(4096 * markSize);
  let count = 0;
  return {
    push: (one) => {
      if ((count + 1) * markSize > marks.length) marks = Buffer.concat([marks, Buffer.alloc(marks.length)]);
      one.copy(marks, count * markSize);
      count += 1;
    },
    at: (index) => (index < count ? marks.subarray(index * markSize, (index + 1) * markSize) : undefined),
  };
}

interface Lines {
  readonly take: (line: Dict) => void;
  readonly counts: ManifestCounts;
  readonly partial: readonly { readonly path: string; readonly reason: string }[];
}

/** Counts the lines and holds each stored one against the entry that stood at its place in the tar. */
function lineCheck(entryAt: (index: number) => Buffer | undefined): Lines {
  const partial: { path: string; reason: string }[] = [];
  const counts = { entries: 0, stored: 0, files: 0, plainBytes: 0, partial: 0 };
  const compareEntry = (line: Dict): void => {
    const entry = entryAt(counts.stored);
    counts.stored += 1;
    const path = shown(str(line["path"]) ?? "?");
    if (entry === undefined)
      throw damaged("missing-file", `the archive lacks a file of its manifest: ${path}`);
    if (!entry.equals(markOfLine(line))) {
      throw damaged("different-file", `a file is not what the manifest says: ${path}`);
    }
    if (line["type"] !== "file") return;
    counts.files += 1;
    counts.plainBytes += num(line["size"]) ?? 0;
  };
  const take = (line: Dict): void => {
    counts.entries += 1;
    if (line["partial"] === true) {
      counts.partial += 1;
      const item = { path: str(line["path"]) ?? "", reason: str(line["reason"]) ?? "" };
      if (partial.length < maxPartial) partial.push(item);
    }
    if (line["stored"] !== false) compareEntry(line);
  };
  return { take, counts, partial };
}

/** Splits bytes at newlines; `rest` is what no newline has ended yet. */
function lineSplitter(each: (line: Buffer) => void): {
  readonly feed: (bytes: Uint8Array) => void;
  readonly rest: () => number;
} {
  let tail = Buffer.alloc(0);
  return {
    feed: (bytes) => {
      const all = Buffer.concat([tail, bytes]);
      let start = 0;
      for (let end = all.indexOf(10); end !== -1; end = all.indexOf(10, start)) {
        each(all.subarray(start, end));
        start = end + 1;
      }
      if (all.length - start > maxLine)
        throw damaged("manifest", "a line of the manifest is longer than it can be");
      tail = Buffer.from(all.subarray(start));
    },
    rest: () => tail.length,
  };
}

/** Checks the entries of a tar against the manifest that comes after them, in one pass. */
export function manifestCheck(): ManifestCheck {
  const marks = markList();
  const lines = lineCheck(marks.at);
  const root = createHash("sha256");
  let seen = 0;
  let closing: Dict | undefined;
  const { feed, rest } = lineSplitter((bytes) => {
    if (closing !== undefined) throw damaged("manifest", "the manifest goes on after its closing line");
    const line = dict(parseJson(bytes.toString("utf8")));
    if (line["type"] === "end") {
      closing = line;
      return;
    }
    root.update(bytes).update("\n");
    lines.take(line);
  });
  return {
    saw: (entry, sha256) => {
      marks.push(markOfEntry(entry, sha256));
      seen += 1;
    },
    feed,
    finish: () => {
      if (closing === undefined || rest() > 0) throw damaged("manifest", "the manifest is cut off");
      const found = root.digest("hex");
      checkClosing(closing, found, lines.counts);
      if (seen !== lines.counts.stored) {
        throw damaged("extra-file", "the archive holds files that its manifest does not name");
      }
      return { root: found, counts: { ...lines.counts }, partial: lines.partial, closing };
    },
  };
}

function checkClosing(closing: Dict, root: string, counts: ManifestCounts): void {
  if (closing["format"] !== manifestFormat) throw damaged("manifest", "the manifest is of an unknown format");
  if (closing["root"] !== root) throw damaged("manifest", "the manifest's root hash does not fit its lines");
  for (const [key, value] of Object.entries(counts)) {
    if (closing[key] !== value) throw damaged("manifest", `the manifest's count of ${key} is wrong`);
  }
}
