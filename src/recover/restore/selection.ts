/** Which entries --only means. Pure. */
import { parentsOf } from "./admission.ts";

export interface Selection {
  /** The entry is wanted, or lies in a folder that is. */
  readonly takes: (name: string) => boolean;
  /** A folder on the way to something that is wanted. */
  readonly leadsTo: (name: string) => boolean;
}

export const everything: Selection = { takes: () => true, leadsTo: () => false };

/** Paths as on the examined host ("/home/claw/x") or as stored ("home/claw/x") → stored names. */
export function storedNames(paths: readonly string[]): readonly string[] {
  return paths.map((path) =>
    path
      .split("/")
      .filter((part) => part !== "" && part !== ".")
      .join("/"),
  );
}

/** Of stored names; undefined means everything. */
export function selectionOf(names: readonly string[] | undefined): Selection {
  if (names === undefined || names.includes("")) return everything;
  const wanted = new Set(names);
  const ways = new Set(names.flatMap((name) => parentsOf(name)));
  return {
    takes: (name) =>
      wanted.has(name) || wanted.has(databaseOf(name)) || parentsOf(name).some((way) => wanted.has(way)),
    leadsTo: (name) => ways.has(name),
  };
}

/** A raw copy of a database is whole only with what lies beside it. */
export const databaseSides = ["-wal", "-shm", "-journal"] as const;

/** The database that a name is a side of; else the name itself. */
function databaseOf(name: string): string {
  const side = databaseSides.find((one) => name.endsWith(one));
  const database = side === undefined ? name : name.slice(0, -side.length);
  return /\.(?:sqlite3?|db)$/.test(database) ? database : name;
}
