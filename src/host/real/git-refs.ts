/** HEAD of a repository that may be hostile, read without git: only the text of HEAD, loose refs and packed-refs. */
import { join } from "node:path";
import type { HostFs } from "../fs.ts";

const oid = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export function isOid(text: string): boolean {
  return oid.test(text);
}

/** gitformat: a ref name is a path below the git folder; what could leave it, or is no plain name, is refused. */
function isRefName(name: string): boolean {
  return (
    name.startsWith("refs/") &&
    name
      .split("/")
      .every(
        (part) =>
          /^[^\s\\:?*[~^.\u0000-\u001f\u007f][^\s\\:?*[~^\u0000-\u001f\u007f]*$/.test(part) &&
          !part.includes(".."),
      )
  );
}

async function text(fs: HostFs, path: string, maxBytes: number): Promise<string | undefined> {
  try {
    return await fs.readText(path, { maxBytes });
  } catch {
    return undefined;
  }
}

async function packedRef(fs: HostFs, gitDir: string, name: string): Promise<string | undefined> {
  const packed = await text(fs, join(gitDir, "packed-refs"), 16 * 1024 * 1024);
  for (const line of packed?.split("\n") ?? []) {
    const [id, ref] = line.trimEnd().split(" ");
    if (ref === name && id !== undefined && isOid(id)) return id;
  }
  return undefined;
}

/** The commit id HEAD stands for; undefined if there is none (yet). At most five symbolic steps are followed. */
export async function readHead(fs: HostFs, gitDir: string): Promise<string | undefined> {
  let name = "HEAD";
  for (let depth = 0; depth < 6; depth += 1) {
    const content = (await text(fs, join(gitDir, name), 4096))?.trim();
    if (content === undefined) return packedRef(fs, gitDir, name);
    if (isOid(content)) return content;
    const target = /^ref: *(\S+)$/.exec(content)?.[1];
    if (target === undefined || !isRefName(target)) return undefined;
    name = target;
  }
  return undefined;
}

const maxDepth = 8;
const maxNames = 5000;
const maxIds = 5000;
const logBytes = 4 * 1024 * 1024;
const allBytes = 64 * 1024 * 1024;

/**
 * Ids that branches, tags, stashes and reflogs name, at most 5000: a commit that was taken back stands in a reflog only. HEAD's
 * own comes first. `cut`: there were more.
 */
export async function readStarts(
  fs: HostFs,
  gitDir: string,
): Promise<{ readonly ids: readonly string[]; readonly cut: boolean }> {
  const ids = new Set<string>();
  const head = await readHead(fs, gitDir);
  if (head !== undefined) ids.add(head);
  let names = 0;
  let bytes = 0;
  const walk = async (folder: string, depth: number, maxBytes: number): Promise<void> => {
    for (const { name, kind } of await fs.list(join(gitDir, folder)).catch(() => [])) {
      names += 1;
      if (names > maxNames || ids.size > maxIds || bytes > allBytes) return;
      const path = `${folder}/${name}`;
      if (kind === "dir" && depth < maxDepth) await walk(path, depth + 1, maxBytes);
      if (kind !== "file") continue;
      const content = (await text(fs, join(gitDir, path), maxBytes)) ?? "";
      bytes += content.length;
      addIds(content, ids);
    }
  };
  await walk("refs", 0, 4096);
  addIds((await text(fs, join(gitDir, "packed-refs"), 16 * 1024 * 1024)) ?? "", ids);
  await walk("logs", 0, logBytes);
  return { ids: [...ids].slice(0, maxIds), cut: names > maxNames || ids.size > maxIds || bytes > allBytes };
}

const anyId = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])/g;

/** A line of a reflog begins with two ids, one of packed-refs and a ref with one; zeros stand for none. */
function addIds(content: string, ids: Set<string>): void {
  for (const line of content.split("\n")) {
    for (const [id] of line.slice(0, 130).matchAll(anyId)) if (!/^0+$/.test(id)) ids.add(id);
    if (ids.size > maxIds) return;
  }
}

/** Ids of commits whose parents were cut off by a shallow clone. */
export async function readShallow(fs: HostFs, gitDir: string): Promise<readonly string[]> {
  const content = await text(fs, join(gitDir, "shallow"), 1024 * 1024);
  return content?.split("\n").filter(isOid) ?? [];
}
