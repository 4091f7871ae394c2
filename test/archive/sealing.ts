/** Temp folders, small trees and the shortest way to a sealed archive. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import {
  type ArchiveEvent,
  type Contents,
  openArchive,
  type Recipient,
  sealArchive,
  type SealRequest,
  type SealResult,
  type TarEntry,
  type Unlock,
} from "../../src/archive/index.ts";
import { generateRecipient } from "../../src/preserve/index.ts";
import { diskHost, type DiskHost } from "./disk-host.ts";

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "claw-seal-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

export const pass = new Secret("correct horse FAKE");

export interface Sealed extends SealResult {
  readonly unlock: Unlock;
}

let shared: Promise<{ readonly recipient: Recipient; readonly privateKey: string }> | undefined;

/** One unprotected key for all tests of a file: opening by it costs no passphrase hashing. */
export function testKey(): Promise<{ readonly recipient: Recipient; readonly privateKey: string }> {
  shared ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), "claw-key-"));
    process.once("exit", () => {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });
    const privateOut = join(folder, "private.asc");
    const made = await generateRecipient(diskHost(), join(folder, "data"), {
      name: "Test FAKE",
      privateOut,
      allowUnprotected: true,
    });
    return { recipient: made.recipient, privateKey: privateOut };
  })();
  return shared;
}

/** Seals `real` as "/home/claw/state" to the test key. */
export async function seal(
  real: string,
  request: Partial<SealRequest> = {},
  host: DiskHost = diskHost(),
): Promise<Sealed> {
  const { recipient, privateKey } = await testKey();
  const result = await sealArchive(host, {
    kind: "evidence",
    roots: [{ real, as: "/home/claw/state" }],
    outFile: join(request.outFile ?? join(tempFolder(), "a.tar.zst.gpg")),
    recipients: [recipient],
    meta: { hostname: "host-a", tool: "claw-ir 0.0.0" },
    ...request,
  });
  return { ...result, unlock: { privateKey } };
}

export interface Read extends Contents {
  readonly list: readonly (TarEntry & { readonly sha256?: string; readonly content: string })[];
}

/** Everything that is in an archive, contents as latin1. */
export async function readAll(file: string, unlock: Unlock, host: DiskHost = diskHost()): Promise<Read> {
  const list: (TarEntry & { sha256?: string; content: string })[] = [];
  let chunks: Buffer[] = [];
  let entry: TarEntry | undefined;
  const take = (event: ArchiveEvent): void => {
    if (event.kind === "entry") {
      entry = event.entry;
      chunks = [];
    } else if (event.kind === "data") chunks.push(Buffer.from(event.bytes));
    else if (entry !== undefined) {
      const content = Buffer.concat(chunks).toString("latin1");
      list.push({ ...entry, content, ...(event.sha256 === undefined ? {} : { sha256: event.sha256 }) });
    }
  };
  const events = openArchive(host, file, unlock);
  for (;;) {
    const next = await events.next();
    if (next.done === true) return { ...next.value, list };
    take(next.value);
  }
}

/** Fails instead of waiting for ever. */
export async function bounded<T>(work: Promise<T>, ms = 240_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("hangs")), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
