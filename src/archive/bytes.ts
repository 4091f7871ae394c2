import { damaged } from "./damage.ts";

const nothing = new Uint8Array(0);

/**
 * Gives a chunk's memory back now. The garbage collector lets buffers pile up to 64 MB and more before it looks at them.
 * Nothing may use the chunk, nor any view of it, afterwards. Parts of a larger buffer are left alone.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength) buffer.transfer(0);
}

/**
 * Pulls bytes out of a stream of chunks. What it returns is valid until the next call: the source may reuse its buffer.
 */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = nothing;
  #done = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async #fill(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      if (this.#done) return false;
      const next = await this.#source.next();
      if (next.done === true) this.#done = true;
      else this.#chunk = next.value;
    }
    return true;
  }

  #take(count: number): Uint8Array {
    const taken = this.#chunk.subarray(0, count);
    this.#chunk = this.#chunk.subarray(taken.length);
    return taken;
  }

  async ended(): Promise<boolean> {
    return !(await this.#fill());
  }

  /** At least one byte and at most `max`; undefined at the end. */
  async some(max: number): Promise<Uint8Array | undefined> {
    return (await this.#fill()) ? this.#take(max) : undefined;
  }

  /** Exactly `count` bytes; throws "truncated" if there are fewer. */
  async exactly(count: number): Promise<Uint8Array> {
    if (this.#chunk.length >= count) return this.#take(count);
    const whole = new Uint8Array(count);
    for (let at = 0; at < count;) {
      const part = await this.some(count - at);
      if (part === undefined) throw damaged("truncated", "the archive is truncated: it ends too early");
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** The next bytes without taking them: at most `count`, fewer only at the end. */
  async peek(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let total = 0;
    while (total < count) {
      const part = await this.some(count - total);
      if (part === undefined) break;
      parts.push(Uint8Array.from(part));
      total += part.length;
    }
    const peeked = Buffer.concat(parts);
    this.#chunk = this.#chunk.length === 0 ? peeked : Buffer.concat([peeked, this.#chunk]);
    return peeked;
  }

  /** Everything that is left. */
  async *rest(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let chunk = await this.some(Infinity); chunk !== undefined; chunk = await this.some(Infinity)) {
      yield chunk;
    }
  }

  /** Gives the source back: its `finally` blocks run. */
  async close(): Promise<void> {
    this.#done = true;
    this.#chunk = nothing;
    await this.#source.return?.();
  }
}
