/**
 * Finds where zstd frames end (RFC 8878 §3.1), without decompressing. Node 22's decompressor takes the end of its input
 * for the end of the data wherever that is: a stream cut in half ends like a whole one.
 */
export interface FrameScan {
  readonly feed: (bytes: Uint8Array) => void;
  /** Everything that was fed is whole frames, at least one. */
  readonly whole: () => boolean;
}

interface Want {
  /** Bytes to look at. */
  readonly take?: number;
  /** Bytes to pass over. */
  readonly skip?: number;
  /** A frame may begin here, and the data may end. */
  readonly boundary?: boolean;
}

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;

function* frames(): Generator<Want, void, Buffer> {
  for (;;) {
    const magic = (yield { take: 4, boundary: true }).readUInt32LE();
    if (magic === frameMagic) yield* frame();
    else if ((magic & 0xfffffff0) >>> 0 === skippableMagic) {
      yield { skip: (yield { take: 4 }).readUInt32LE() };
    } else return;
  }
}

function* frame(): Generator<Want, void, Buffer> {
  const descriptor = (yield { take: 1 }).readUInt8();
  const single = (descriptor & 0x20) !== 0;
  const window = single ? 0 : 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSize = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  yield { skip: window + dictionary + contentSize };
  for (let last = false; !last;) {
    const header = (yield { take: 3 }).readUIntLE(0, 3);
    last = (header & 1) === 1;
    // A run of one byte is stored as that byte.
    yield { skip: ((header >> 1) & 3) === 1 ? 1 : header >> 3 };
  }
  if ((descriptor & 4) !== 0) yield { skip: 4 };
}

export function frameScan(): FrameScan {
  const steps = frames();
  let want: Want | undefined = steps.next().value ?? undefined;
  let taken = Buffer.alloc(0);
  let skipped = 0;
  let fed = 0;
  const advance = (bytes: Buffer): void => {
    taken = Buffer.alloc(0);
    skipped = 0;
    want = steps.next(bytes).value ?? undefined;
  };
  /** Bytes used of what is left. */
  const step = (left: Uint8Array, { take, skip = 0 }: Want): number => {
    if (take === undefined) {
      const count = Math.min(skip - skipped, left.length);
      skipped += count;
      if (skipped === skip) advance(taken);
      return count;
    }
    const part = left.subarray(0, take - taken.length);
    taken = Buffer.concat([taken, part]);
    if (taken.length === take) advance(taken);
    return part.length;
  };
  return {
    feed: (bytes) => {
      fed += bytes.length;
      for (let at = 0; at < bytes.length && want !== undefined;) at += step(bytes.subarray(at), want);
      // An empty part needs no byte to be passed.
      while (want?.skip === 0) advance(taken);
    },
    whole: () => fed > 0 && want?.boundary === true && taken.length === 0,
  };
}
