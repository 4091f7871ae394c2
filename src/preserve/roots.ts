import { dirname, join } from "node:path";
import type { Exclude, Root } from "../archive/index.ts";
import type { Host } from "../host/host.ts";
import type { Target } from "../openclaw/types.ts";

/** The roots, and those that they point at. */
export async function withLinkTargets(
  host: Pick<Host, "fs">,
  target: Target,
  roots: readonly Root[],
): Promise<readonly Root[]> {
  const behind = await Promise.all(roots.map((root) => behindLink(host, target, root)));
  return [...roots, ...behind.flatMap((root) => root ?? [])];
}

/**
 * A root that is a symbolic link (or lies behind one) is stored as the link; what it points at is a root of its own, unless
 * that leaves the mounted file system of a dead host: the link would then lead into this machine.
 */
async function behindLink(host: Pick<Host, "fs">, target: Target, root: Root): Promise<Root | undefined> {
  try {
    const real = await host.fs.realpath(root.real);
    const base = target.root === "/" ? "/" : `${await host.fs.realpath(target.root)}/`;
    if (real === root.real || !real.startsWith(base)) return undefined;
    const within = target.root === "/" ? real : join(target.root, real.slice(base.length));
    return within === root.real ? undefined : { real: within, as: target.toHost(within), optional: true };
  } catch {
    // It is not there, or may not be looked at: the walk says so by its own name.
    return undefined;
  }
}

/** claw-ir's own folder is never part of what it seals. */
export function ownFolder(dataDir: string | undefined): readonly Exclude[] {
  return dataDir === undefined || dirname(dataDir) === dataDir
    ? []
    : [{ real: dataDir, reason: "claw-ir's own folder" }];
}
