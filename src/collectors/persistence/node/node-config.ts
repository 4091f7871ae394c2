import { ownFolders } from "../folders.ts";
import { type IniEntry, parseIni } from "../ini.ts";
import { type Scribe, sourceOf, wholeText } from "../scribe.ts";
import { shownSetting } from "../secret-text.ts";

/** Configuration of npm, pnpm, yarn and bun: the account's, the system's and those of the agent's folders. */
export function nodeConfigFiles(folders: readonly string[]): readonly string[] {
  const own = folders.flatMap((folder) =>
    [".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", "bunfig.toml"].map((name) => `${folder}/${name}`),
  );
  return [
    "~/.npmrc",
    "/etc/npmrc",
    "/usr/etc/npmrc",
    "/usr/local/etc/npmrc",
    "~/.npm-global/etc/npmrc",
    "~/.config/pnpm/rc",
    "~/Library/Preferences/pnpm/rc",
    "~/.yarnrc",
    "~/.yarnrc.yml",
    "~/.bunfig.toml",
    "~/.config/.bunfig.toml",
    ...own,
  ];
}

/** "key: value" of .yarnrc.yml and "key value" of .yarnrc beside the "key=value" of the others. */
export function configEntries(path: string, text: string): readonly IniEntry[] {
  if (!/\.yarnrc(?:\.yml)?$/.test(path)) return parseIni(text);
  return text.split("\n").flatMap((raw, i) => {
    const match = /^\s*(?:- )?"?([\w@/.:-]{1,200}?)"?(?::\s+|\s+)"?([^\s"][^"]{0,2000}?)"?\s*$/.exec(raw);
    const [, key, value] = match ?? [];
    if (key === undefined || value === undefined || raw.trimStart().startsWith("#")) return [];
    return [{ section: "", key, value, line: i + 1 }];
  });
}

/** Settings that make the package manager run or load something. */
const runs =
  /^(?:script-shell|scriptShell|shell|node-options|init-module|init\.module|editor|git|viewer|yarnPath|yarn-path|--?cwd|path|onload-script|pnpmfile|global-pnpmfile|preload|prefix-script)$/;
/** Settings that say where packages come from, whom to believe, and where they go. */
const sets =
  /registry|^(?:prefix|globalconfig|userconfig|ca|cafile|strict-ssl|https?-proxy|proxy|noproxy|ignore-scripts|enable-pre-post-scripts|unsafe-perm|global-dir|global-bin-dir|store-dir|cache|npmRegistryServer|npmAuthToken|enableScripts|unsafeHttpWhitelist|plugins|spec|always-auth|_auth|email|username|allow-scripts)$|_auth|token|password/i;

async function add(scribe: Scribe, path: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === ".pnpmfile.cjs") {
    scribe.add({ name, file, trigger: "pnpm install", runs: [file.path] });
    return;
  }
  const { redactor } = scribe.sources;
  const entries = configEntries(path, wholeText(scribe, file));
  const text = ({ key, value }: IniEntry): string => shownSetting(redactor, key, value);
  scribe.add({
    ...{ name, file, trigger: "every npm, pnpm, yarn or bun command" },
    runs: entries.filter(({ key }) => runs.test(key)).map(text),
    sets: entries.filter(({ key }) => !runs.test(key) && sets.test(key)).map(text),
  });
}

/** The prefixes that npm's configuration names: its global packages lie below them. */
export async function npmPrefixes(scribe: Scribe): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of ["~/.npmrc", "/etc/npmrc", "/usr/etc/npmrc", "/usr/local/etc/npmrc"]) {
    const file = await scribe.file(path);
    if (file === undefined) continue;
    for (const { key, value } of parseIni(wholeText(scribe, file))) {
      const place = value.replace(/^"(.*)"$/, "$1").replace(/^\$\{HOME\}/, "~");
      if (key === "prefix" && /^[~/]/.test(place)) found.push(place);
    }
  }
  return found;
}

export const nodeConfig = sourceOf(
  {
    id: "node-config",
    title: "Configuration of npm, pnpm, yarn and bun",
    attack: ["T1195.001", "T1552.001"],
    timeoutMs: 30_000,
    platform: "any",
  },
  async (scribe) => {
    for (const path of nodeConfigFiles(ownFolders(scribe.sources))) await add(scribe, path);
  },
);
