import { ClawError } from "../../model/errors.ts";
import { bytesText } from "../../model/text.ts";
import { damaged } from "../damage.ts";
import { openContents } from "../open/contents.ts";
import { readingProgress } from "../open/reading-progress.ts";
import { type ReadingHost, readStructure, type Structure } from "../open/structure.ts";
import type { Unlock } from "../openpgp/session.ts";
import type { SealRequest } from "./seal-request.ts";
import type { Written } from "./seal-write.ts";

/** Reads from the disk what was written: a bad cable or a bug of ours must not be found at the restore. */
export async function readBack(
  host: ReadingHost,
  file: string,
  request: SealRequest,
  written: Written,
): Promise<Structure> {
  const { structure, root } = await readAgain(host, file, request, written);
  const { bytes, sha256, keyIds, passphrases } = structure;
  const sealedTo = request.recipients.length + (request.passphrase === undefined ? 0 : 1);
  if (bytes !== written.bytes || sha256 !== written.sha256 || keyIds.length + passphrases !== sealedTo) {
    throw damaged("written-wrong", `what was read back is not what was written (${bytesText(bytes)})`);
  }
  if (root !== written.closed.root) {
    throw damaged("written-wrong", "the archive's contents are not what was written");
  }
  return structure;
}

/** One pass over the file; its contents where they are to be looked at, else `root` is taken for granted. */
async function readAgain(
  host: ReadingHost,
  file: string,
  { check, onProgress }: SealRequest,
  { session, closed }: Written,
): Promise<{ readonly structure: Structure; readonly root: string | undefined }> {
  if (check === "ciphertext") return { structure: await readStructure(host, file), root: closed.root };
  const unlock: Unlock =
    session === undefined ? { plaintext: true } : { session: { cipher: "aes-256-cfb", key: session } };
  let structure: Structure | undefined;
  const see = (seen: Structure): void => void (structure = seen);
  try {
    const events = openContents(host, file, unlock, {}, see);
    const tell = readingProgress(({ entries, bytes }) =>
      onProgress?.({ phase: "reading back", entries, bytes, total: closed.counts.plainBytes }),
    );
    for (let next = await events.next(); ; next = await events.next()) {
      if (next.done !== true) {
        tell(next.value);
        continue;
      }
      if (structure === undefined) throw damaged("structure", "the archive was not read to its end");
      return { structure, root: next.value.manifest?.root };
    }
  } catch (error) {
    if (!(error instanceof ClawError) || error.exit !== "tampered") throw error;
    throw damaged("written-wrong", `what was read back is not what was written: ${error.message}`, error);
  }
}
