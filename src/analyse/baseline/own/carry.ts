import { coverageFor, type Holding } from "./tree.ts";

/**
 * The tree for the next commit: what is there now, what a review wrote, and what stood there of kinds that could not be read
 * this time, so that a commit made half blind forgets nothing.
 */
export function carriedOver(old: Holding, now: Holding): ReadonlyMap<string, string> {
  const files = new Map(now.files);
  for (const [path, text] of old.files) if (path.startsWith("vouched/")) files.set(path, text);
  for (const [own, record] of old.records) {
    if (now.records.has(own) || coverageFor(now, record)?.outcome === "ok") continue;
    for (const [path, text] of old.files)
      if (path === `${own}.txt` || path.startsWith(`${own}/`)) files.set(path, text);
  }
  return files;
}
