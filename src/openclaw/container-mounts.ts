import { join } from "node:path";
import { at, dict, list, parseJson, str } from "../model/json.ts";
import type { Host } from "../host/host.ts";
import type { Mount, Target } from "./types.ts";
import { isInside } from "./view.ts";
import type { FileView } from "./view.ts";

const maxContainers = 200;
const maxBytes = 1024 * 1024;

/** Where engines keep what they know of a container, below "/" or the home: readable without the engine, and on a dead disk. */
const engines: readonly { readonly folder: string; readonly file: string }[] = [
  { folder: "/var/lib/docker/containers", file: "config.v2.json" },
  { folder: "~/.local/share/docker/containers", file: "config.v2.json" },
  { folder: "/var/lib/containers/storage/overlay-containers", file: "userdata/config.json" },
  { folder: "~/.local/share/containers/storage/overlay-containers", file: "userdata/config.json" },
];

/**
 * The mounts of the container that the state dir is mounted into: its config speaks of paths inside, such as
 * `/home/node/.openclaw/workspace`. Empty where there is no such container, or its description may not be read.
 */
export async function mountsOf(host: Host, view: FileView, target: Target): Promise<readonly Mount[]> {
  if (!target.live && target.root === "/") return [];
  for (const { folder, file } of engines) {
    const dir = target.toReal(folder);
    const entries = await view.list(dir).catch(() => []);
    for (const { name } of entries.slice(0, maxContainers)) {
      const text = await view.readText(join(dir, name, file), maxBytes).catch(() => "");
      const mounts = mountsIn(parseJson(text), target);
      if (mounts.some(({ source }) => isInside(target.stateDir, source))) return mounts;
      if (host.signal.aborted) return [];
    }
  }
  return [];
}

/** Docker: `MountPoints` by destination, with `Source`. Podman: `mounts` of the OCI runtime's config. */
function mountsIn(config: unknown, target: Target): readonly Mount[] {
  const docker = Object.entries(dict(at(config, "MountPoints"))).map(([destination, mount]) => ({
    source: str(dict(mount)["Source"]),
    destination,
  }));
  const oci = list(at(config, "mounts")).map((mount) => ({
    source: str(dict(mount)["source"]),
    destination: str(dict(mount)["destination"]),
  }));
  return [...docker, ...oci].flatMap(({ source, destination }): readonly Mount[] =>
    source?.startsWith("/") === true && source !== "/" && destination?.startsWith("/") === true
      ? [{ source: target.toReal(source), destination }]
      : [],
  );
}
