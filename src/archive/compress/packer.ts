/** What a compressor looks like from outside, and the order in which parallel work goes out. */
export type Out = (bytes: Uint8Array) => Promise<void>;

export interface Packer {
  /** Bytes that a block should have; the last one may have fewer. */
  readonly blockSize: number;
  /** How many blocks are worth being worked on at once. */
  readonly blocks: number;
  /** Resolves when the block has gone out and its memory may be used again. Blocks go out in the order of the calls. */
  readonly write: (block: Uint8Array) => Promise<void>;
  /** Resolves when everything has gone out. */
  readonly finish: () => Promise<void>;
  /** Lets go of the engines after a failure. */
  readonly abort: () => void;
}

/** Runs what it is given one after the other; after a failure everything fails with it. */
export function inOrder(): (step: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (step) => {
    last = last.then(step);
    // Whoever awaits a step hears of it; without this a failure between two writes would end the process.
    last.catch(() => undefined);
    return last;
  };
}
