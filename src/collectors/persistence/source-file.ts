/** A file that a source reads, with its hash, and with what its package and its mode say about it. */
import { createHash } from "node:crypto";
import type { FileStat } from "../../host/host.ts";
import { changedText, noPackageText } from "../../model/persistence.ts";
import { resolveInside } from "../../openclaw/view.ts";
import type { FileRead } from "../files.ts";
import { hashOf, readFile } from "../files.ts";
import type { Sources } from "../sources.ts";
import type { Packages } from "../traces/packages.ts";
import { factsOf, type SourceFile } from "./item.ts";
import { placeOf } from "./places.ts";

const maxHashed = 64 << 20;
/** Folders where only packages put files. */
const distribution = /^\/(?:usr\/)?(?:lib|lib32|lib64|libexec|share|bin|sbin)\//;

/** The file; "" where it is not there; a sentence where it could not be read. */
export async function readSource(
  sources: Sources,
  packages: Packages,
  path: string,
  maxBytes: number,
): Promise<SourceFile | string> {
  if (await isMissing(sources, path)) return "";
  const file = await readFile(sources, path, maxBytes);
  if (!file.ok) return file.outcome === "missing" ? "" : file.reason;
  const { bytes, whole, stat } = file;
  const sha256 = whole ? digest("sha256", bytes) : await hashWhole(sources, file);
  return { path: file.path, bytes, whole, facts: factsOf(stat, sha256), ...originOf(packages, file) };
}

/** Most files that are looked for are not there: that is cheap to tell. */
async function isMissing(sources: Sources, path: string): Promise<boolean> {
  try {
    return (await sources.host.fs.stat(await placeOf(sources, path))) === undefined;
  } catch {
    // Reading it says why.
    return false;
  }
}

/** Which package owns the file, and what stands out about that and about its mode. */
function originOf(
  packages: Packages,
  { path, bytes, whole, stat }: FileRead,
): Pick<SourceFile, "package" | "odd"> {
  const owned = packages.fileAt(path);
  const owner = owned?.package ?? packages.ownerOf(path);
  const sum = owned?.sum;
  const changed = whole && sum !== undefined && digest(sum.algorithm, bytes) !== sum.hex;
  const nobodys = owner === undefined && packages.manager !== "none" && distribution.test(path);
  return {
    odd: [...(changed ? [changedText] : []), ...(nobodys ? [noPackageText] : []), ...oddMode(stat)],
    ...(owner === undefined ? {} : { package: owner }),
  };
}

export async function ownerAt(
  packages: Packages,
  path: string,
): Promise<Pick<SourceFile, "package" | "odd">> {
  const owner = packages.ownerOf(path);
  if (owner === undefined) return { odd: [] };
  const changed = (await packages.verify(path)) === "changed";
  return { package: owner, odd: changed ? [changedText] : [] };
}

function digest(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

/** Large files are hashed all the same, up to 64 MiB. */
async function hashWhole({ host, target }: Sources, { path, stat }: FileRead): Promise<string | undefined> {
  if (stat.size > maxHashed) return undefined;
  try {
    return hashOf(host, await resolveInside(host, target.root, target.toReal(path)), maxHashed);
  } catch {
    return undefined;
  }
}

function oddMode(stat: FileStat): readonly string[] {
  return (stat.mode & 0o002) === 0 ? [] : ["every account may change it"];
}
