/** Where global packages of npm, pnpm, yarn and bun lie (docs of each; prefixes that .npmrc names are added by the caller). */
import { glob } from "../../glob.ts";
import { distinctFolders } from "../folders.ts";
import type { Sources } from "../../sources.ts";

const patterns = [
  "/usr/lib/node_modules",
  "/usr/local/lib/node_modules",
  "/opt/homebrew/lib/node_modules",
  "/opt/node/lib/node_modules",
  "/opt/node*/lib/node_modules",
  "~/.npm-global/lib/node_modules",
  "~/.npm-packages/lib/node_modules",
  "~/.local/lib/node_modules",
  "~/.nvm/versions/node/*/lib/node_modules",
  "~/.fnm/node-versions/*/installation/lib/node_modules",
  "~/.local/share/fnm/node-versions/*/installation/lib/node_modules",
  "~/.volta/tools/image/packages/*/lib/node_modules",
  "~/.volta/tools/image/node/*/lib/node_modules",
  "~/.asdf/installs/nodejs/*/lib/node_modules",
  "~/.local/share/mise/installs/node/*/lib/node_modules",
  "~/.local/share/pnpm/global/*/node_modules",
  "~/Library/pnpm/global/*/node_modules",
  "~/.config/yarn/global/node_modules",
  "~/.bun/install/global/node_modules",
];

export interface Roots {
  readonly folders: readonly string[];
  readonly reasons: readonly string[];
}

export async function globalRoots(sources: Sources, prefixes: readonly string[]): Promise<Roots> {
  const named = prefixes.map((prefix) => `${prefix}/lib/node_modules`);
  const { paths, reasons } = await glob(sources, [...patterns, ...named]);
  return { folders: await distinctFolders(sources, paths), reasons };
}
