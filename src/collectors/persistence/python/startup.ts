import { textOf } from "../../files.ts";
import { glob } from "../../glob.ts";
import { at, parseJson, str } from "../../../model/json.ts";
import { distinctFolders, ownFolders } from "../folders.ts";
import { runsOf } from "../script.ts";
import { type Scribe, sourceOf, wholeText } from "../scribe.ts";
import { withoutLogins } from "../secret-text.ts";

/** Lines of a .pth that the site module executes: those that begin with "import" and a blank (docs of `site`). */
export function pthLines(text: string): {
  readonly runs: readonly string[];
  readonly adds: readonly string[];
} {
  const lines = text.split(/\r\n|\r|\n/).slice(0, 2000);
  const runs = lines.filter((line) => /^import[ \t]/.test(line));
  const adds = lines.filter(
    (line) => line.trim() !== "" && !line.startsWith("#") && !/^import[ \t]/.test(line),
  );
  return { runs, adds: adds.map((line) => line.trim()) };
}

/** Folders that interpreters take modules from: the system's, the user's, those of version managers and of virtual environments. */
const libraries = [
  "/usr/lib/python3",
  "/usr/lib/python3.*",
  "/usr/lib64/python3.*",
  "/usr/local/lib/python3.*",
  "/usr/lib/python2.*",
  "/opt/*/lib/python3.*",
  "/opt/homebrew/lib/python3.*",
  "/Library/Frameworks/Python.framework/Versions/*/lib/python3.*",
  "~/Library/Python/*/lib/python",
  "~/.local/lib/python3.*",
  "~/.pyenv/versions/*/lib/python3.*",
  "~/.local/share/uv/python/*/lib/python3.*",
  "~/.local/share/uv/tools/*/lib/python3.*",
  "~/.local/share/pipx/venvs/*/lib/python3.*",
  "~/.local/pipx/venvs/*/lib/python3.*",
  "~/miniconda3/lib/python3.*",
  "~/anaconda3/lib/python3.*",
  "~/.asdf/installs/python/*/lib/python3.*",
];
const environments = [
  "lib/python3.*",
  "*/lib/python3.*",
  ".*/lib/python3.*",
  "*/*/lib/python3.*",
  "*/.*/lib/python3.*",
];
const inside = ["", "/site-packages", "/dist-packages"];
const starters = ["sitecustomize.py", "usercustomize.py"];
const maxFolders = 400;

async function moduleFolders(scribe: Scribe): Promise<readonly string[]> {
  const own = ownFolders(scribe.sources).flatMap((folder) => environments.map((one) => `${folder}/${one}`));
  const { paths, reasons } = await glob(scribe.sources, [...libraries, ...own]);
  for (const reason of reasons) scribe.miss(reason);
  const folders = paths.flatMap((path) => inside.map((one) => `${path}${one}`));
  const distinct = await distinctFolders(scribe.sources, folders);
  if (distinct.length > maxFolders)
    scribe.miss(`${distinct.length} folders of Python modules; ${maxFolders} were read`);
  return distinct.slice(0, maxFolders);
}

async function addFolder(scribe: Scribe, folder: string): Promise<void> {
  for (const name of await scribe.names(folder)) {
    if (name.endsWith(".pth")) await addPth(scribe, `${folder}/${name}`, name);
    else if (starters.includes(name)) await addStarter(scribe, `${folder}/${name}`, name);
    else if (/\.(?:dist|egg)-info$/.test(name)) await addOrigin(scribe, `${folder}/${name}`, name);
  }
}

async function addPth(scribe: Scribe, path: string, name: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const { runs, adds } = pthLines(wholeText(scribe, file));
  scribe.add({
    name,
    file,
    trigger: "every start of this Python",
    runs,
    sets: adds.map((line) => `sys.path ${line}`),
  });
}

async function addStarter(scribe: Scribe, path: string, name: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  scribe.add({ name, file, trigger: "every start of this Python", ...runsOf(file) });
}

/** A package that did not come from an index: pip notes where it did come from (PEP 610). */
async function addOrigin(scribe: Scribe, folder: string, name: string): Promise<void> {
  if ((await scribe.stat(`${folder}/direct_url.json`)) === undefined) return;
  const file = await scribe.file(`${folder}/direct_url.json`);
  if (file === undefined) return;
  const url = str(at(parseJson(textOf(file.bytes)), "url"));
  if (url === undefined) return;
  const shown = withoutLogins(scribe.sources.redactor, url);
  scribe.add({
    name: name.replace(/\.(?:dist|egg)-info$/, ""),
    file,
    trigger: "import",
    sets: [`installed from ${shown}`],
  });
}

export const pythonStartup = sourceOf(
  {
    id: "python-startup",
    title: "Code that every start of a Python runs",
    attack: ["T1546.018", "T1195.001"],
    timeoutMs: 30_000,
    platform: "any",
  },
  async (scribe) => {
    for (const folder of await moduleFolders(scribe)) await addFolder(scribe, folder);
  },
);
