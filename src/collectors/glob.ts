/** Paths of the examined host by patterns: "~" is the examined home, "*" and "?" stand for names within one folder, as in a shell. */
import { type Ground, listFolder } from "./files.ts";
import { matchesGlob } from "./persistence/glob.ts";

const maxFound = 2000;

export interface Globbed {
  /** Paths as on the examined host, in the order of the patterns. What a pattern without "*" names need not be there. */
  readonly paths: readonly string[];
  readonly reasons: readonly string[];
}

/** Links on the way are followed inside the root. Folders that could not be read are told in `reasons`. */
export async function glob(ground: Ground, patterns: readonly string[]): Promise<Globbed> {
  const found = new Set<string>();
  const reasons = new Set<string>();
  for (const pattern of patterns) {
    for (const path of await expand(ground, pattern, reasons)) {
      if (found.size < maxFound) found.add(path);
      else reasons.add(`more than ${maxFound} paths match; the rest was left out`);
    }
  }
  return { paths: [...found], reasons: [...reasons] };
}

async function expand(ground: Ground, pattern: string, reasons: Set<string>): Promise<readonly string[]> {
  const parts = pattern.split("/");
  let paths = [parts[0] ?? ""];
  for (const part of parts.slice(1)) {
    if (!/[*?]/.test(part)) {
      paths = paths.map((path) => `${path}/${part}`);
      continue;
    }
    const next: string[] = [];
    for (const path of paths) {
      const { names, trouble } = await listFolder(ground, path === "" ? "/" : path);
      if (trouble !== undefined) reasons.add(trouble.reason);
      const hidden = part.startsWith(".");
      const seen = hidden ? names : names.filter((name) => !name.startsWith("."));
      next.push(...seen.filter((name) => matchesGlob(part, name)).map((name) => `${path}/${name}`));
    }
    paths = next.slice(0, maxFound);
  }
  return paths;
}
