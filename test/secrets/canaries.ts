/** Values that exist nowhere else, one for every place and shape, and how they are found again whatever became of them. */
import { createHash } from "node:crypto";

export interface Canary {
  readonly place: string;
  readonly shape: string;
}

const head = /FAKE\d[0-9A-Za-z]{7}/g;
const tail = /[0-9A-Za-z]{6}EKAF/g;
const base64 = /[A-Za-z0-9+/_-]{32,}/g;

export class Canaries {
  readonly #all = new Map<string, Canary>();
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** Looks like what a password manager makes; the same in every run. */
  make(canary: Canary): string {
    const noise = createHash("sha256")
      .update(`FAKE ${this.#count}`)
      .digest("base64")
      .replaceAll(/[^0-9A-Za-z]/g, "");
    const digit = this.#count % 10;
    this.#count += 1;
    const [first, last] = [`FAKE${digit}${noise.slice(0, 7)}`, `${noise.slice(16, 22)}EKAF`];
    this.#all.set(first, canary).set(last, canary);
    return `${first}${["-", "_", ""][this.#count % 3] ?? ""}${noise.slice(8, 16)}${last}`;
  }

  /** Every canary of which the beginning or the end stands in the text, as it is or in base64. */
  in(text: string): readonly Canary[] {
    const found = new Set<Canary>();
    const look = (where: string): void => {
      for (const pattern of [head, tail])
        for (const [match] of where.matchAll(pattern)) {
          const canary = this.#all.get(match);
          if (canary !== undefined) found.add(canary);
        }
    };
    look(text);
    for (const [run] of text.matchAll(base64))
      for (const offset of [0, 1, 2, 3])
        look(Buffer.from(run.slice(offset, 4096), "base64").toString("latin1"));
    return [...found];
  }
}
