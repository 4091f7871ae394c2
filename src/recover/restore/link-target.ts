/** Whether the target of a symbolic link at `name` lies outside the tree it stands in, judged by its text alone. */
export function leadsOut(name: string, target: string): boolean {
  if (target.startsWith("/")) return true;
  let depth = name.split("/").length - 1;
  for (const part of target.split("/")) {
    if (part === "" || part === ".") continue;
    depth += part === ".." ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}
