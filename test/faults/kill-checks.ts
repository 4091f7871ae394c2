/** What must be as it was, and what must not be anywhere, after a fault. */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../../src/model/errors.ts";
import { marker, type Stage } from "./kill-stage.ts";

/** Every file below `root`, links as links; folders in `except` are left out. Sorted. */
function filesBelow(root: string, except: readonly string[] = []): readonly string[] {
  if (except.includes(root)) return [];
  return entriesOf(root)?.flatMap((name) => filesBelow(join(root, name), except)) ?? [root];
}

/** Undefined for a file, nothing for what is not there. */
function entriesOf(path: string): readonly string[] | undefined {
  try {
    return readdirSync(path).toSorted();
  } catch (error) {
    if (codeOf(error) === "ENOTDIR") return undefined;
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** What a tree holds, a line for each file. SQLite's `-shm` does not count: it is no content, and reading a live database touches it. */
export function contentOf(root: string): readonly string[] {
  return filesBelow(root)
    .filter((path) => !path.endsWith("-shm"))
    .map((path) => `${path.slice(root.length)} ${factsOf(path)}`);
}

function factsOf(path: string): string {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  const hash = stat.isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
  return `${stat.mode.toString(8)} ${hash}`;
}

/** The same with the time of every file: nobody has even rewritten one. */
export function untouched(root: string): readonly string[] {
  const times = filesBelow(root).map(
    (path) => `${path} ${String(lstatSync(path, { bigint: true }).mtimeNs)}`,
  );
  return [...contentOf(root), ...times.filter((line) => !line.includes("-shm "))];
}

/** Files outside of `allowed` that hold plaintext of the state. Some may vanish while it looks. */
export function plaintextIn(at: Stage, allowed: readonly string[]): readonly string[] {
  return filesBelow(at.base, [at.stateDir, ...allowed]).filter((path) => holdsMarker(path));
}

function holdsMarker(path: string): boolean {
  try {
    return lstatSync(path).isFile() && readFileSync(path).includes(marker);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

const temporary = /\.[0-9a-f]{12}\.partial$/;

/** Two minutes later: temporary files that a run left, and folders it had just made, are nobody's any more. */
export function twoMinutesLater(at: Stage): void {
  const then = Date.now() / 1000 - 120;
  const folders = readdirSync(at.dataDir).map((name) => join(at.dataDir, name));
  for (const path of [...filesBelow(at.dataDir).filter((one) => temporary.test(one)), ...folders])
    utimesSync(path, then, then);
}

/** Temporary files that were left anywhere. */
export function temporariesIn(at: Stage): readonly string[] {
  return filesBelow(at.base).filter((path) => temporary.test(path));
}
