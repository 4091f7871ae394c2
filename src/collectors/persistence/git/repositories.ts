/** Git repositories below some folders, found by their files: nothing of git is run. */
import type { DirEntry } from "../../../host/host.ts";
import { resolveInside } from "../../../openclaw/view.ts";
import { type Ground, troubleOf } from "../../files.ts";

export interface Repositories {
  /** Git folders (the ".git" or the bare repository itself), paths on the examined host. */
  readonly folders: readonly string[];
  readonly reasons: readonly string[];
}

const maxDepth = 8;
const maxEntries = 200_000;
const maxRepositories = 500;
const maxMs = 15_000;
/** Full of files, and never somebody's repository. */
const skipped = new Set([
  "objects",
  "node_modules",
  "__pycache__",
  ".venv",
  "site-packages",
  "Cache",
  "CacheStorage",
]);

interface Waiting {
  readonly real: string;
  readonly depth: number;
}

export async function findRepositories(ground: Ground, roots: readonly string[]): Promise<Repositories> {
  const { host, target } = ground;
  const found = new Set<string>();
  const reasons = new Set<string>();
  const waiting = await startsOf(ground, roots);
  const ends = host.clock.monotonic() + maxMs;
  const seen = new Set<string>();
  let entries = 0;
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    if (seen.has(folder.real)) continue;
    seen.add(folder.real);
    const inside = entriesOf(ground, folder.real, reasons, maxEntries - entries);
    entries += inside.length;
    if (entries >= maxEntries || found.size >= maxRepositories || host.clock.monotonic() > ends) {
      reasons.add("not every folder was searched for git repositories: there are too many");
      break;
    }
    if (isGitFolder(new Set(inside.map(({ name }) => name)))) found.add(target.toHost(folder.real));
    waiting.push(...below(folder, inside));
  }
  return { folders: [...found].sort(), reasons: [...reasons] };
}

async function startsOf({ host, target }: Ground, roots: readonly string[]): Promise<Waiting[]> {
  const starts: Waiting[] = [];
  for (const root of roots) {
    const real = await resolveInside(host, target.root, target.toReal(root)).catch(() => undefined);
    if (real !== undefined && host.fs.look(real)?.kind === "dir") starts.push({ real, depth: 0 });
  }
  return starts;
}

function below({ real, depth }: Waiting, inside: readonly DirEntry[]): readonly Waiting[] {
  if (depth >= maxDepth) return [];
  const folders = inside.filter(({ name, kind }) => kind === "dir" && !skipped.has(name));
  return folders.map(({ name }) => ({ real: `${real}/${name}`, depth: depth + 1 }));
}

function isGitFolder(names: ReadonlySet<string>): boolean {
  return (
    names.has("HEAD") &&
    (names.has("config") || names.has("hooks")) &&
    (names.has("objects") || names.has("refs"))
  );
}

function entriesOf(ground: Ground, real: string, reasons: Set<string>, max: number): readonly DirEntry[] {
  const found: DirEntry[] = [];
  try {
    for (const entry of ground.host.fs.browse(real)) {
      found.push(entry);
      if (found.length >= max) break;
    }
  } catch (error) {
    const { outcome, reason } = troubleOf(ground.target.toHost(real), error);
    if (outcome !== "missing" && reasons.size < 20) reasons.add(reason);
  }
  return found;
}
