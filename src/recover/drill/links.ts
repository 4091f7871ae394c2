/** Symbolic links of the restored copy must not lead the drill's gateway to the files of this host. */
import { dirname, join, normalize, relative } from "node:path";
import type { Host } from "../../host/host.ts";
import { cancelled } from "../../model/errors.ts";

/**
 * A link that leads out of the tree leads to the restored counterpart afterwards, and goes where there is none. Called once
 * every hash was checked. Targets count from `into` as "/".
 */
export async function tameLinks(host: Host, into: string): Promise<void> {
  const tree = host.fs.tree(into);
  for (const name of await linksBelow(host, into, "")) {
    const target = await host.fs.readlink(join(into, name));
    const absolute = target.startsWith("/");
    // A relative link that climbs above the root stays at the root, as in a file system.
    const meant = normalize(absolute ? target : join("/", dirname(name), target));
    if (!absolute && !climbs(name, target)) continue;
    await host.fs.remove(join(into, name));
    if ((await host.fs.stat(join(into, meant)).catch(() => undefined)) === undefined) continue;
    const back = relative(dirname(join("/", name)), meant);
    tree.symlink(name, back === "" ? "." : back, { mode: 0o777, mtimeNs: 0n });
  }
}

function climbs(name: string, target: string): boolean {
  return normalize(join(dirname(name), target)).startsWith("..");
}

async function linksBelow(host: Host, into: string, folder: string): Promise<readonly string[]> {
  if (host.signal.aborted) throw cancelled();
  const links: string[] = [];
  for (const { name, kind } of await host.fs.list(join(into, folder)).catch(() => [])) {
    const path = folder === "" ? name : `${folder}/${name}`;
    if (kind === "symlink") links.push(path);
    if (kind === "dir") links.push(...(await linksBelow(host, into, path)));
  }
  return links;
}
