import type { Host } from "../host/host.ts";
import { at, str } from "../model/json.ts";
import { openCopy } from "./database.ts";
import { isKnownVersion, knownVersions } from "./layouts/versions.ts";
import type { ConfigReading, DatabasePlace, Target } from "./types.ts";
import type { FileView } from "./view.ts";

/** Copying more than this only to learn who wrote it is not worth the time before a stop. */
const maxLookBytes = 64 * 1024 * 1024;

export interface Looked {
  readonly version?: string;
  readonly problems: readonly string[];
}

/**
 * The writer's version (config first, else `schema_meta` in a copy of the state database) and whether the databases'
 * schema is the one the readers know. Quick: a header is read, nothing is opened unless the config says no version.
 */
export async function lookIntoState(
  host: Host,
  view: FileView,
  target: Target,
  databases: readonly DatabasePlace[],
  config: ConfigReading,
): Promise<Looked> {
  const problems: string[] = [];
  for (const place of databases) {
    if (place.kind !== "other")
      problems.push(...(await schemaProblems(host, view, place, target.toHost(place.path))));
  }
  const written = str(at(config.value, "meta", "lastTouchedVersion"));
  const state = databases.find((place) => place.kind === "state");
  const version = written ?? (state === undefined ? undefined : await writerOf(host, view, state.path));
  return { ...(version === undefined ? {} : { version }), problems };
}

async function schemaProblems(
  host: Host,
  view: FileView,
  place: DatabasePlace,
  shown: string,
): Promise<readonly string[]> {
  const kind = place.kind === "agent" ? "agent" : "state";
  const newest = knownVersions[kind];
  try {
    const version = headerVersion(host, await view.resolve(place.path));
    // Zero: the header is still in the -wal only, or there is none. Opening a copy will tell.
    if (version === undefined || version === 0 || isKnownVersion(kind, version)) return [];
    const age = version > newest ? "newer" : "older";
    return [
      `${shown} has schema version ${version}, ${age} than the ${newest} this claw-ir was made for: what it understands is read, and what it does not is named as unread.`,
    ];
  } catch {
    return [`${shown} may not be read by this user; run claw-ir as its owner or as root.`];
  }
}

/** PRAGMA user_version: four bytes at offset 60 of the file (sqlite.org/fileformat2.html, §1.3). */
function headerVersion(host: Host, path: string): number | undefined {
  const file = host.fs.open(path);
  try {
    const buffer = new Uint8Array(64);
    if (file.read(buffer) < 64) return undefined;
    return new DataView(buffer.buffer).getUint32(60);
  } finally {
    file.close();
  }
}

async function writerOf(host: Host, view: FileView, path: string): Promise<string | undefined> {
  let folder: string | undefined;
  try {
    const stat = await view.stat(path);
    if (stat === undefined || stat.size > maxLookBytes) return undefined;
    folder = await host.fs.scratch(host.facts.tmp, "claw-ir-look-");
    const opened = await openCopy(host, view, { path, shown: path, folder });
    if (!opened.ok) return undefined;
    try {
      const rows = opened.db.all("SELECT app_version AS v FROM schema_meta WHERE meta_key = 'primary'");
      return str(rows[0]?.["v"]);
    } finally {
      opened.db.close();
    }
  } catch {
    return undefined;
  } finally {
    if (folder !== undefined) await host.fs.removeScratch(folder).catch(() => undefined);
  }
}
