import { basename, dirname, resolve } from "node:path";
import type { Host, WriteHandle } from "../../host/host.ts";
import { cancelled, ClawError, codeOf } from "../../model/errors.ts";
import { readBack } from "./read-back.ts";
import type { SealRequest, SealResult } from "./seal-request.ts";
import { type Written, writeArchive } from "./seal-write.ts";
import { type Sidecar, sealFormat, sidecarPath, sidecarText, signaturePath } from "../sidecar.ts";
import type { Signer } from "../signature.ts";

type SealHost = Pick<Host, "fs" | "clock" | "random" | "signal">;

/**
 * Walks the roots once and writes one encrypted archive: read → hash → tar → compress → OpenPGP → file, in constant memory,
 * plaintext never on disk. The archive appears under its name only when it is complete, on the disk and read back; until
 * then it is `NAME.partial` (0600), which is removed on failure and on Ctrl-C. Throws ClawError; `partial` in the result is
 * no error: what could not be read is listed there and in the manifest.
 */
export async function sealArchive(host: SealHost, request: SealRequest): Promise<SealResult> {
  const startedAt = host.clock.monotonic();
  const createdAt = host.clock.now().toISOString();
  const archive = resolve(request.outFile);
  checkRequest(request);
  await refuseExisting(host, archive);
  const partialFile = `${archive}.partial`;
  const handle = await createPartial(host, partialFile);
  try {
    const written = await writeArchive(host, { ...request, outFile: archive }, createdAt, handle);
    await handle.finish();
    const { keyIds } = await readBack(host, partialFile, request, written);
    const result = resultOf(request, written, archive, createdAt, host.clock.monotonic() - startedAt);
    written.session?.fill(0);
    await publish(host, partialFile, result, sidecarOf(request, written, result, keyIds), request.signer);
    return result;
  } catch (error) {
    // The reason for the failure is worth more than a failure to clean up after it.
    await handle.discard().catch(() => undefined);
    throw host.signal.aborted ? cancelled() : writingTrouble(error, dirname(archive));
  }
}

function checkRequest({ recipients, passphrase, plaintext, roots }: SealRequest): void {
  const locked = recipients.length > 0 || (passphrase !== undefined && passphrase.length > 0);
  if (plaintext === true && locked) {
    throw new ClawError("an archive is either encrypted or plaintext", {
      exit: "usage",
      code: "plaintext-clash",
      hint: "leave away the recipients and the passphrase, or plaintext",
    });
  }
  if (plaintext !== true && !locked) {
    throw new ClawError("an archive must be sealed to a recipient or a passphrase", {
      exit: "usage",
      code: "no-recipient",
      hint: "give --recipient FINGERPRINT|FILE or --passphrase-from FILE",
    });
  }
  if (roots.length === 0) {
    throw new ClawError("there is nothing to seal", { exit: "notFound", code: "nothing-to-seal" });
  }
}

/** Claw-irs that write the same archive meet at the O_EXCL of `.partial`; this looks for what is finished already. */
async function refuseExisting(host: SealHost, archive: string): Promise<void> {
  for (const path of [archive, sidecarPath(archive), signaturePath(archive)]) {
    if ((await host.fs.stat(path)) === undefined) continue;
    throw new ClawError(`there is a file ${basename(path)} already`, {
      exit: "failed",
      code: "archive-exists",
      hint: "nothing is overwritten: choose another name with -o, or move the old one away",
    });
  }
}

async function createPartial(host: SealHost, path: string): Promise<WriteHandle> {
  try {
    return await host.fs.create(path, { mode: 0o600 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw writingTrouble(error, dirname(path));
    throw new ClawError(`another run is writing this archive, or was killed while it did`, {
      exit: "locked",
      code: "partial-exists",
      hint: `if no claw-ir runs, remove ${path}`,
      cause: error,
    });
  }
}

const diskTroubles: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file system takes no file this large",
  EROFS: "the file system is read-only",
  EACCES: "the folder may not be written to",
  EPERM: "the folder may not be written to",
  ENOENT: "the folder is not there",
  ENOTDIR: "the folder is not there",
  EIO: "the disk reports an error",
};

function writingTrouble(error: unknown, folder: string): unknown {
  const what = diskTroubles[codeOf(error) ?? ""];
  if (error instanceof ClawError || what === undefined) return error;
  return new ClawError(`the archive cannot be written: ${what}`, {
    exit: "failed",
    code: "cannot-write-archive",
    hint: `write it somewhere else with -o, or mend ${folder}; nothing was left there`,
    cause: error,
  });
}

/** Sidecar and signature first: whoever sees the archive finds it described. Then the name, then the folder onto the disk. */
async function publish(
  host: SealHost,
  partialFile: string,
  result: SealResult,
  sidecar: Sidecar,
  signer: Signer | undefined,
): Promise<void> {
  if (host.signal.aborted) throw cancelled();
  const text = sidecarText(sidecar);
  const signature = await signer?.sign(text);
  await refuseExisting(host, result.archive);
  const signatureFile = signaturePath(result.archive);
  try {
    await host.fs.writeAtomic(result.sidecar, text, { mode: 0o600 });
    if (signature !== undefined) await host.fs.writeAtomic(signatureFile, signature, { mode: 0o600 });
    await host.fs.rename(partialFile, result.archive);
  } catch (error) {
    for (const file of [signatureFile, result.sidecar]) await host.fs.remove(file).catch(() => undefined);
    throw error;
  }
  await host.fs.syncDir(dirname(result.archive));
}

function resultOf(
  request: SealRequest,
  written: Written,
  archive: string,
  createdAt: string,
  durationMs: number,
): SealResult {
  const { files, plainBytes } = written.closed.counts;
  return {
    archive,
    sidecar: sidecarPath(archive),
    kind: request.kind,
    bytes: written.bytes,
    sha256: written.sha256,
    createdAt,
    files,
    plainBytes,
    durationMs: Math.round(durationMs),
    recipients: request.recipients.map((recipient) => recipient.fingerprint),
    passphrase: request.passphrase !== undefined,
    ...(request.signer === undefined ? {} : { signedBy: request.signer.fingerprint }),
    partial: written.partial,
    root: written.closed.root,
    verified: true,
  };
}

function sidecarOf(
  request: SealRequest,
  written: Written,
  result: SealResult,
  keyIds: readonly string[],
): Sidecar {
  const { meta } = request;
  return {
    format: sealFormat,
    archive: basename(result.archive),
    kind: request.kind,
    createdAt: result.createdAt,
    host: meta.hostname,
    tool: meta.tool,
    ...(meta.caseId === undefined ? {} : { case: meta.caseId }),
    ...(meta.journalHead === undefined ? {} : { journalHead: meta.journalHead }),
    compression: request.compression ?? "zstd",
    bytes: result.bytes,
    sha256: result.sha256,
    manifest: { root: result.root, ...written.closed.counts },
    recipients: result.recipients,
    passphrase: result.passphrase,
    keyIds,
    ...(result.signedBy === undefined ? {} : { signedBy: result.signedBy }),
    durationMs: result.durationMs,
    partial: result.partial,
  };
}
