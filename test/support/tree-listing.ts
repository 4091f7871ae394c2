/** Everything that can be told about a tree from outside, so that a change of any kind shows as a difference. */
import { createHash } from "node:crypto";
import { closeSync, constants, lstatSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { join } from "node:path";

/** By path below the root, one line each. */
export type Listing = Readonly<Record<string, string>>;

/**
 * Of files their bytes and all four times; of folders and links all but the time of their last reading, which a program cannot
 * keep the kernel from setting without native code (O_NOATIME is for files; reading a link or a folder takes no flag).
 */
export function listTree(root: string): Listing {
  const found: Record<string, string> = {};
  const visit = (path: string): void => {
    const stat = lstatSync(path, { bigint: true });
    const { mode, uid, gid, size, ino, nlink, mtimeNs, ctimeNs, atimeNs } = stat;
    const facts = [mode.toString(8), uid, gid, ino, nlink, mtimeNs, ctimeNs];
    if (stat.isFile()) facts.push(size, atimeNs, hashQuietly(path));
    if (stat.isSymbolicLink()) facts.push(readlinkSync(path));
    found[path.slice(root.length) || "/"] = facts.join(" ");
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
  };
  visit(root);
  return found;
}

function hashQuietly(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOATIME);
  try {
    const hash = createHash("sha256");
    const buffer = Buffer.alloc(1 << 16);
    for (let got = readSync(fd, buffer); got > 0; got = readSync(fd, buffer))
      hash.update(buffer.subarray(0, got));
    return hash.digest("hex");
  } finally {
    closeSync(fd);
  }
}
