import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { at, num, parseJson, str } from "../model/json.ts";
import { canonicalJson, genesis, hmac } from "./canonical.ts";
import { storageError } from "./failure.ts";

export const headName = "journal.head";

/** How far the journal went, and its last hash, under the installation's key. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** A head that was read: `valid` if its authentication code fits this case and key. */
export interface ReadHead extends Head {
  readonly valid: boolean;
}

function macOfHead(key: Uint8Array, caseId: string, { seq, hash }: Head): string {
  return hmac(key, canonicalJson({ case: caseId, hash, seq, v: 1 }));
}

/** Undefined if there is none; a head that cannot be parsed is not valid. Without a key its author is not looked at. */
export async function readHead(
  host: Host,
  folder: string,
  key: Uint8Array | undefined,
  caseId: string,
): Promise<ReadHead | undefined> {
  const path = join(folder, headName);
  if ((await host.fs.stat(path)) === undefined) return undefined;
  const value = parseJson(await host.fs.readText(path, { maxBytes: 4096 }).catch(() => ""));
  const seq = num(at(value, "seq"));
  const hash = str(at(value, "hash"));
  if (seq === undefined || hash === undefined) return { seq: 0, hash: "", valid: false };
  const valid = key === undefined || str(at(value, "mac")) === macOfHead(key, caseId, { seq, hash });
  return { seq, hash, valid };
}

/**
 * Keeps journal.head behind the last committed entry. A crash between the commit and the write leaves the head behind, which
 * is no tampering: every entry after it still carries its own authentication code. A head ahead of the journal means that
 * entries were cut off.
 */
export class HeadFile {
  readonly #host: Host;
  readonly #path: string;
  readonly #key: Uint8Array;
  readonly #caseId: string;
  #wanted: Head | undefined;
  #writing: Promise<void> | undefined;
  #failure: unknown;

  constructor(host: Host, folder: string, key: Uint8Array, caseId: string) {
    this.#host = host;
    this.#path = join(folder, headName);
    this.#key = key;
    this.#caseId = caseId;
  }

  /** The head of a journal without entries. */
  async begin(): Promise<void> {
    this.moved({ seq: 0, hash: genesis });
    await this.flush();
  }

  /** Notes the new head and writes it soon; several notes become one write. */
  moved(head: Head): void {
    this.#wanted = { seq: head.seq, hash: head.hash };
    this.#writing ??= this.#write();
  }

  /** Resolves when the newest head is on the disk. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    if (this.#failure === undefined) return;
    const error = this.#failure;
    this.#failure = undefined;
    throw storageError(error, `writing ${headName}`);
  }

  async #write(): Promise<void> {
    try {
      // One turn of the loop later, so that entries added in a row need one write.
      await Promise.resolve();
      for (let head = this.#wanted; head !== undefined; head = this.#wanted) {
        this.#wanted = undefined;
        const { seq, hash } = head;
        const mac = macOfHead(this.#key, this.#caseId, head);
        await this.#host.fs.writeAtomic(
          this.#path,
          `${JSON.stringify({ v: 1, case: this.#caseId, seq, hash, mac })}\n`,
        );
      }
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#writing = undefined;
    }
  }
}
