/** An archive held against its sidecar: each way to put them at odds has a code and a message of its own. */
import { cancelled } from "../../model/errors.ts";
import { damaged } from "../damage.ts";
import type { Sidecar } from "../sidecar.ts";
import type { Contents } from "./contents.ts";
import { hashFile, type ReadingHost, readStructure, type Structure } from "./structure.ts";

/**
 * Size and hash against the sidecar come before the parser's word: a flipped bit in a header is told as "altered", not as
 * the format that it happens to look like.
 */
export async function structureOf(
  host: ReadingHost,
  file: string,
  sidecar: Sidecar | undefined,
): Promise<Structure> {
  if (sidecar === undefined) return readStructure(host, file);
  await checkSize(host, file, sidecar);
  let structure: Structure;
  try {
    structure = await readStructure(host, file);
  } catch (error) {
    if (host.signal.aborted) throw error;
    compareHash(sidecar, await hashFile(host, file));
    throw error;
  }
  compare(sidecar, structure);
  return structure;
}

export async function checkSize(host: ReadingHost, file: string, sidecar: Sidecar): Promise<void> {
  const bytes = (await host.fs.stat(file))?.size;
  if (bytes !== undefined && bytes !== sidecar.bytes) throw await wrongSize(host, file, sidecar, bytes);
}

/** A whole message of another size was not cut off: it is another one, or it was sealed again to others. */
async function wrongSize(host: ReadingHost, file: string, sidecar: Sidecar, bytes: number): Promise<Error> {
  const whole = await readStructure(host, file).catch(() => undefined);
  if (host.signal.aborted) throw cancelled();
  if (whole !== undefined && isRewrapped(sidecar, whole)) return rewrapped();
  if (whole !== undefined && whole.plaintext !== true) return swapped();
  return bytes < sidecar.bytes
    ? damaged(
        "truncated",
        `the archive has ${bytes} bytes and its sidecar says ${sidecar.bytes}: it is truncated, or the sidecar belongs to another archive`,
      )
    : damaged(
        "altered",
        `the archive has ${bytes} bytes and its sidecar says ${sidecar.bytes}: something was added, or the sidecar belongs to another archive`,
      );
}

function swapped(): Error {
  return damaged(
    "swapped-sidecar",
    "the archive is whole and is not the one that its sidecar describes: one of them was swapped",
  );
}

/** For an archive whose integrity check has passed: if it holds something else, it is another one, and not damaged. */
export function compareWhole(sidecar: Sidecar, structure: Structure, { manifest }: Contents): void {
  const isOther = sidecar.sha256 !== structure.sha256 && manifest?.root !== sidecar.manifest.root;
  if (isOther && !isRewrapped(sidecar, structure)) throw swapped();
  compare(sidecar, structure);
}

function isRewrapped({ keyIds, passphrase }: Sidecar, structure: Structure): boolean {
  if (keyIds === undefined) return false;
  const same = keyIds.toSorted().join() === structure.keyIds.toSorted().join();
  return !same || passphrase !== structure.passphrases > 0;
}

function rewrapped(): Error {
  return damaged(
    "rewrapped",
    "the archive can be opened by other keys than it was sealed to: its session key packets were replaced",
  );
}

function compareHash(sidecar: Sidecar, { sha256 }: Pick<Structure, "sha256">): void {
  if (sidecar.sha256 === sha256) return;
  throw damaged(
    "altered",
    "the archive's bytes are not those that were sealed: its SHA-256 differs from the sidecar's",
  );
}

function compare(sidecar: Sidecar, structure: Structure): void {
  if (isRewrapped(sidecar, structure)) throw rewrapped();
  compareHash(sidecar, structure);
  const sealedTo = sidecar.recipients.length + (sidecar.passphrase ? 1 : 0);
  if (sealedTo !== structure.keyIds.length + structure.passphrases) {
    throw damaged("sidecar", "the sidecar names other recipients than the archive is sealed to");
  }
}

export function compareContents(sidecar: Sidecar, { manifest }: Contents): void {
  if (manifest === undefined)
    throw damaged("sidecar", "the archive holds no manifest although its sidecar describes one");
  const { root, counts, closing } = manifest;
  const same =
    root === sidecar.manifest.root &&
    counts.entries === sidecar.manifest.entries &&
    // What an unsigned sidecar says of the time decides what is pruned, and of the host what it is taken for.
    (["kind", "createdAt", "host"] as const).every((name) => closing[name] === sidecar[name]);
  if (!same)
    throw damaged(
      "sidecar",
      "the sidecar describes other contents than the archive holds: it was swapped or edited",
    );
}
