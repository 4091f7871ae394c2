/** The proof that the holder of a private key opens what is sealed to it: a small archive, sealed and opened. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import { openArchive, type Recipient, sealArchive, type Unlock } from "../../archive/index.ts";
import { type Hashes, openWithGpg, type PrivateKeyUnlock } from "./gpg-test.ts";

type TestingHost = Pick<Host, "fs" | "run" | "clock" | "random" | "signal" | "facts">;

export interface KeyProof {
  readonly fingerprint: string;
  readonly userId: string;
  /** claw-ir opened the archive with the private key, and every file was as before. */
  readonly proven: boolean;
  /** The same with gpg and tar alone; undefined where that was not asked for. */
  readonly withGpg?: boolean;
  /** Why not. */
  readonly reason?: string;
}

/**
 * Seals random files to the recipient and opens them with the private key, then with gpg where that is asked for. Throws
 * `wrongKey` for a wrong passphrase or a file without a private key; a key that does not fit is no throw but `proven: false`.
 */
export async function proveKey(
  host: TestingHost,
  recipient: Recipient,
  unlock: PrivateKeyUnlock,
  options: { readonly gpg: boolean },
): Promise<KeyProof> {
  const { fingerprint, userId } = recipient;
  // Short, in the folder for temporary files: gpg's agent cannot listen at a long path.
  const scratch = await host.fs.scratch(host.facts.tmp, "ck-");
  try {
    const { archive, hashes } = await sealSample(host, recipient, scratch);
    const reason = await openedWrongly(host, archive, unlock, hashes);
    if (reason !== undefined) return { fingerprint, userId, proven: false, reason };
    if (!options.gpg) return { fingerprint, userId, proven: true };
    const gpgReason = await openWithGpg(host, { archive, unlock, hashes, scratch });
    return gpgReason === undefined
      ? { fingerprint, userId, proven: true, withGpg: true }
      : { fingerprint, userId, proven: true, withGpg: false, reason: gpgReason };
  } finally {
    await host.fs.removeScratch(scratch);
  }
}

const sizes = [0, 1, 513, 70_000] as const;

async function sealSample(
  host: TestingHost,
  recipient: Recipient,
  scratch: string,
): Promise<{ readonly archive: string; readonly hashes: Hashes }> {
  const real = join(scratch, "sample");
  await host.fs.mkdir(join(real, "inner"));
  const hashes = new Map<string, string>();
  for (const [index, size] of sizes.entries()) {
    const name = index % 2 === 0 ? `file-${index}` : `inner/file-${index}`;
    const content = host.random(size);
    await host.fs.writeAtomic(join(real, name), content);
    hashes.set(`sample/${name}`, createHash("sha256").update(content).digest("hex"));
  }
  const archive = join(scratch, "sample.tar.gz.gpg");
  await sealArchive(host, {
    kind: "backup",
    roots: [{ real, as: "/sample" }],
    outFile: archive,
    compression: "gzip",
    recipients: [recipient],
    meta: { hostname: host.facts.hostname, tool: `claw-ir ${host.facts.version}` },
  });
  return { archive, hashes };
}

/** Why the archive was not opened as it was sealed; undefined where it was. */
async function openedWrongly(
  host: TestingHost,
  archive: string,
  unlock: Unlock,
  hashes: Hashes,
): Promise<string | undefined> {
  const left = new Map(hashes);
  let name = "";
  try {
    for await (const event of openArchive(host, archive, unlock)) {
      if (event.kind === "entry") name = event.entry.path;
      if (event.kind === "end" && event.sha256 !== undefined && left.get(name) === event.sha256)
        left.delete(name);
    }
  } catch (error) {
    if (error instanceof ClawError && error.code !== "wrong-key") throw error;
    return "this private key does not open what is sealed to it";
  }
  return left.size === 0 ? undefined : "the files that came back are not those that were sealed";
}
