/** Searches the places that may still hold an old value, by the value itself, in memory. Nothing is copied or indexed. */
import type { Host } from "../host/host.ts";
import { messageOf } from "../model/errors.ts";
import type { Place } from "../model/records.ts";
import type { Secret } from "../model/secret.ts";
import type { Installation } from "../openclaw/types.ts";
import { searchList } from "./residue-places.ts";

export interface Residue {
  /** Paths on the examined host; the locator is "line 3", or "page 12" in a database. */
  readonly places: readonly Place[];
}

export interface ResidueSearch {
  readonly byId: ReadonlyMap<string, Residue>;
  readonly files: number;
  readonly bytes: number;
  /** What could not be searched, on the examined host. Compressed transcripts are never searched. */
  readonly notSearched: readonly { readonly path: string; readonly reason: string }[];
}

/** A shorter value would be found in ordinary text. */
const minimumLength = 8;
const chunkBytes = 1 << 20;
const maxFileBytes = 2 ** 31;
const maxTotalBytes = 4 * 2 ** 30;
const maxPlaces = 200;
const pageBytes = 4096;

interface Needle {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly places: Place[];
}

/** Values as they stand in files: as they are, and as JSON writes them where that differs. */
function needlesOf(secrets: ReadonlyMap<string, Secret>): readonly Needle[] {
  return [...secrets].flatMap(([id, secret]) => {
    const value = secret.reveal();
    if (value.length < minimumLength) return [];
    const places: Place[] = [];
    const forms = new Set([value, JSON.stringify(value).slice(1, -1)]);
    return [...forms].map((form) => ({ id, bytes: Buffer.from(form, "utf8"), places }));
  });
}

/**
 * Finds every listed file that still holds one of the values. `extra` are places that records name (a soft-deleted row, say)
 * by the same id; they are taken over as they are. Bounded in bytes, files and places; what is left out is said.
 */
export async function findResidues(
  host: Host,
  installation: Installation,
  secrets: ReadonlyMap<string, Secret>,
  extra: ReadonlyMap<string, readonly Place[]> = new Map(),
): Promise<ResidueSearch> {
  const needles = needlesOf(secrets);
  const { files, notSearched } = await searchList(host, installation);
  const missed = [...notSearched];
  let bytes = 0;
  for (const path of files) {
    host.signal.throwIfAborted();
    if (bytes > maxTotalBytes) {
      missed.push({ path, reason: "the search had read its limit" });
      continue;
    }
    try {
      bytes += searchFile(host, installation, path, needles);
    } catch (error) {
      missed.push({ path, reason: messageOf(error) });
    }
  }
  const toHost = ({
    path,
    reason,
  }: {
    readonly path: string;
    readonly reason: string;
  }): (typeof missed)[number] => ({
    path: installation.target.toHost(path),
    reason,
  });
  const short = [...secrets].filter(([, secret]) => secret.length < minimumLength);
  return {
    byId: resultOf(secrets, needles, extra),
    files: files.length,
    bytes,
    notSearched: [
      ...missed.map(toHost),
      ...short.map(([id]) => ({ path: id, reason: "the value is too short to search for" })),
    ],
  };
}

function resultOf(
  secrets: ReadonlyMap<string, Secret>,
  needles: readonly Needle[],
  extra: ReadonlyMap<string, readonly Place[]>,
): ReadonlyMap<string, Residue> {
  return new Map(
    [...secrets.keys()].map((id) => {
      const found = needles.find((needle) => needle.id === id)?.places ?? [];
      const seen = new Set<string>();
      const places = [...found, ...(extra.get(id) ?? [])].filter(({ path, locator }) => {
        const key = `${path}\n${locator ?? ""}`;
        if (seen.has(key)) return false;
        seen.add(key);
        return true;
      });
      return [id, { places }];
    }),
  );
}

/** One value alone. */
export async function findResidue(
  host: Host,
  installation: Installation,
  secret: Secret,
  extra: readonly Place[] = [],
): Promise<Residue> {
  const search = await findResidues(
    host,
    installation,
    new Map([["one", secret]]),
    new Map([["one", extra]]),
  );
  return search.byId.get("one") ?? { places: [] };
}

/** Reads one file in pieces that overlap by the longest value; returns how many bytes were read. */
function searchFile(
  host: Host,
  installation: Installation,
  path: string,
  needles: readonly Needle[],
): number {
  const overlap = Math.max(1, ...needles.map(({ bytes }) => bytes.length)) - 1;
  const handle = host.fs.open(path);
  try {
    const shown = installation.target.toHost(path);
    const binary = /\.sqlite(?:-wal)?$/.test(path);
    const buffer = Buffer.alloc(chunkBytes + overlap);
    let kept = 0;
    let offset = 0;
    let lines = 0;
    while (offset < maxFileBytes) {
      const read = handle.read(buffer.subarray(kept, kept + chunkBytes));
      if (read === 0) break;
      const piece = buffer.subarray(0, kept + read);
      // A value that lies wholly in what was kept was found with the piece before.
      for (const needle of needles)
        for (let at = piece.indexOf(needle.bytes); at !== -1; at = piece.indexOf(needle.bytes, at + 1)) {
          const before = offset - kept + at;
          const locator = binary
            ? `page ${Math.floor(before / pageBytes) + 1}`
            : `line ${lines + newlines(piece, at) + 1}`;
          note(needle, { path: shown, locator });
        }
      offset += read;
      const cut = Math.max(0, piece.length - overlap);
      lines += newlines(piece, cut);
      piece.copy(buffer, 0, cut);
      kept = piece.length - cut;
    }
    return offset;
  } finally {
    handle.close();
  }
}

function newlines(piece: Buffer, end: number): number {
  let count = 0;
  for (let at = piece.indexOf(10); at !== -1 && at < end; at = piece.indexOf(10, at + 1)) count += 1;
  return count;
}

function note(needle: Needle, place: Place): void {
  if (needle.places.length >= maxPlaces) return;
  if (needle.places.some(({ path, locator }) => path === place.path && locator === place.locator)) return;
  needle.places.push(place);
}
