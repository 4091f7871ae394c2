import { join } from "node:path";
import { manifestFacts, type ManifestLine } from "../../../archive/index.ts";
import type { Host } from "../../../host/host.ts";
import { codeOf } from "../../../model/errors.ts";
import { hashFile } from "../hash.ts";

/** What a restored snapshot holds, file by file, against its manifest. Paths as stored. */
export interface CheckedFiles {
  readonly expected: number;
  readonly matched: number;
  readonly missing: readonly string[];
  readonly different: readonly string[];
  /** Written to between the hash and restic's own reading: the time says so, and neither is wrong. */
  readonly changed: readonly string[];
}

/** Reads every file below `into` that the manifest says is stored. */
export async function checkRestored(
  host: Host,
  into: string,
  lines: readonly ManifestLine[],
): Promise<CheckedFiles> {
  const files = lines.filter(
    ({ type, stored, partial }) => type === "file" && stored !== false && partial !== true,
  );
  const found = { matched: 0, missing: [] as string[], different: [] as string[], changed: [] as string[] };
  for (const line of files) {
    const state = await stateOf(host, join(into, line.path), line);
    if (state === "matched") found.matched += 1;
    else found[state].push(line.path);
  }
  return { expected: files.length, ...found };
}

async function stateOf(
  host: Host,
  path: string,
  line: ManifestLine,
): Promise<"matched" | "missing" | "different" | "changed"> {
  try {
    const stat = await host.fs.stat(path);
    if (stat === undefined) return "missing";
    if (stat.kind !== "file") return "different";
    const { sha256 } = await hashFile(host, path);
    if (sha256 === line.sha256) return "matched";
    return manifestFacts(stat).mtime === line.mtime ? "different" : "changed";
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return "different";
  }
}
