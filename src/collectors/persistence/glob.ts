/** Patterns of file names as Include lines have them: "*", "?" and "[…]" within a component, never across "/". */
import { listFolder } from "../files.ts";
import type { Ground } from "../files.ts";

const maxPaths = 500;

/** Whether a name matches a pattern. In steps of at most name × pattern, whatever they hold. */
export function matchesGlob(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let mark = 0;
  while (n < name.length) {
    const one = p < pattern.length ? single(pattern, p, name[n] ?? "") : undefined;
    if (one !== undefined && one > 0) {
      p += one;
      n += 1;
    } else if (pattern[p] === "*") {
      star = p;
      mark = n;
      p += 1;
    } else if (star >= 0) {
      mark += 1;
      n = mark;
      p = star + 1;
    } else return false;
  }
  while (pattern[p] === "*") p += 1;
  return p >= pattern.length;
}

/** How many characters of the pattern match this one character; 0 for none. */
function single(pattern: string, at: number, c: string): number {
  const one = pattern[at] ?? "";
  switch (one) {
    case "*":
      return 0;
    case "?":
      return 1;
    case "[":
      return bracket(pattern, at, c);
    case "\\":
      return at + 1 < pattern.length ? (pattern[at + 1] === c ? 2 : 0) : c === "\\" ? 1 : 0;
    default:
      return one === c ? 1 : 0;
  }
}

/** A "[" that is never closed stands for itself. */
function bracket(pattern: string, at: number, c: string): number {
  const end = pattern.indexOf("]", at + 2);
  if (end < 0) return c === "[" ? 1 : 0;
  const negated = pattern[at + 1] === "!" || pattern[at + 1] === "^";
  const set = pattern.slice(at + (negated ? 2 : 1), end);
  return inSet(set, c) === negated ? 0 : end + 1 - at;
}

function inSet(set: string, c: string): boolean {
  for (let i = 0; i < set.length; i += 1) {
    const from = set[i] ?? "";
    const to = set[i + 2];
    if (set[i + 1] === "-" && to !== undefined) {
      if (c >= from && c <= to) return true;
      i += 2;
    } else if (from === c) return true;
  }
  return false;
}

/** Paths of the examined host that a pattern with absolute path stands for, in order of their names; at most 500. */
export async function expandGlob(ground: Ground, pattern: string): Promise<readonly string[]> {
  let paths: readonly string[] = [""];
  for (const part of pattern.split("/").filter((one) => one !== "" && one !== ".")) {
    if (!/[*?[]/.test(part)) {
      paths = paths.map((path) => `${path}/${part}`);
      continue;
    }
    const next: string[] = [];
    for (const path of paths) {
      const { names } = await listFolder(ground, path === "" ? "/" : path);
      const hidden = part.startsWith(".");
      next.push(
        ...names
          .filter((name) => (hidden || !name.startsWith(".")) && matchesGlob(part, name))
          .map((name) => `${path}/${name}`),
      );
      if (next.length > maxPaths) break;
    }
    paths = next.slice(0, maxPaths);
  }
  return paths;
}
