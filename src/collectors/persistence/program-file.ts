/** Files that are run by lying in a certain folder: scripts with their lines, programs with their hash only. */
import { textOf } from "../files.ts";
import { scriptLines } from "./script-lines.ts";
import type { Draft, SourceFile } from "./item.ts";
import type { Link } from "./places.ts";
import type { Scribe } from "./scribe.ts";
import { wholeText } from "./scribe.ts";

const head = 262_144;
type About = Omit<Draft, "name" | "file" | "runs" | "sets">;

/** Adds one such file. What is no regular file, or a link to nothing, is an item without lines. */
export async function addProgram(scribe: Scribe, path: string, about: About): Promise<void> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const link = await scribe.link(path);
  const masked = link?.leadsTo === "/dev/null";
  if (link === undefined && (await scribe.stat(path))?.kind === "dir") return;
  const sets = link === undefined ? [] : [`link to ${link.leadsTo}`];
  const file = masked ? undefined : await scribe.file(path, head);
  if (file !== undefined) {
    const enabled = about.enabled ?? (file.facts.mode & 0o111) !== 0;
    scribe.add({ ...about, name, enabled, file, runs: linesOf(scribe, file), sets });
  } else addWithoutFile(scribe, { ...about, name, sets, path }, link, masked);
}

function addWithoutFile(scribe: Scribe, draft: Draft, link: Link | undefined, masked: boolean): void {
  const lost = link !== undefined && !masked ? ["leads nowhere"] : [];
  const about = link === undefined ? {} : { facts: link.facts, package: link.package };
  scribe.add({
    ...draft,
    ...about,
    ...(masked ? { enabled: false } : {}),
    odd: [...(draft.odd ?? []), ...lost],
  });
}

/** The lines of a script; of a program only its path, and of a file that is as its package brought it, too. */
function linesOf(scribe: Scribe, file: SourceFile): readonly string[] {
  const genuine = file.package !== undefined && file.odd.length === 0;
  if (genuine || file.bytes.subarray(0, 4096).includes(0)) return [file.path];
  return scriptLines(file.whole ? textOf(file.bytes) : wholeText(scribe, file));
}
