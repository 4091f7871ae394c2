import { basename } from "node:path";
import { textOf } from "../../files.ts";
import { expandGlob } from "../glob.ts";
import { sourceOf } from "../scribe.ts";
import type { SourceFile } from "../item.ts";
import type { Scribe } from "../scribe.ts";

const maxDepth = 8;
const maxFiles = 200;
/** Folders that distributions name in ld.so.conf themselves. */
const usual =
  /^\/(?:usr\/)?(?:local\/)?lib(?:32|64|x32|exec)?(?:\/|$)|^\/usr\/lib\d{0,2}\/|^\/(?:opt|usr\/local)\/(?:cuda|rocm)/;

/** What every program loads before anything else, and where it looks for libraries. */
export const ldSo = sourceOf(
  {
    id: "ld-so",
    title: "Preloaded libraries and library folders",
    attack: ["T1574.006"],
    timeoutMs: 30_000,
    platform: "linux",
  },
  async (scribe) => {
    await addPreload(scribe);
    await addConf(scribe, "/etc/ld.so.conf", 0, new Set());
  },
);

/** Every program of the host loads these (ld.so(8)); on an ordinary system the file is not there. */
async function addPreload(scribe: Scribe): Promise<void> {
  const path = "/etc/ld.so.preload";
  const listed = (await scribe.names("/etc")).includes(basename(path));
  const file = await scribe.file(path);
  if (file === undefined) {
    // A library that is preloaded can hide the file that names it; the folder's listing then disagrees with opening it.
    if (listed)
      scribe.add({ name: "ld.so.preload", path, odd: ["listed in its folder, but cannot be opened"] });
    return;
  }
  if (!listed) scribe.add({ name: "ld.so.preload", file, odd: ["missing from the listing of its folder"] });
  const text = textOf(file.bytes);
  const libraries = text.replaceAll(/#.*/g, "").split(/[\s:]+/);
  const named = libraries.filter((one) => one !== "");
  if (named.length === 0) scribe.add({ name: "ld.so.preload", trigger: "every program", file });
  for (const library of named) {
    const target = await scribe.file(library, 4096);
    const { package: owner } = await scribe.owner(library);
    scribe.add({
      name: library,
      trigger: "every program",
      sets: [
        `LD_PRELOAD=${library}`,
        ...(target?.facts.sha256 === undefined ? [] : [`sha256 ${target.facts.sha256}`]),
      ],
      odd: [
        ...(target === undefined ? ["the library could not be found or read"] : []),
        owner === undefined ? "no package owns the library" : `the library belongs to ${owner}`,
      ],
      file,
    });
  }
}

async function addConf(scribe: Scribe, path: string, depth: number, seen: Set<string>): Promise<void> {
  if (depth > maxDepth || seen.size >= maxFiles || seen.has(path)) return;
  seen.add(path);
  const file = await scribe.file(path);
  if (file === undefined) return;
  for (const [i, raw] of textOf(file.bytes).split("\n", 10_000).entries()) {
    const line = raw.replace(/#.*/, "").trim();
    const included = /^include[ \t]+(.+)$/.exec(line)?.[1];
    if (included !== undefined)
      for (const one of included.split(/[ \t]+/)) await include(scribe, one, depth, seen);
    else if (line !== "" && !/^hwcap\b/.test(line)) addFolder(scribe, file, line, i + 1);
  }
}

async function include(scribe: Scribe, pattern: string, depth: number, seen: Set<string>): Promise<void> {
  const whole = pattern.startsWith("/") ? pattern : `/etc/${pattern}`;
  for (const path of await expandGlob(scribe.sources, whole)) await addConf(scribe, path, depth + 1, seen);
}

function addFolder(scribe: Scribe, file: SourceFile, folder: string, line: number): void {
  scribe.add({
    name: folder,
    trigger: "programs that are linked",
    sets: [folder],
    odd: usual.test(folder) ? [] : ["libraries are taken from an unusual folder"],
    file,
    locator: `line ${line}`,
  });
}
