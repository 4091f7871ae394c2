/** Scripts and programs that something starts because they lie in a certain folder. */
import { changedText, noPackageText } from "../../model/persistence.ts";
import { textOf } from "../files.ts";
import { packagesOf } from "../traces/packages.ts";
import { distinctFolders } from "./folders.ts";
import type { SourceFile } from "./item.ts";
import type { Scribe } from "./scribe.ts";

export interface ScriptFolder {
  readonly folder: string;
  /** What sets its scripts off. */
  readonly trigger: string;
  /** Only files that may be executed are run from it. */
  readonly executable?: true;
  /** Names that are no scripts of it. */
  readonly not?: RegExp;
  /** How many levels of folders below it hold scripts, too. */
  readonly depth?: 1 | 2;
}

/** Said of what usually comes with a package, where none owns it. */
export const unownedText = "no package owns it";

const maxLines = 300;

/**
 * The lines of a script without blank ones and comments; none for a program. The first line stays where it names an interpreter
 * that is no ordinary one.
 */
export function scriptLines(bytes: Uint8Array): readonly string[] | undefined {
  if (bytes.subarray(0, 8192).includes(0)) return undefined;
  const lines = textOf(bytes).split("\n");
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .slice(0, maxLines);
}

/** Where an ordinary host has files of packages only, apart from what its owner made. */
const packaged = /^\/(?:etc|usr\/(?!local\/)|lib\w{0,4}|boot)\//;

/** The fact that no package owns the file, where the packages are known at all, and the scribe did not note it already. */
export async function ownership(scribe: Scribe, file: SourceFile): Promise<readonly string[]> {
  if (file.package !== undefined || !packaged.test(file.path) || file.odd.includes(noPackageText)) return [];
  const { manager } = await packagesOf(scribe.sources);
  return manager === "none" ? [] : [unownedText];
}

/**
 * What a script runs: its path where it is as its package brought it, else its lines, so that a rule can judge them.
 */
export function runsOf(file: SourceFile): {
  readonly runs: readonly string[];
  readonly odd: readonly string[];
} {
  const ordinary = file.package !== undefined && !file.odd.includes(changedText);
  if (ordinary) return { runs: [file.path], odd: [] };
  const lines = scriptLines(file.bytes);
  return lines === undefined
    ? { runs: [file.path], odd: ["a program, not a script"] }
    : { runs: lines, odd: [] };
}

export async function addScript(
  scribe: Scribe,
  file: SourceFile,
  draft: {
    readonly name: string;
    readonly trigger: string;
    readonly enabled?: boolean;
    readonly odd?: readonly string[];
  },
): Promise<void> {
  const { runs, odd } = runsOf(file);
  scribe.add({
    ...draft,
    file,
    runs,
    odd: [...odd, ...(draft.odd ?? []), ...(await ownership(scribe, file))],
  });
}

/** Every script of some folders. */
export async function addFolders(scribe: Scribe, folders: readonly ScriptFolder[]): Promise<void> {
  const distinct = await distinctFolders(
    scribe.sources,
    folders.map(({ folder }) => folder),
  );
  for (const folder of folders) if (distinct.includes(folder.folder)) await addFolder(scribe, folder, "");
}

async function addFolder(scribe: Scribe, from: ScriptFolder, inner: string, level = 0): Promise<void> {
  const folder = `${from.folder}${inner}`;
  for (const name of await scribe.names(folder)) {
    if (from.not?.test(name) === true) continue;
    const path = `${folder}/${name}`;
    const stat = await scribe.stat(path);
    if (stat?.kind === "dir") {
      if (level < (from.depth ?? 0)) await addFolder(scribe, from, `${inner}/${name}`, level + 1);
      continue;
    }
    if (stat !== undefined) await addOne(scribe, from, path, stat.kind === "symlink");
  }
}

async function addOne(scribe: Scribe, from: ScriptFolder, path: string, linked: boolean): Promise<void> {
  const link = linked ? await scribe.link(path) : undefined;
  const file = await scribe.file(path);
  if (file === undefined) return;
  const enabled = from.executable === true ? { enabled: (file.facts.mode & 0o111) !== 0 } : {};
  const odd = link === undefined ? [] : [`a link to ${link.leadsTo}`];
  const name = path.slice(path.lastIndexOf("/") + 1);
  await addScript(scribe, file, { name, trigger: from.trigger, odd, ...enabled });
}
