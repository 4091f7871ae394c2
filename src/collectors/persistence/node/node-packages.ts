import { changedText, noPackageText } from "../../../model/persistence.ts";
import { textOf } from "../../files.ts";
import { ownFolders } from "../folders.ts";
import { addScript } from "../script.ts";
import { type Scribe, sourceOf } from "../scribe.ts";
import { packageFacts } from "./lifecycle.ts";
import { npmPrefixes } from "./node-config.ts";
import { lockFacts, treeFacts } from "./openclaw-package.ts";
import { globalRoots } from "./roots.ts";

const maxPackages = 3000;
const openclaw = /^(?:openclaw|clawdbot|moltbot)$/;

/** Folders of packages below a node_modules, scopes included. */
async function packageFolders(scribe: Scribe, root: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await scribe.names(root)) {
    if (name.startsWith(".")) continue;
    if (!name.startsWith("@")) found.push(`${root}/${name}`);
    else for (const inner of await scribe.names(`${root}/${name}`)) found.push(`${root}/${name}/${inner}`);
  }
  if (found.length > maxPackages)
    scribe.miss(`${root} holds ${found.length} packages; ${maxPackages} were read`);
  return found.slice(0, maxPackages);
}

async function addPackage(scribe: Scribe, root: string, folder: string): Promise<void> {
  const read = await scribe.file(`${folder}/package.json`);
  if (read === undefined) return;
  // npm replaces itself in place: that the distribution brought another version is nothing odd.
  const file = { ...read, odd: read.odd.filter((fact) => fact !== changedText && fact !== noPackageText) };
  const link = await scribe.link(folder);
  const facts = packageFacts(textOf(file.bytes));
  if (facts === undefined) {
    scribe.add({ kind: "unreadable", name: folder.slice(root.length + 1), file, trigger: "npm install" });
    return;
  }
  const { name, version, scripts, commands } = facts;
  const own = openclaw.test(name);
  const tree = own ? await treeFacts(scribe, folder) : { sets: [], odd: [] };
  scribe.add({
    name: version === "" ? name : `${name}@${version}`,
    file,
    trigger: "installation, and whoever calls its commands",
    runs: scripts,
    sets: [
      ...commands.map((command) => `command ${command}`),
      ...(link === undefined ? [] : [`a link to ${link.leadsTo}`]),
      ...(own ? await lockFacts(scribe, root, name) : []),
      ...tree.sets,
    ],
    odd: tree.odd,
  });
}

/** npm runs what lies in `node_modules/.hooks` for every package that it installs there (versions before 7). */
async function addHooks(scribe: Scribe, root: string): Promise<void> {
  for (const name of await scribe.names(`${root}/.hooks`)) {
    const file = await scribe.file(`${root}/.hooks/${name}`);
    if (file !== undefined) await addScript(scribe, file, { name: `.hooks/${name}`, trigger: "npm install" });
  }
}

/** Global packages: the gateway is one, and what stands beside it runs as the same user. */
export const nodePackages = sourceOf(
  {
    id: "node-packages",
    title: "Global packages of npm, pnpm, yarn and bun, and OpenClaw's own",
    attack: ["T1195.001", "T1195.002", "T1554"],
    timeoutMs: 45_000,
    platform: "any",
  },
  async (scribe) => {
    const { folders, reasons } = await globalRoots(scribe.sources, await npmPrefixes(scribe));
    for (const reason of reasons) scribe.miss(reason);
    for (const root of folders) {
      for (const folder of await packageFolders(scribe, root)) await addPackage(scribe, root, folder);
      await addHooks(scribe, root);
    }
    for (const folder of ownFolders(scribe.sources)) {
      await addHooks(scribe, `${folder}/node_modules`);
      await addPackage(scribe, folder, folder);
    }
  },
);
