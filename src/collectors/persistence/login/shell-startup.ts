import type { StartFile } from "../../../model/host-records.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { Sources } from "../../sources.ts";
import { accounts } from "../../users.ts";
import { shownAssignment } from "../assignment.ts";
import { ownFolders } from "../folders.ts";
import { sourceOf, wholeText } from "../scribe.ts";
import type { SourceFile } from "../item.ts";
import type { Scribe } from "../scribe.ts";
import { startFiles } from "../start-files.ts";
import { parseEnvironment, parsePamEnvironment } from "./environment-file.ts";
import { homeFiles, homeFolders, systemFiles, systemFolders } from "./places.ts";
import type { StartPlace } from "./places.ts";
import { shellLines } from "./shell-lines.ts";

const maxBytes = 4 << 20;

/** Files that shells and logins run or load: one item for the file, and one for each statement that stands out. */
export const shellStartup = sourceOf(
  {
    id: "shell-startup",
    title: "Shell start-up files and environment",
    attack: ["T1546.004", "T1546.005", "T1574.006", "T1574.007"],
    timeoutMs: 30_000,
    rootAdds: "the start-up files of root and of other users",
    platform: "any",
  },
  async (scribe) => {
    const { sources } = scribe;
    for (const { home, user } of await accounts(sources)) {
      for (const place of homeFiles) await addPlace(scribe, place, `${home}/${place.path}`, user);
      for (const place of homeFolders) await addFolder(scribe, place, `${home}/${place.path}`, user);
    }
    for (const folder of ownFolders(sources)) {
      const place: StartPlace = { path: ".envrc", trigger: `direnv in ${folder}`, kind: "shell" };
      await addPlace(scribe, place, `${folder}/.envrc`, undefined);
    }
    for (const place of systemFiles) await addPlace(scribe, place, place.path, undefined);
    for (const place of systemFolders) await addFolder(scribe, place, place.path, undefined);
  },
);

async function addFolder(
  scribe: Scribe,
  place: StartPlace,
  folder: string,
  user: string | undefined,
): Promise<void> {
  for (const name of await scribe.names(folder)) await addPlace(scribe, place, `${folder}/${name}`, user);
}

async function addPlace(
  scribe: Scribe,
  place: StartPlace,
  path: string,
  user: string | undefined,
): Promise<void> {
  const file = await scribe.file(path, maxBytes);
  if (file === undefined) return;
  const { trigger } = place;
  const link = await scribe.link(path);
  const sets = link === undefined ? [] : [`link to ${link.leadsTo}`];
  scribe.add({ name: path.slice(path.lastIndexOf("/") + 1), user, trigger, sets, file });
  addLines(scribe, place, file, user);
}

function addLines(
  scribe: Scribe,
  { kind, trigger }: StartPlace,
  file: SourceFile,
  user: string | undefined,
): void {
  const text = wholeText(scribe, file);
  const draft = { user, trigger, file };
  if (kind === "shell") {
    for (const { name, runs, sets, line } of shellLines(text))
      scribe.add({ ...draft, name, runs, sets, locator: `line ${line}` });
  } else if (kind === "inputrc") {
    for (const { text: macro, line } of keyMacros(text))
      scribe.add({ ...draft, name: "key macro", runs: [macro], locator: `line ${line}` });
  } else {
    for (const { name, value, line } of (kind === "pam-env" ? parsePamEnvironment : parseEnvironment)(text)) {
      const set = shownAssignment(scribe.sources.redactor, name, value);
      scribe.add({ ...draft, name, sets: [set], locator: `line ${line}` });
    }
  }
}

/** Keys of inputrc that type a text and press Enter. */
function keyMacros(text: string): readonly { readonly text: string; readonly line: number }[] {
  return text.split("\n", 10_000).flatMap((raw, i) => {
    const line = raw.slice(0, 8192).trim();
    const typed = /^(?:"[^"]{1,200}"|[\w-]{1,60})[ \t]*:[ \t]*(["'].*)$/s.exec(line)?.[1];
    return typed !== undefined && /\\(?:n|r|C-m|C-j)/i.test(typed) ? [{ text: line, line: i + 1 }] : [];
  });
}

/** The files alone, without those that a package brought and nobody changed. */
export async function readShellStartup(sources: Sources): Promise<Reading<StartFile>> {
  return startFiles(await sources.readings.persistence(shellStartup, sources), () => "shell");
}
