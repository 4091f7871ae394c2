import type { DriftChange } from "../types.ts";

/**
 * Several items may stand in one file, and each knows the file's hash: that it changed is told once, and not where something
 * else about the file is told.
 */
export function toldOnce(changes: readonly DriftChange[]): readonly DriftChange[] {
  const told = new Set(changes.filter((change) => !isHashAlone(change)).map(({ path }) => path));
  return changes.filter((change) => {
    if (!isHashAlone(change)) return true;
    if (told.has(change.path)) return false;
    told.add(change.path);
    return true;
  });
}

function isHashAlone({ thing, kind, key }: DriftChange): boolean {
  return thing === "persistence" && kind === "modified" && key?.endsWith(".sha256") === true;
}
