/** What is at a path itself: links on the way are resolved inside the root, and the last part is not followed. */
import { basename, dirname, join } from "node:path";
import type { FileStat } from "../../host/host.ts";
import type { FileFacts } from "../../model/persistence.ts";
import { resolveInside } from "../../openclaw/view.ts";
import { troubleOf } from "../files.ts";
import type { Sources } from "../sources.ts";
import type { Packages } from "../traces/packages.ts";
import { factsOf } from "./item.ts";

export interface Link {
  readonly path: string;
  /** Where it leads, as written. */
  readonly leadsTo: string;
  readonly facts: FileFacts;
  readonly package?: string;
}

export async function placeOf(sources: Sources, path: string): Promise<string> {
  const real = sources.target.toReal(path);
  return join(await folderOf(sources, dirname(real)), basename(real));
}

/** Folders are asked for again and again, and are where they were a moment ago. */
const folders = new WeakMap<Sources["readings"], Map<string, Promise<string>>>();

function folderOf({ host, target, readings }: Sources, folder: string): Promise<string> {
  const known = folders.get(readings) ?? new Map<string, Promise<string>>();
  folders.set(readings, known);
  const place = known.get(folder) ?? resolveInside(host, target.root, folder);
  known.set(folder, place);
  return place;
}

export async function statAt(
  sources: Sources,
  path: string,
  miss: (reason: string) => void,
): Promise<FileStat | undefined> {
  try {
    return await sources.host.fs.stat(await placeOf(sources, path));
  } catch (error) {
    const trouble = troubleOf(path, error);
    if (trouble.outcome !== "missing") miss(trouble.reason);
    return undefined;
  }
}

export async function linkAt(
  sources: Sources,
  packages: Packages,
  path: string,
  miss: (reason: string) => void,
): Promise<Link | undefined> {
  const { host, target } = sources;
  try {
    const real = await placeOf(sources, path);
    const stat = await host.fs.stat(real);
    if (stat?.kind !== "symlink") return undefined;
    const onHost = target.toHost(target.toReal(path));
    const owner = packages.ownerOf(onHost);
    return {
      path: onHost,
      leadsTo: await host.fs.readlink(real),
      facts: factsOf(stat),
      ...(owner === undefined ? {} : { package: owner }),
    };
  } catch (error) {
    miss(troubleOf(path, error).reason);
    return undefined;
  }
}
