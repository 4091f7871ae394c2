import { ownFolders } from "../folders.ts";
import { parseIni } from "../ini.ts";
import { type Scribe, sourceOf, wholeText } from "../scribe.ts";
import { shownSetting } from "../secret-text.ts";

const files = [
  "/etc/pip.conf",
  "/etc/xdg/pip/pip.conf",
  "~/.pip/pip.conf",
  "~/.config/pip/pip.conf",
  "~/Library/Application Support/pip/pip.conf",
  "/Library/Application Support/pip/pip.conf",
  "~/.config/uv/uv.toml",
  "/etc/uv/uv.toml",
  "~/.config/pypoetry/config.toml",
  "~/.pydistutils.cfg",
  "~/.pypirc",
];
const telling =
  /index|trusted-host|find-links|proxy|cert|repository|username|password|token|target|prefix|user|no-build|url|allow-insecure/;

async function add(scribe: Scribe, path: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const { redactor } = scribe.sources;
  const entries = parseIni(wholeText(scribe, file)).filter(({ key }) => telling.test(key));
  const name = path.slice(path.lastIndexOf("/") + 1);
  const sets = entries.map(({ key, value }) => shownSetting(redactor, key, value.replace(/^"(.*)"$/, "$1")));
  if (sets.length > 0) scribe.add({ name, file, trigger: "every pip or uv command", sets });
}

/** Where pip and its like take packages from. */
export const pipConfig = sourceOf(
  {
    id: "python-config",
    title: "Configuration of pip, uv and poetry",
    attack: ["T1195.001", "T1552.001"],
    timeoutMs: 30_000,
    platform: "any",
  },
  async (scribe) => {
    const own = ownFolders(scribe.sources).flatMap((folder) =>
      ["pip.conf", ".venv/pip.conf", "venv/pip.conf", "uv.toml"].map((name) => `${folder}/${name}`),
    );
    for (const path of [...files, ...own]) await add(scribe, path);
  },
);
