/** Writing one artifact: line by line or chunk by chunk, hashed in the same pass. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Host, WriteHandle } from "../host/host.ts";
import { cancelled, ClawError, messageOf } from "../model/errors.ts";
import type { Outcome } from "../model/outcome.ts";

const chunkBytes = 256 * 1024;

export interface Ending {
  readonly outcome: Outcome;
  readonly reason?: string | undefined;
}
export interface Written extends Ending {
  readonly records: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Thrown on once what was read is safe. */
  readonly then?: ClawError;
}

/** Lines of text, or chunks of one binary file. */
export type Content = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/** Writes every line or chunk, hashing on the way. A source that breaks off leaves a partial artifact, not none. */
export async function pour(
  host: Host,
  handle: WriteHandle,
  content: Content,
  end: () => Ending,
): Promise<Written> {
  const sink = new Sink(host, handle);
  let records = 0;
  try {
    let broken: { readonly error: unknown } | undefined;
    try {
      for await (const some of batches(content)) {
        for (const item of some) {
          if (sink.add(item)) await sink.flush();
          // A binary file is one record however many chunks it comes in.
          if (typeof item === "string" || records === 0) records += 1;
        }
      }
    } catch (error) {
      if (sink.failed) throw error;
      broken = { error };
    }
    await sink.finish();
    const { bytes, sha256 } = sink.result();
    if (broken === undefined) return { ...end(), records, bytes, sha256 };
    const reason = `stopped after ${records} records: ${messageOf(broken.error)}`;
    const stop = broken.error instanceof ClawError && host.signal.aborted ? { then: broken.error } : {};
    return { outcome: "partial", reason, records, bytes, sha256, ...stop };
  } catch (error) {
    await handle.discard().catch(() => undefined);
    throw error;
  }
}

/** Waiting for a source that never makes one wait costs more than writing its lines. */
async function* batches(content: Content): AsyncGenerator<Iterable<string | Uint8Array>> {
  if (Symbol.iterator in content) yield content;
  else for await (const item of content) yield [item];
}

class Sink {
  readonly #host: Host;
  readonly #handle: WriteHandle;
  readonly #hash = createHash("sha256");
  #waiting: Uint8Array[] = [];
  /** Lines that are not bytes yet: one by one they would be as many small buffers. */
  #lines: string[] = [];
  #size = 0;
  #bytes = 0;
  /** The file could not be written, as opposed to the source not being read. */
  failed = false;

  constructor(host: Host, handle: WriteHandle) {
    this.#host = host;
    this.#handle = handle;
  }

  /** Whether so much is waiting that it is time for `flush`. */
  add(item: string | Uint8Array): boolean {
    if (typeof item === "string") this.#lines.push(item, "\n");
    else {
      this.#settle();
      this.#waiting.push(item);
    }
    this.#size += item.length + 1;
    return this.#size >= chunkBytes;
  }

  async flush(): Promise<void> {
    await this.#flush();
    if (this.#host.signal.aborted) throw abortReason(this.#host.signal);
  }

  async finish(): Promise<void> {
    await this.#flush();
    await this.#handle.finish();
  }

  result(): { readonly bytes: number; readonly sha256: string } {
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  #settle(): void {
    if (this.#lines.length > 0) this.#waiting.push(Buffer.from(this.#lines.join(""), "utf8"));
    this.#lines = [];
  }

  async #flush(): Promise<void> {
    this.#settle();
    const chunk = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#size = 0;
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    try {
      await this.#handle.write(chunk);
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }
}

function abortReason(signal: AbortSignal): ClawError {
  return signal.reason instanceof ClawError ? signal.reason : cancelled();
}
