import { dirname, join } from "node:path";
import type { DirEntry, Host } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import type { Reading } from "../../model/outcome.ts";
import { read } from "../../model/outcome.ts";
import type { Skill, SkillFile } from "../../model/skill-records.ts";
import type { Installation } from "../types.ts";
import { isInside } from "../view.ts";
import type { FileView } from "../view.ts";
import { fileOf, filesBelow, hashOf } from "./files.ts";
import { lockedSkills, originOf } from "./origin.ts";
import type { Origin } from "./origin.ts";
import { skillRoots } from "./roots.ts";
import type { SkillRoot } from "./roots.ts";

/** How often and when a skill was used, by the path of its SKILL.md on the examined host. */
export type SkillUses = ReadonlyMap<string, SkillUse>;
export type SkillUse = Pick<Skill, "firstUsedAt" | "lastUsedAt"> & { readonly uses: number };

const maxSkills = 5000;

/**
 * Skills as files, whatever the layout of the rest. A folder without SKILL.md that holds folders with one is a group. A link
 * that leaves its skill folder is recorded as it is and not followed.
 */
export async function readSkills(
  host: Host,
  view: FileView,
  installation: Installation,
  uses: SkillUses,
  made: ReadonlyMap<string, Origin>,
): Promise<Reading<Skill>> {
  const records: Skill[] = [];
  const problems: string[] = [];
  const scan: Scan = { host, view, installation, uses, made, records, problems, seen: new Set() };
  for (const place of await skillRoots(view, installation)) {
    const root: LockedRoot = { ...place, locked: await lockedSkills(view, dirname(place.dir)) };
    try {
      const dir = await view.resolve(root.dir);
      if (scan.seen.has(dir)) continue;
      scan.seen.add(dir);
      await scanRoot(scan, root, dir, 0);
    } catch (error) {
      problems.push(`${installation.target.toHost(root.dir)} could not be read: ${messageOf(error)}`);
    }
  }
  return read(records, [...new Set(problems)].slice(0, 50));
}

interface LockedRoot extends SkillRoot {
  /** What was installed into it, by the name of the folder. */
  readonly locked: ReadonlyMap<string, Origin>;
}

interface Scan {
  readonly host: Host;
  readonly view: FileView;
  readonly installation: Installation;
  readonly uses: SkillUses;
  /** What OpenClaw's own workshop wrote, by the path of SKILL.md. */
  readonly made: ReadonlyMap<string, Origin>;
  readonly records: Skill[];
  readonly problems: string[];
  readonly seen: Set<string>;
}

async function scanRoot(scan: Scan, root: LockedRoot, dir: string, level: number): Promise<void> {
  for (const entry of await scan.view.list(dir)) {
    if (scan.records.length >= maxSkills) {
      scan.problems.push(`more than ${maxSkills} skills; the rest was left out`);
      return;
    }
    const path = join(dir, entry.name);
    try {
      await scanEntry(scan, root, dir, entry, level);
    } catch (error) {
      scan.problems.push(`${scan.installation.target.toHost(path)} could not be read: ${messageOf(error)}`);
    }
  }
}

async function scanEntry(
  scan: Scan,
  root: LockedRoot,
  dir: string,
  entry: DirEntry,
  level: number,
): Promise<void> {
  const path = join(dir, entry.name);
  if (entry.kind === "symlink") {
    const real = await innerFolder(scan, dir, path);
    if (real === undefined) await addLink(scan, root, path, entry.name);
    else await addFolder(scan, root, real, entry.name);
    return;
  }
  if (entry.kind !== "dir") {
    add(scan, root, path, entry.name, [await fileOf(scan.host, path, entry.name)], dir);
    return;
  }
  const children = await scan.host.fs.list(path);
  const group = !children.some((child) => child.name === "SKILL.md") && level < 3;
  if (group && (await holdsSkills(scan.host, path, children))) await scanRoot(scan, root, path, level + 1);
  else await addFolder(scan, root, path, entry.name);
}

/** Where a link leads, if that is a folder beside the skills and not above them. */
async function innerFolder(scan: Scan, dir: string, link: string): Promise<string | undefined> {
  const real = await scan.view.resolve(link).catch(() => undefined);
  if (real === undefined || !isInside(real, dirname(dir)) || isInside(dir, real)) return undefined;
  const stat = await scan.host.fs.stat(real).catch(() => undefined);
  return stat?.kind === "dir" ? real : undefined;
}

async function holdsSkills(host: Host, path: string, children: readonly DirEntry[]): Promise<boolean> {
  for (const child of children.slice(0, 200)) {
    if (child.kind !== "dir") continue;
    const stat = await host.fs.stat(join(path, child.name, "SKILL.md")).catch(() => undefined);
    if (stat !== undefined) return true;
  }
  return false;
}

async function addFolder(scan: Scan, root: LockedRoot, path: string, name: string): Promise<void> {
  const { files, problems } = await filesBelow(scan.host, path, scan.installation.target.toHost(path));
  scan.problems.push(...problems);
  add(scan, root, path, name, files, path);
}

/** A link that leads out of its folder: what it leads to is not ours to read, that it is there is. */
async function addLink(scan: Scan, root: LockedRoot, path: string, name: string): Promise<void> {
  const link = await scan.host.fs.readlink(path);
  const bundled = /\/(?:openclaw|clawdbot|moltbot)\/dist\/extensions\//.test(link);
  const file = await fileOf(scan.host, path, name);
  add(scan, bundled ? { ...root, source: "bundled" } : root, path, name, [file], path, link);
}

function add(
  scan: Scan,
  root: LockedRoot,
  path: string,
  folderName: string,
  files: readonly SkillFile[],
  base: string,
  linkedTo?: string,
): void {
  const shown = scan.installation.target.toHost(path);
  const manifest = files.find((file) => file.path === "SKILL.md");
  const front = frontMatter(manifest?.text ?? "");
  const file = scan.installation.target.toHost(join(base, "SKILL.md"));
  const used = scan.uses.get(file);
  const modifiedAt = files
    .flatMap((file) => file.modifiedAt ?? [])
    .sort()
    .at(-1);
  const origin =
    linkedTo === undefined
      ? (originOf(files) ?? root.locked.get(folderName) ?? scan.made.get(file))
      : { installedFrom: linkedTo };
  const description = front.get("description");
  scan.records.push({
    name: front.get("name") ?? folderName,
    source: root.source,
    ...(root.agent === undefined ? {} : { agent: root.agent }),
    ...(description === undefined ? {} : { description }),
    files,
    sha256: hashOf(files.map((file) => `${file.path} ${file.sha256}\n`).join("")),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(used === undefined ? {} : used),
    ...origin,
    place: { path: shown },
  });
}

/** The plain `key: value` lines of a SKILL.md's front matter. */
function frontMatter(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const lines = text.slice(0, 16_384).split(/\r?\n/);
  if (lines[0]?.trim() !== "---") return found;
  for (const line of lines.slice(1, 100)) {
    if (line.trim() === "---") return found;
    const at = line.indexOf(":");
    if (at <= 0 || /^\s/.test(line)) continue;
    const value = line
      .slice(at + 1)
      .trim()
      .replace(/^(["'])(.*)\1$/, "$2");
    if (value !== "") found.set(line.slice(0, at).trim(), value.slice(0, 2000));
  }
  return found;
}
