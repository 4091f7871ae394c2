import { glob } from "../../glob.ts";
import { ownFolders } from "../folders.ts";
import { addScript } from "../script.ts";
import { type SourceFile } from "../item.ts";
import { type Scribe, sourceOf, wholeText } from "../scribe.ts";
import { shownSetting, withoutLogins } from "../secret-text.ts";
import { effectOf } from "./dangerous.ts";
import { type GitSetting, parseGitConfig } from "./git-config.ts";
import { findRepositories } from "./repositories.ts";

const maxIncludes = 20;
const accountFiles = [
  "/etc/gitconfig",
  "/usr/etc/gitconfig",
  "/usr/local/etc/gitconfig",
  "~/.gitconfig",
  "~/.config/git/config",
];

interface Origin {
  readonly path: string;
  /** Whose git commands it changes. */
  readonly trigger: string;
  /** The folder that relative paths count from. */
  readonly folder: string;
}

async function addConfig(scribe: Scribe, origin: Origin, seen: Set<string>): Promise<void> {
  if (seen.has(origin.path)) return;
  seen.add(origin.path);
  const file = await scribe.file(origin.path);
  if (file === undefined) return;
  const { settings, bad } = parseGitConfig(wholeText(scribe, file));
  for (const setting of settings) {
    addSetting(scribe, origin, file, setting);
    const included = includedPath(setting, origin, scribe);
    if (included === undefined) continue;
    if (seen.size > maxIncludes)
      scribe.miss(`${origin.path} and what it includes name more than ${maxIncludes} further files`);
    else await addConfig(scribe, { ...origin, path: included, folder: folderOf(included) }, seen);
  }
  for (const line of bad.slice(0, 5)) {
    scribe.add({
      kind: "unreadable",
      name: "a line git would refuse",
      file,
      locator: `line ${line}`,
      trigger: origin.trigger,
    });
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** `include.path` and `includeIf.….path`, whatever the condition: it may hold another time. */
function includedPath({ name, value }: GitSetting, origin: Origin, scribe: Scribe): string | undefined {
  if (name !== "include.path" && !/^includeif\..*\.path$/.test(name)) return undefined;
  if (value === "") return undefined;
  if (value.startsWith("~/") || value.startsWith("/")) return value;
  return `${origin.folder}/${value}`.replace(/^~/, scribe.sources.target.toHost(scribe.sources.target.home));
}

function addSetting(scribe: Scribe, origin: Origin, file: SourceFile, setting: GitSetting): void {
  const found = effectOf(setting);
  if (found === undefined) return;
  const { redactor } = scribe.sources;
  // The address of `url.….insteadOf` is part of the name.
  const name = withoutLogins(redactor, setting.name);
  const text = shownSetting(redactor, name, setting.value);
  scribe.add({
    ...{ name, file, locator: `line ${setting.line}`, trigger: origin.trigger },
    ...(found.effect === "runs" && !found.tame ? { runs: [text] } : { sets: [text] }),
  });
}

/** Hooks that git would run: not the samples, and only what may be executed. */
async function addHooks(scribe: Scribe, folder: string, trigger: string): Promise<void> {
  for (const name of await scribe.names(folder)) {
    if (name.endsWith(".sample") || !/^[a-z][a-z0-9-]{2,60}$/.test(name)) continue;
    const file = await scribe.file(`${folder}/${name}`);
    if (file === undefined) continue;
    const enabled = (file.facts.mode & 0o111) !== 0;
    await addScript(scribe, file, { name: `hook ${name}`, trigger: `git ${name}, ${trigger}`, enabled });
  }
}

async function addRepository(scribe: Scribe, folder: string): Promise<void> {
  const trigger = `in ${folder.replace(/\/\.git$/, "")}`;
  const seen = new Set<string>();
  await addConfig(scribe, { path: `${folder}/config`, folder, trigger }, seen);
  await addConfig(scribe, { path: `${folder}/config.worktree`, folder, trigger }, seen);
  await addHooks(scribe, `${folder}/hooks`, trigger);
}

/** Folders that `core.hooksPath` and `init.templateDir` of an account's own configuration name. */
async function addNamedHooks(scribe: Scribe, path: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  for (const { name, value } of parseGitConfig(wholeText(scribe, file)).settings) {
    if (!value.startsWith("/") && !value.startsWith("~/")) continue;
    if (name === "core.hookspath") await addHooks(scribe, value, "in every repository");
    if (name === "init.templatedir")
      await addHooks(scribe, `${value}/hooks`, "in repositories made from now on");
  }
}

/** Every command of git by the agent may run what stands here. */
export const git = sourceOf(
  {
    id: "git",
    title: "Git hooks and settings that run programs",
    attack: ["T1546", "T1059.004", "T1195.001"],
    timeoutMs: 30_000,
    rootAdds: "repositories in folders that this user may not enter",
    platform: "any",
  },
  async (scribe) => {
    for (const path of accountFiles) {
      await addConfig(scribe, { path, folder: folderOf(path), trigger: "every git command" }, new Set());
      await addNamedHooks(scribe, path);
    }
    const shared = await glob(scribe.sources, ["/usr/share/git-core/templates/hooks/*"]);
    for (const path of shared.paths) {
      if (!path.endsWith(".sample"))
        await addHooks(scribe, folderOf(path), "in repositories made from now on");
    }
    const { folders, reasons } = await findRepositories(scribe.sources, ownFolders(scribe.sources));
    for (const reason of reasons) scribe.miss(reason);
    for (const folder of folders) await addRepository(scribe, folder);
  },
);
