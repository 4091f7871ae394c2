/**
 * Which package of the distribution a file belongs to, and whether it still is as the package brought it. Read in-process from
 * the database on the examined disk; a host whose root an intruder had may have a forged one, so "same" is a hint and no proof.
 */
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { messageOf } from "../../model/errors.ts";
import type { Outcome } from "../../model/outcome.ts";
import type { Target } from "../../openclaw/types.ts";
import { resolveInside } from "../../openclaw/view.ts";
import type { Ground } from "../files.ts";
import { aliasesOf, mergedFolders } from "./packages/aliases.ts";
import { readApk } from "./packages/apk.ts";
import { readDpkg } from "./packages/dpkg.ts";
import { noDatabase, type PackageDatabase, type PackageFile, type Sum } from "./packages/index-of.ts";
import { readRpm } from "./packages/rpm.ts";

export type { PackageFile } from "./packages/index-of.ts";

/** "unknown": no package holds a sum of it, or it could not be read. */
export type Verified = "same" | "changed" | "unknown";

export interface Packages {
  readonly manager: PackageDatabase["manager"];
  /** "missing" with a reason where nothing is known: then `ownerOf` says nothing about anything. */
  readonly outcome: Outcome;
  readonly reason?: string;
  /** The package that installed the file, by its path on the examined host. At once; links are not followed. */
  readonly ownerOf: (hostPath: string) => string | undefined;
  /** What the package says about the file: its sum, and whether it is a configuration file. */
  readonly fileAt: (hostPath: string) => PackageFile | undefined;
  /** Compares the content with the package's sum; reads the file whole, at most 256 MiB. Never throws. */
  readonly verify: (hostPath: string) => Promise<Verified>;
  /** Every file that has a sum, package by package. */
  readonly files: () => IterableIterator<PackageFile>;
}

const maxVerified = 256 << 20;
const maxFolders = 5000;
const memo = new WeakMap<Target, Promise<Packages>>();

/** The packages of the examined host, read once per run. Never throws. */
export function packagesOf(ground: Ground): Promise<Packages> {
  const before = memo.get(ground.target);
  if (before !== undefined) return before;
  const reading = readPackages(ground);
  memo.set(ground.target, reading);
  return reading;
}

async function readPackages(ground: Ground): Promise<Packages> {
  const folders = await mergedFolders(ground);
  const database = await databaseOf(ground).catch((error: unknown) =>
    noDatabase(`the packages' database could not be read: ${messageOf(error)}`),
  );
  const { manager, outcome, reason } = database;
  const compare = comparing(ground);
  const fileAt = (path: string): PackageFile | undefined =>
    first(aliasesOf(path, folders), (name) => database.file(name));
  return {
    ...{ manager, outcome, files: database.files, fileAt },
    ...(reason === undefined ? {} : { reason }),
    ownerOf: (path) => first(aliasesOf(path, folders), (name) => database.owner(name)),
    verify: async (path) => await compare(path, fileAt(path)?.sum),
  };
}

function first<T>(names: readonly string[], ask: (name: string) => T | undefined): T | undefined {
  for (const name of names) {
    const found = ask(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Debian's, Alpine's, or, on the live host only, Red Hat's. */
async function databaseOf(ground: Ground): Promise<PackageDatabase> {
  const { host, target } = ground;
  const at = async (path: string, kind: "file" | "dir"): Promise<string | undefined> => {
    const real = await resolveInside(host, target.root, target.toReal(path));
    return (await host.fs.stat(real))?.kind === kind ? real : undefined;
  };
  if ((await at("/var/lib/dpkg/info", "dir")) !== undefined) {
    return readDpkg(host, await resolveInside(host, target.root, target.toReal("/var/lib/dpkg")));
  }
  const apk = (await at("/lib/apk/db/installed", "file")) ?? (await at("/usr/lib/apk/db/installed", "file"));
  if (apk !== undefined) return readApk(host, apk);
  const rpm = (await at("/var/lib/rpm", "dir")) ?? (await at("/usr/lib/sysimage/rpm", "dir"));
  if (rpm === undefined) return noDatabase("no database of installed packages was found");
  if (target.live) return readRpm(host);
  return noDatabase("rpm's database is read on the live host only: of a mounted disk no package is known");
}

type Compare = (path: string, sum: Sum | undefined) => Promise<Verified>;

/** Folders are resolved once, and one piece of memory serves all files: tens of thousands are compared in a run. */
function comparing({ host, target }: Ground): Compare {
  const folders = new Map<string, string>();
  const chunk = new Uint8Array(1 << 18);
  const folderOf = async (path: string): Promise<string> => {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const real = await resolveInside(host, target.root, path);
    if (folders.size >= maxFolders) folders.clear();
    folders.set(path, real);
    return real;
  };
  const digest = (real: string, algorithm: string): string | undefined => {
    const handle = host.fs.open(real);
    try {
      if (handle.stat.size > maxVerified) return undefined;
      const hash = createHash(algorithm);
      for (let got = handle.read(chunk); got > 0; got = handle.read(chunk))
        hash.update(chunk.subarray(0, got));
      return hash.digest("hex");
    } finally {
      handle.close();
    }
  };
  return async (path, sum) => {
    if (sum === undefined) return "unknown";
    try {
      const place = target.toReal(path);
      const direct = join(await folderOf(dirname(place)), basename(place));
      const linked = host.fs.look(direct)?.kind === "symlink";
      const found = digest(linked ? await resolveInside(host, target.root, place) : direct, sum.algorithm);
      return found === undefined ? "unknown" : found === sum.hex ? "same" : "changed";
    } catch {
      return "unknown";
    }
  };
}
