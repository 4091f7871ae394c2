/**
 * A line of a bodyfile, version 3 (wiki.sleuthkit.org, "Body file"): MD5|name|inode|mode|UID|GID|size|atime|mtime|ctime|crtime,
 * times in whole seconds. `mactime` splits at every "|" and at every newline and knows no escape, so that a name could forge
 * lines: here a name is escaped so that none is in it, and so that the bytes of the name can be had back.
 */
import type { FileKind, FileStat } from "../../host/host.ts";
import { nameBytes } from "../../model/file-names.ts";

/** Control and format characters, line separators, lone surrogates (bytes that are no UTF-8), the separator, the escape. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}|\\]/gu;

/** ASCII without any of these: nearly every name. */
const usual = /^[ -[\]-{}~]*$/;

/**
 * A backslash becomes two, every byte of another unsafe character `\xNN`. The arrow that stands between a link and its
 * target cannot come from a name.
 */
export function escapeName(name: string): string {
  if (usual.test(name) && !name.includes(" ->")) return name;
  const plain = name.replace(unsafe, (char) => (char === "\\" ? "\\\\" : hex(char)));
  return plain.replaceAll(" ->", " -\\x3e");
}

function hex(char: string): string {
  return Array.from(nameBytes(char), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}

/** The letters of the Sleuth Kit for a name's and a file's type (tsk_fs_name.c, tsk_fs_meta.c). */
const letters: Readonly<Record<FileKind, string>> = {
  file: "r",
  dir: "d",
  symlink: "l",
  fifo: "p",
  socket: "h",
  block: "b",
  char: "c",
  unknown: "-",
};

const special = [
  [0o4000, 2, "s", "S"],
  [0o2000, 5, "s", "S"],
  [0o1000, 8, "t", "T"],
] as const;

/** A tree has few modes and many files. */
const texts = new Map<FileKind, string[]>();

/** Such as "r/rrwxr-xr-x". */
export function modeText({ kind, mode }: Pick<FileStat, "kind" | "mode">): string {
  let ofKind = texts.get(kind);
  if (ofKind === undefined) texts.set(kind, (ofKind = []));
  return (ofKind[mode] ??= madeModeText({ kind, mode }));
}

function madeModeText({ kind, mode }: Pick<FileStat, "kind" | "mode">): string {
  const bits = Array.from("rwxrwxrwx", (letter, i) => ((mode & (0o400 >> i)) === 0 ? "-" : letter));
  for (const [bit, at, set, bare] of special)
    if ((mode & bit) !== 0) bits[at] = bits[at] === "x" ? set : bare;
  return `${letters[kind]}/${letters[kind]}${bits.join("")}`;
}

export interface Named {
  readonly path: string;
  readonly link?: string;
  readonly stat: FileStat;
}

/** What of an entry the examined host has chosen, and what may hold a secret: the name, and where a link leads. */
export function namesOf({ path, link }: Named): readonly string[] {
  return link === undefined ? [path] : [path, link];
}

/** The line with the names that `namesOf` gave, secrets taken out: so the fields stay what they are. */
export function bodyfileLine({ stat }: Named, [path = "", link]: readonly string[]): string {
  const name = link === undefined ? escapeName(path) : `${escapeName(path)} -> ${escapeName(link)}`;
  const owner = `${modeText(stat)}|${stat.uid}|${stat.gid}|${stat.size}`;
  const times = `${seconds(stat.atimeMs)}|${seconds(stat.mtimeMs)}|${seconds(stat.ctimeMs)}|${seconds(stat.birthtimeMs)}`;
  return `0|${name}|${stat.ino}|${owner}|${times}`;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
