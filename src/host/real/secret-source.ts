import { read as readFd } from "node:fs";
import { open } from "node:fs/promises";
import { promisify } from "node:util";
import { ClawError, codeOf, messageOf } from "../../model/errors.ts";
import { Secret } from "../../model/secret.ts";

/** Where a secret comes from when it is not typed. */
export type SecretSource = { readonly file: string } | { readonly fd: number };

const maxBytes = 64 * 1024;
const readChunk = promisify(readFd);
/** How long a descriptor that has nothing yet is waited for. */
const patienceMs = 30_000;

function bad(id: string, why: string): ClawError {
  return new ClawError(`the secret for "${id}" could not be taken: ${why}`, {
    exit: "usage",
    code: "secret-unreadable",
    hint: "the file or descriptor holds the secret alone, at most 64 KiB, in UTF-8",
  });
}

async function readAll(fd: number): Promise<Buffer> {
  const buffer = Buffer.alloc(maxBytes + 1);
  let total = 0;
  let waited = 0;
  while (total <= maxBytes) {
    try {
      const { bytesRead } = await readChunk(fd, buffer, total, buffer.length - total, null);
      if (bytesRead === 0) break;
      total += bytesRead;
    } catch (error) {
      if (codeOf(error) === "EOF") break;
      // A non-blocking pipe whose writer is not ready yet.
      if (codeOf(error) !== "EAGAIN" || waited >= patienceMs) throw error;
      waited += 20;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return buffer.subarray(0, total);
}

/** A file may also be a pipe (`<(pass show key)`): it is what the user named, so links are followed. */
async function bytesOf(source: SecretSource): Promise<Buffer> {
  if ("fd" in source) return readAll(source.fd);
  const handle = await open(source.file, "r");
  try {
    return await readAll(handle.fd);
  } finally {
    await handle.close();
  }
}

function textOf(id: string, bytes: Buffer): string {
  if (bytes.length > maxBytes) throw bad(id, "it is larger than 64 KiB");
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.replace(/\r?\n$/, "");
  } catch {
    throw bad(id, "it is not UTF-8 text");
  } finally {
    bytes.fill(0);
  }
}

/**
 * Reads each source once and remembers it, because a descriptor can be read only once. One newline at the end is no part of
 * the secret. An empty one is an error, or undefined where it is optional.
 */
export function secretReader(): (
  id: string,
  source: SecretSource,
  optional: boolean,
) => Promise<Secret | undefined> {
  const known = new Map<string, Promise<string>>();
  return async (id, source, optional) => {
    const key = "fd" in source ? `fd:${source.fd}` : `file:${source.file}`;
    const value = known.get(key) ?? bytesOf(source).then((bytes) => textOf(id, bytes));
    known.set(key, value);
    const text = await value.catch((error: unknown) => {
      throw error instanceof ClawError ? error : bad(id, messageOf(error));
    });
    if (text !== "") return new Secret(text);
    if (optional) return undefined;
    throw bad(id, "it is empty");
  };
}
