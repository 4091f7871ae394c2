/** Collectors that only name files: one runner for a table of them. */
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import type { FileStat } from "../../../host/host.ts";
import { read } from "../../../model/outcome.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { ListedFile } from "../../../model/trace-records.ts";
import { resolveInside } from "../../../openclaw/view.ts";
import type { Collector } from "../../collector.ts";
import { type Ground, troubleOf } from "../../files.ts";
import { glob } from "../../glob.ts";

export interface Listing extends Pick<Collector, "id" | "title" | "attack" | "timeoutMs" | "rootAdds"> {
  /** "facts": name, size, owner, times. "hash": these and the SHA-256, so that a copy found elsewhere is recognised. */
  readonly keep: "facts" | "hash";
  /** Larger files are told by their facts only, and that is said. */
  readonly maxBytes: number;
  /** What the files belong to, with patterns of paths on the examined host. */
  readonly groups: readonly (readonly [group: string, patterns: readonly string[]])[];
}

const maxFiles = 5000;

export function listingCollector(listing: Listing): Collector {
  const { id, title, attack, timeoutMs, rootAdds } = listing;
  return {
    ...{ id, title, attack, timeoutMs, stage: "collect", liveOnly: false },
    ...(rootAdds === undefined ? {} : { rootAdds }),
    collect: (sources) => listFiles(sources, listing),
  };
}

export async function listFiles(ground: Ground, listing: Listing): Promise<Reading<ListedFile>> {
  const found: ListedFile[] = [];
  const missed = new Set<string>();
  const seen = new Set<string>();
  for (const [group, patterns] of listing.groups) {
    const { paths, reasons } = await glob(ground, patterns);
    for (const reason of reasons) missed.add(reason);
    for (const path of paths) {
      if (seen.has(path)) continue;
      seen.add(path);
      if (found.length >= maxFiles) missed.add(`more than ${maxFiles} files; the rest was left out`);
      else await add(ground, listing, group, path, found, missed);
    }
  }
  return read(found, [...missed].slice(0, 50));
}

async function add(
  ground: Ground,
  listing: Listing,
  group: string,
  given: string,
  found: ListedFile[],
  missed: Set<string>,
): Promise<void> {
  const { host, target } = ground;
  const path = target.toHost(target.toReal(given));
  try {
    const place = target.toReal(given);
    const real = join(await resolveInside(host, target.root, dirname(place)), basename(place));
    const stat = await host.fs.stat(real);
    if (stat === undefined) return;
    const tooLarge = listing.keep === "hash" && stat.kind === "file" && stat.size > listing.maxBytes;
    if (tooLarge) missed.add(`${path} is larger than ${listing.maxBytes} bytes and was not hashed`);
    const link = stat.kind === "symlink" ? { link: await host.fs.readlink(real) } : {};
    // The times first: reading could change the one of the last access.
    const facts = factsOf(group, path, stat);
    const hashed = listing.keep === "hash" && stat.kind === "file" && !tooLarge;
    const sha256 = hashed ? { sha256: sha256Of(ground, real, stat) } : {};
    found.push({ ...facts, ...link, ...sha256 });
  } catch (error) {
    const { outcome, reason } = troubleOf(path, error);
    if (outcome !== "missing") missed.add(reason);
  }
}

function sha256Of({ host }: Ground, real: string, saw: FileStat): string {
  const handle = host.fs.open(real, saw);
  try {
    const hash = createHash("sha256");
    const chunk = new Uint8Array(1 << 16);
    for (let got = handle.read(chunk); got > 0; got = handle.read(chunk)) hash.update(chunk.subarray(0, got));
    return hash.digest("hex");
  } finally {
    handle.close();
  }
}

function factsOf(group: string, path: string, stat: FileStat): ListedFile {
  const at = (ms: number): string => new Date(ms).toISOString();
  return {
    ...{ group, type: stat.kind, bytes: stat.size, mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid },
    modifiedAt: at(stat.mtimeMs),
    changedAt: at(stat.ctimeMs),
    accessedAt: at(stat.atimeMs),
    ...(stat.birthtimeMs > 0 ? { bornAt: at(stat.birthtimeMs) } : {}),
    place: { path },
  };
}
