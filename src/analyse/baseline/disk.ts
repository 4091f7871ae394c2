/** The files that stand where the baseline was taken. */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { FileStat, Host } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import { areaOf, isWalked } from "./areas.ts";

export interface DiskFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly real: string;
  readonly stat: FileStat;
}

const maxFiles = 20_000;
const maxDepth = 10;

/** Files and links of the compared areas below a folder, by relative path. Links are not followed. */
export async function walk(
  host: Host,
  folder: string,
  problems: string[],
): Promise<ReadonlyMap<string, DiskFile>> {
  const found = new Map<string, DiskFile>();
  const waiting: { readonly path: string; readonly depth: number }[] = [{ path: "", depth: 0 }];
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path: parent, depth } = next;
    for (const name of await names(host, posix.join(folder, parent), problems)) {
      seen += 1;
      if (seen > maxFiles) {
        problems.push(`only the first ${maxFiles} files below the baseline's folder were compared`);
        return found;
      }
      const path = parent === "" ? name : `${parent}/${name}`;
      const real = posix.join(folder, path);
      const stat = await host.fs.stat(real).catch(() => undefined);
      if (stat === undefined) continue;
      if (stat.kind === "dir") {
        const inside = isWalked(path) && name !== "node_modules" && name !== ".git";
        if (inside && depth < maxDepth) waiting.push({ path, depth: depth + 1 });
      } else if (areaOf(path) !== undefined) {
        found.set(path, { path, real, stat });
      }
    }
  }
  return found;
}

async function names(host: Host, folder: string, problems: string[]): Promise<readonly string[]> {
  try {
    return (await host.fs.list(folder)).map((entry) => entry.name);
  } catch (error) {
    problems.push(`${folder} could not be listed: ${messageOf(error)}`);
    return [];
  }
}

/** The id git would give the file's content; undefined for what is neither file nor link. */
export async function blobId(host: Host, file: DiskFile, length: number): Promise<string | undefined> {
  const algorithm = length === 64 ? "sha256" : "sha1";
  if (file.stat.kind === "symlink") {
    const link = Buffer.from(await host.fs.readlink(file.real));
    return createHash(algorithm).update(`blob ${link.length}\0`).update(link).digest("hex");
  }
  if (file.stat.kind !== "file") return undefined;
  const handle = host.fs.open(file.real);
  try {
    const hash = createHash(algorithm).update(`blob ${handle.stat.size}\0`);
    const chunk = new Uint8Array(1 << 18);
    for (let got = handle.read(chunk); got > 0; got = handle.read(chunk)) hash.update(chunk.subarray(0, got));
    return hash.digest("hex");
  } finally {
    handle.close();
  }
}
