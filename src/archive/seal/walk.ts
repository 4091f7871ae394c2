import type { DirEntry, FileStat, Host } from "../../host/host.ts";
import { cancelled, ClawError, codeOf, messageOf } from "../../model/errors.ts";
import { storedName } from "../tar/names.ts";

/** A file or folder to archive. */
export interface Root {
  /** Path on this machine. */
  readonly real: string;
  /** Path on the examined host: "/home/claw/.openclaw". */
  readonly as: string;
  /** Nothing is said if it is not there. */
  readonly optional?: boolean;
}

export interface Exclude {
  /** A file or folder, by its path on this machine. */
  readonly real: string;
  readonly reason: string;
  /** List and hash what is in it, as for caches that can be made again; else one line stands for all of it. */
  readonly list?: boolean;
}

export interface Found {
  readonly real: string;
  /** Stored name. */
  readonly name: string;
  /** Absent if it could not be looked at. */
  readonly stat?: FileStat;
  /** What went wrong with it. */
  readonly trouble?: string;
  /** Why it is listed and not kept. */
  readonly excluded?: Exclude;
}

interface Place {
  readonly real: string;
  readonly name: string;
  readonly optional: boolean;
  /** Inside an excluded folder whose files are listed. */
  readonly excluded?: Exclude;
}

/** Decides while walking, after everything that comes before it by name: why this is listed and not kept, if it is. */
export type LeaveOut = (real: string) => string | undefined;

/** One line about a system error: the code says enough, and messages repeat the path. */
export function troubleOf(error: unknown): string {
  const code = codeOf(error);
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "ENOENT" || code === "ENOTDIR") return "vanished while it was read";
  if (code === "ELOOP") return "became a symbolic link while it was read";
  if (code === "ENAMETOOLONG") return "its path is longer than this system opens";
  return code ?? messageOf(error);
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

function rootPlaces(roots: readonly Root[]): readonly Place[] {
  const places = roots.map(({ real, as, optional }): Place => {
    const name = storedName(as);
    if (name !== undefined) return { real: trimmed(real), name, optional: optional === true };
    throw new ClawError(`this path cannot be stored in an archive: ${JSON.stringify(as)}`, {
      exit: "failed",
      code: "bad-root",
    });
  });
  // A root inside another one is walked with it; the same root twice is one.
  const outer = places.filter(
    (place, index) =>
      !places.some((other, at) =>
        other.real === place.real ? at < index : isWithin(place.real, other.real) && fitsInside(place, other),
      ),
  );
  return outer.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Both name the inner one alike; else it is stored a second time, under its own name. */
function fitsInside(inner: Place, outer: Place): boolean {
  return inner.name === `${outer.name}${inner.real.slice(outer.real.length)}`;
}

function trimmed(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/**
 * Everything under the roots, folders before what is in them, sorted by name. Links are never followed. What cannot be
 * looked at is found, too, with its trouble. Memory grows with the depth and the widest folder, not with the tree.
 */
export async function* walk(
  host: Pick<Host, "fs" | "signal">,
  roots: readonly Root[],
  excludes: readonly Exclude[] = [],
  leaveOut?: LeaveOut,
): AsyncGenerator<Found, void, undefined> {
  const byPath = new Map(excludes.map((exclude) => [trimmed(exclude.real), exclude]));
  for (const root of rootPlaces(roots)) {
    const stack: Iterator<Place>[] = [[root].values()];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (host.signal.aborted) throw cancelled();
      const next = top.next();
      if (next.done === true) stack.pop();
      else {
        const inside = yield* visit(host, next.value, byPath.get(next.value.real), leaveOut);
        if (inside !== undefined) stack.push(inside);
      }
    }
  }
}

/** Yields the place; returns what is in it, if it is a folder to go into. */
async function* visit(
  host: Pick<Host, "fs">,
  place: Place,
  exclude: Exclude | undefined,
  leaveOut: LeaveOut | undefined,
): AsyncGenerator<Found, Iterator<Place> | undefined, undefined> {
  const { real, name } = place;
  const excluded = place.excluded ?? exclude ?? leftOutBy(leaveOut, real);
  // What is not kept anyway may come and go: the journal of a database, a lock.
  const { stat, trouble } = look(host, real, place.optional || excluded !== undefined);
  const shared = { real, name, ...(excluded === undefined ? {} : { excluded }) };
  if (stat === undefined) {
    if (trouble !== undefined) yield { ...shared, trouble };
    return undefined;
  }
  if (stat.kind !== "dir" || (excluded !== undefined && excluded.list !== true)) {
    yield { ...shared, stat };
    return undefined;
  }
  let entries: readonly DirEntry[];
  try {
    entries = await host.fs.list(real);
  } catch (error) {
    yield { ...shared, stat, trouble: `cannot be listed: ${troubleOf(error)}` };
    return undefined;
  }
  yield { ...shared, stat };
  return below(place, entries, excluded);
}

function leftOutBy(leaveOut: LeaveOut | undefined, real: string): Exclude | undefined {
  const reason = leaveOut?.(real);
  return reason === undefined ? undefined : { real, reason };
}

function look(
  host: Pick<Host, "fs">,
  real: string,
  mayBeGone: boolean,
): { readonly stat?: FileStat; readonly trouble?: string } {
  try {
    const stat = host.fs.look(real);
    if (stat !== undefined) return { stat };
    return mayBeGone ? {} : { trouble: "is not there" };
  } catch (error) {
    return { trouble: troubleOf(error) };
  }
}

function* below(
  place: Place,
  entries: readonly DirEntry[],
  excluded: Exclude | undefined,
): Generator<Place, void, undefined> {
  const folder = place.real === "/" ? "" : place.real;
  for (const { name } of entries) {
    yield {
      real: `${folder}/${name}`,
      name: `${place.name}/${name}`,
      optional: false,
      ...(excluded === undefined ? {} : { excluded }),
    };
  }
}
