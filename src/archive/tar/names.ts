/** Names as they may stand in an archive of ours. */

/** Relative to "/", without empty, "." or ".." parts: what may stand in an archive of ours. Undefined for anything else. */
export function storedName(path: string): string | undefined {
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.length === 0 || parts.some((part) => part === "." || part === ".." || part.includes("\0"))) {
    return undefined;
  }
  return parts.join("/");
}
