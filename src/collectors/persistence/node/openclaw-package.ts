/**
 * OpenClaw's own package as it lies there. npm's checksum is one of the downloaded archive and cannot be computed again, so
 * what can be told is: which archive npm says it came from, one digest over all files to compare with a fresh installation
 * of the same version, and which files were changed after the others.
 */
import { createHash } from "node:crypto";
import { at, parseJson, str } from "../../../model/json.ts";
import { resolveInside } from "../../../openclaw/view.ts";
import { textOf } from "../../files.ts";
import type { Scribe } from "../scribe.ts";

const maxFiles = 30_000;
const maxBytes = 1 << 30;
const maxFile = 64 << 20;
const maxMs = 20_000;
/** npm writes all files of a package within a short time. */
const laterMs = 10 * 60_000;

export interface TreeFacts {
  readonly sets: readonly string[];
  readonly odd: readonly string[];
}

/** What npm noted about the package in its hidden lockfile (`node_modules/.package-lock.json`). */
export async function lockFacts(scribe: Scribe, root: string, name: string): Promise<readonly string[]> {
  const file = await scribe.file(`${root}/.package-lock.json`, 8 << 20);
  if (file === undefined) return [];
  const entry = at(parseJson(textOf(file.bytes)), "packages", `node_modules/${name}`);
  const said = ["version", "resolved", "integrity"] as const;
  return said.flatMap((key) => {
    const value = str(at(entry, key));
    return value === undefined ? [] : [`${key} ${value}`];
  });
}

interface Seen {
  readonly path: string;
  readonly mtimeMs: number;
  readonly bytes: number;
}

export async function treeFacts(scribe: Scribe, folder: string): Promise<TreeFacts> {
  const { host, target } = scribe.sources;
  const base = await resolveInside(host, target.root, target.toReal(folder)).catch(() => undefined);
  if (base === undefined) return { sets: [], odd: [] };
  const files = filesBelow(scribe, base).sort((a, b) => (a.path < b.path ? -1 : 1));
  const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
  const digest = bytes > maxBytes ? undefined : digestOf(scribe, base, files);
  if (digest === undefined) scribe.miss(`${folder} is too large to be hashed within the limits`);
  const made = files.find(({ path }) => path === "package.json")?.mtimeMs;
  const later = made === undefined ? [] : files.filter(({ mtimeMs }) => mtimeMs > made + laterMs);
  const names = later.slice(0, 5).map(({ path }) => path);
  return {
    sets: [
      `${files.length} files, ${bytes} bytes`,
      ...(digest === undefined ? [] : [`sha256 over all files ${digest}`]),
    ],
    odd:
      later.length === 0
        ? []
        : [`${later.length} files were changed after the installation: ${names.join(", ")}`],
  };
}

/** Regular files of the package itself, without its dependencies. */
function filesBelow(scribe: Scribe, base: string): Seen[] {
  const { host } = scribe.sources;
  const found: Seen[] = [];
  const waiting = [""];
  for (let inner = waiting.pop(); inner !== undefined; inner = waiting.pop()) {
    try {
      for (const { name, kind } of host.fs.browse(`${base}${inner}`)) {
        const path = `${inner}/${name}`;
        if (kind === "dir" && name !== "node_modules") waiting.push(path);
        const stat = kind === "file" ? host.fs.look(`${base}${path}`) : undefined;
        if (stat !== undefined) found.push({ path: path.slice(1), mtimeMs: stat.mtimeMs, bytes: stat.size });
        if (found.length >= maxFiles) {
          scribe.miss(`${base} holds more than ${maxFiles} files; the rest was not looked at`);
          return found;
        }
      }
    } catch {
      scribe.miss(`a folder of ${scribe.sources.target.toHost(base)} could not be read`);
    }
  }
  return found;
}

/** SHA-256 over "path NUL sha256 newline" of every file in order of their paths; undefined where time or a read failed. */
function digestOf(scribe: Scribe, base: string, files: readonly Seen[]): string | undefined {
  const { host } = scribe.sources;
  const ends = host.clock.monotonic() + maxMs;
  const all = createHash("sha256");
  const chunk = new Uint8Array(1 << 20);
  for (const { path, bytes } of files) {
    if (bytes > maxFile || host.clock.monotonic() > ends) return undefined;
    const one = createHash("sha256");
    try {
      const handle = host.fs.open(`${base}/${path}`);
      try {
        for (let got = handle.read(chunk); got > 0; got = handle.read(chunk))
          one.update(chunk.subarray(0, got));
      } finally {
        handle.close();
      }
    } catch {
      return undefined;
    }
    all.update(`${path}\0${one.digest("hex")}\n`);
  }
  return all.digest("hex");
}
