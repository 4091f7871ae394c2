/** Copies of an archive somewhere else: the archive, its sidecar and its signature, verified at the other end by size and hash. */
import { basename } from "node:path";
import type { Host } from "../../host/host.ts";
import { archiveLocks, readSidecar, sidecarPath } from "../../archive/index.ts";
import { ClawError } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { type Destination, destinationOf } from "./destination.ts";
import { folderPlace } from "./folder.ts";
import type { Item, Place } from "./place.ts";
import { hashFile } from "./hash.ts";
import { checkRclone, rclonePlace } from "./rclone.ts";

/** One copied archive, for the JSON and the catalog. */
export interface Copy {
  readonly to: string;
  /** Of the archive, without what lies beside it. */
  readonly bytes: number;
  readonly sha256: string;
  /** Size and hash were read at the other end and are the same. */
  readonly verified: true;
  /** It was there already, and is the same. */
  readonly already: boolean;
  readonly at: string;
}

/**
 * Copies an archive with its sidecar and signature. The archive goes last: whoever sees it there finds what belongs to it.
 * Throws exit 2 for an archive that is not encrypted, exit 10 for one that is not there, exit 1 for what did not arrive.
 */
export async function copyArchive(host: Host, archive: string, to: string): Promise<Copy> {
  const destination = destinationOf(to);
  const items = await itemsOf(host, archive);
  await onlyCiphertext(host, archive, destination);
  const place = placeOf(host, destination);
  await place.prepare();
  let already = true;
  for (const item of items) already = (await copyOne(place, item, destination)) && already;
  const main = items.at(-1);
  if (main === undefined) throw new TypeError("an archive is at least one file");
  const at = host.clock.now().toISOString();
  return { to: destination.shown, bytes: main.bytes, sha256: main.sha256, verified: true, already, at };
}

/** Tells beforehand what would fail afterwards: a place that is none, a program that is not there. */
export async function checkDestinations(host: Host, places: readonly string[]): Promise<void> {
  const kinds = places.map((place) => destinationOf(place).kind);
  if (kinds.includes("rclone")) await checkRclone(host);
}

/** Sidecar, signature, archive: what is there of them. */
async function itemsOf(host: Host, archive: string): Promise<readonly Item[]> {
  const stat = await host.fs.stat(archive);
  if (stat?.kind !== "file") {
    throw new ClawError(`there is no archive ${shown(archive)}`, {
      exit: "notFound",
      code: "no-archive",
      hint: "claw-ir backup list names those there are",
    });
  }
  const known = await readSidecar(host, archive);
  const sidecar = sidecarPath(archive);
  const items: Item[] = [];
  for (const path of [sidecar, `${sidecar}.sig`, archive]) {
    if ((await host.fs.stat(path)) === undefined) continue;
    items.push({ path, name: basename(path), ...(await hashFile(host, path)) });
  }
  const main = items.at(-1);
  if (known !== undefined && main !== undefined && known.sha256 !== main.sha256) {
    throw new ClawError(
      `the archive ${shown(basename(archive))} is not what its sidecar says: it is not copied`,
      {
        exit: "tampered",
        code: "damaged-archive",
        hint: "claw-ir backup verify says more",
      },
    );
  }
  return items;
}

/** A folder may be a share of another machine: nothing in the clear goes anywhere. */
async function onlyCiphertext(host: Host, archive: string, destination: Destination): Promise<void> {
  let cause: unknown;
  try {
    const { plaintext } = await archiveLocks(host, archive);
    if (plaintext !== true) return;
  } catch (error) {
    cause = error;
  }
  throw new ClawError(
    `${shown(basename(archive))} is no encrypted archive: it is not copied to ${destination.shown}`,
    {
      exit: "usage",
      code: "plaintext-archive",
      hint: "seal it to a recipient: --recipient FPR|FILE",
      cause,
    },
  );
}

function placeOf(host: Host, destination: Destination): Place {
  return destination.kind === "folder"
    ? folderPlace(host, destination.path)
    : rclonePlace(host, destination.remote, destination.shown);
}

/** True if it was there already. */
async function copyOne(place: Place, item: Item, { shown: to }: Destination): Promise<boolean> {
  const there = await place.compare(item);
  if (there === "same") return true;
  if (there === undefined) {
    await place.put(item);
    return false;
  }
  throw new ClawError(`there is another ${shown(item.name)} in ${to} already`, {
    exit: "failed",
    code: "copy-exists",
    hint: "claw-ir overwrites nothing: move that one away, or copy to another folder",
  });
}
