/** A configuration of ssh or sshd with what it includes, in the order in which it counts. */
import { textOf } from "../../files.ts";
import { expandGlob } from "../glob.ts";
import type { SourceFile } from "../item.ts";
import type { Scribe } from "../scribe.ts";
import { parseSshConfig } from "./config-file.ts";
import type { SshLine } from "./config-file.ts";

export interface SshSetting extends SshLine {
  /** The Host or Match line above it, such as "Match user x"; absent for what always applies. */
  readonly block?: string;
  readonly file: SourceFile;
}

export interface SshTree {
  /** Where the reading starts, path on the examined host. */
  readonly start: string;
  /** What a relative Include counts from: /etc/ssh, or ~/.ssh for a user's file. */
  readonly base: string;
  /** What "~" in an Include stands for. */
  readonly home: string;
}

const maxFiles = 128;
/** As OpenSSH's own limit. */
const maxDepth = 16;
const maxSettings = 20_000;

interface Walk {
  readonly scribe: Scribe;
  readonly tree: SshTree;
  readonly found: SshSetting[];
  files: number;
  full: boolean;
}

/** Every setting; Include loops end at a depth of 16 and after 128 files, which is noted. */
export async function readSshTree(scribe: Scribe, tree: SshTree): Promise<readonly SshSetting[]> {
  const walk: Walk = { scribe, tree, found: [], files: 0, full: false };
  await readInto(walk, tree.start, undefined, 0);
  if (walk.full) scribe.miss(`${tree.start} includes more than is read: ${maxFiles} files, ${maxDepth} deep`);
  return walk.found;
}

async function readInto(walk: Walk, path: string, outer: string | undefined, depth: number): Promise<void> {
  if (depth > maxDepth || walk.files >= maxFiles || walk.found.length >= maxSettings) {
    walk.full = true;
    return;
  }
  walk.files += 1;
  const file = await walk.scribe.file(path);
  if (file === undefined) return;
  await addSettings(walk, file, outer, depth);
}

async function addSettings(
  walk: Walk,
  file: SourceFile,
  outer: string | undefined,
  depth: number,
): Promise<void> {
  let block = outer;
  for (const line of parseSshConfig(textOf(file.bytes))) {
    walk.full ||= walk.found.length >= maxSettings;
    if (walk.full) return;
    if (line.keyword === "host" || line.keyword === "match") block = blockOf(line);
    walk.found.push({ ...line, ...(block === undefined ? {} : { block }), file });
    if (line.keyword === "include") for (const one of line.args) await include(walk, one, block, depth);
  }
}

/** "Match all" and "Host *" are as good as no block. */
function blockOf(line: SshLine): string | undefined {
  const always = line.rest.toLowerCase() === (line.keyword === "match" ? "all" : "*");
  return always ? undefined : `${line.written} ${line.rest}`;
}

async function include(walk: Walk, pattern: string, block: string | undefined, depth: number): Promise<void> {
  const { home, base } = walk.tree;
  const whole = pattern.startsWith("~/")
    ? `${home}/${pattern.slice(2)}`
    : pattern.startsWith("/")
      ? pattern
      : `${base}/${pattern}`;
  for (const path of await expandGlob(walk.scribe.sources, whole))
    await readInto(walk, path, block, depth + 1);
}
