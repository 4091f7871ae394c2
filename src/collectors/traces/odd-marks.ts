/**
 * What is unusual about a file by its name, mode, owner and times alone. Facts only: whether a set-user-id program belongs to
 * a package, or a stamp to an unpacked archive, is told by other sources.
 */
import type { FileMark, FolderStamps, OddFile } from "../../model/file-records.ts";
import { read } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import type { Owners } from "./owners.ts";
import type { Entry } from "./walk.ts";

/** Of each mark so many files are kept, so that a flood of one hides no other. */
const perMark = 4000;
const maxFolders = 4000;
const maxExamples = 5;

interface Stamps {
  readonly folder: string;
  files: number;
  beforeBirth: number;
  wholeSeconds: number;
  readonly examples: string[];
}

export interface OddFiles {
  readonly see: (entry: Entry) => void;
  /** Complete when every entry was seen. */
  readonly reading: (reasons: readonly string[]) => Reading<OddFile | FolderStamps>;
}

export function oddFiles(owners: Owners): OddFiles {
  const files: OddFile[] = [];
  const folders: FolderStamps[] = [];
  const counts = new Map<FileMark, number>();
  let beyondFolders = 0;
  let stamps: Stamps | undefined;
  const settle = (): void => {
    if (stamps !== undefined && stamps.examples.length > 0) {
      if (folders.length < maxFolders) folders.push({ kind: "stamps", ...stamps });
      else beyondFolders += 1;
    }
    stamps = undefined;
  };
  const counted = (mark: FileMark): boolean => {
    const count = (counts.get(mark) ?? 0) + 1;
    counts.set(mark, count);
    return count <= perMark;
  };
  return {
    see: (entry) => {
      const all = marksOf(entry, owners);
      if (all.length > 0) {
        const marks = all.filter(counted);
        if (marks.length > 0) files.push(recordOf(entry, marks));
      }
      if (stamps?.folder !== entry.folder) {
        settle();
        stamps = { folder: entry.folder, files: 0, beforeBirth: 0, wholeSeconds: 0, examples: [] };
      }
      stamp(stamps, entry);
    },
    reading: (reasons) => {
      settle();
      const many = [...counts].filter(([, count]) => count > perMark);
      return read<OddFile | FolderStamps>(
        [...files, ...folders],
        [
          ...reasons,
          ...many.map(([mark, count]) => `${count} files are marked ${mark}, the first ${perMark} are kept`),
          ...(beyondFolders === 0 ? [] : [`of ${beyondFolders} more folders the time stamps are not kept`]),
        ],
      );
    },
  };
}

/** Names that begin and end with blanks or dots, that look empty, or that hold what a terminal does not show. */
const hiding = /^[.\s]{3,}$|^\s|\s$|^\.\s|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const everybodys = /^\/(?:tmp|var\/tmp|dev\/shm)$/;
/** Made by X11 and its kin on every desktop. */
const usual = /^\.(?:X\d+-lock|(?:X11|ICE|XIM|font|Test)-unix)$/;

type Rule = (entry: Entry, owners: Owners) => boolean;

/** A root of the walk carries its path as its name. */
function isRoot({ name, path }: Entry): boolean {
  return name === path;
}

const rules: readonly (readonly [FileMark, Rule])[] = [
  ["set-user-id", ({ stat }) => stat.kind === "file" && (stat.mode & 0o4000) !== 0],
  // Without the right to execute it the bit asks for mandatory locking.
  ["set-group-id", ({ stat }) => stat.kind === "file" && (stat.mode & 0o2010) === 0o2010],
  [
    "world-writable",
    // In a folder with the sticky bit everybody may make files, and nobody remove those of others.
    ({ stat: { kind, mode } }) =>
      (kind === "file" && (mode & 0o002) !== 0) || (kind === "dir" && (mode & 0o1002) === 0o002),
  ],
  [
    "unknown-owner",
    ({ stat }, { users, groups }) => users?.has(stat.uid) === false || groups?.has(stat.gid) === false,
  ],
  ["hiding-name", (entry) => !isRoot(entry) && hiding.test(entry.name)],
  [
    "hidden-in-tmp",
    (entry) =>
      !isRoot(entry) &&
      everybodys.test(entry.folder) &&
      entry.name.startsWith(".") &&
      !usual.test(entry.name),
  ],
  [
    "device",
    ({ stat: { kind }, path }) => (kind === "block" || kind === "char") && !path.startsWith("/dev/"),
  ],
];

const none: readonly FileMark[] = [];

function marksOf(entry: Entry, owners: Owners): readonly FileMark[] {
  let marks: FileMark[] | undefined;
  for (const [mark, applies] of rules) if (applies(entry, owners)) (marks ??= []).push(mark);
  return marks ?? none;
}

function recordOf({ path, stat }: Entry, marks: readonly FileMark[]): OddFile {
  return {
    kind: "file",
    marks,
    type: stat.kind,
    bytes: stat.size,
    mode: stat.mode,
    uid: stat.uid,
    gid: stat.gid,
    modifiedAt: iso(stat.mtimeMs),
    changedAt: iso(stat.ctimeMs),
    ...(stat.birthtimeMs > 0 ? { bornAt: iso(stat.birthtimeMs) } : {}),
    place: { path },
  };
}

/** Times of a damaged file system can lie beyond what a date can be. */
function iso(ms: number): string {
  return new Date(Math.min(Math.max(ms, -8.64e15), 8.64e15)).toISOString();
}

/** "touch -d" leaves whole seconds and a file older than itself; so do tar and npm, but for all files of a folder. */
function stamp(stamps: Stamps, { name, stat }: Entry): void {
  if (stat.kind !== "file") return;
  stamps.files += 1;
  const beforeBirth = stat.birthtimeMs > 0 && stat.mtimeMs < Math.floor(stat.birthtimeMs);
  const wholeSecond = stat.mtimeNs % 1_000_000_000n === 0n;
  if (beforeBirth) stamps.beforeBirth += 1;
  if (wholeSecond) stamps.wholeSeconds += 1;
  if (beforeBirth && wholeSecond && stamps.examples.length < maxExamples) stamps.examples.push(name);
}
