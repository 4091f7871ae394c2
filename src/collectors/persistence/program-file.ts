/** Files that are run by lying in a certain folder: scripts with their lines, programs with their hash only. */
import { noPackageText } from "../../model/persistence.ts";
import { scriptLines } from "./script-lines.ts";
import type { Draft, Scribe, SourceFile } from "./scribe.ts";
import { wholeText } from "./scribe.ts";
import { textOf } from "../files.ts";

const head = 262_144;

/** Adds one such file. What is no regular file, or a broken link, is an item without lines. */
export async function addProgram(
  scribe: Scribe,
  path: string,
  draft: Omit<Draft, "name" | "file">,
): Promise<void> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const link = await scribe.link(path);
  const leads = link === undefined ? [] : [`link to ${link.leadsTo}`];
  const stat = link === undefined ? await scribe.stat(path) : undefined;
  if (stat?.kind === "dir") return;
  const file = await scribe.file(path, head);
  const odd = [
    ...(draft.odd ?? []),
    ...(file === undefined || file.package !== undefined ? [] : [noPackageText]),
  ];
  const enabled = draft.enabled ?? (link?.leadsTo === "/dev/null" ? false : executable(file));
  if (file === undefined) {
    const { path: at, facts, ...owner } = link ?? { path, facts: undefined };
    const gone = link === undefined || link.leadsTo === "/dev/null" ? [] : ["leads nowhere"];
    const named = "package" in owner ? { package: owner.package } : {};
    scribe.add({
      ...draft,
      name,
      enabled,
      path: at,
      facts,
      ...named,
      sets: leads,
      odd: [...(draft.odd ?? []), ...gone],
    });
    return;
  }
  scribe.add({
    ...draft,
    name,
    enabled,
    file,
    runs: linesOf(scribe, file),
    sets: [...(draft.sets ?? []), ...leads],
    odd,
  });
}

function executable(file: SourceFile | undefined): boolean | undefined {
  return file === undefined ? undefined : (file.facts.mode & 0o111) !== 0;
}

/** The lines of a script; nothing of a program. A file that its package brought as it is has nothing to tell. */
function linesOf(scribe: Scribe, file: SourceFile): readonly string[] {
  const genuine = file.package !== undefined && file.odd.length === 0;
  const program = file.bytes.subarray(0, 4096).includes(0) || startsWithElf(file.bytes);
  if (program) return [file.path];
  return genuine ? [file.path] : scriptLines(file.whole ? textOf(file.bytes) : wholeText(scribe, file));
}

function startsWithElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}
