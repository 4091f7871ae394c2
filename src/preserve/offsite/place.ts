/** What copies need of the place they go to. */

/** A file here that is to be there. */
export interface Item {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where copies go. Nothing that is there is overwritten; a file gets its name once it is proven to be whole. */
export interface Place {
  /** Throws if the place cannot be reached. */
  readonly prepare: () => Promise<void>;
  /** What is there under this item's name, and whether it is the same; undefined if there is nothing. */
  readonly compare: (item: Item) => Promise<"same" | "other" | undefined>;
  /** Copies under NAME.partial, compares size and hash there, then gives it its name. */
  readonly put: (item: Item) => Promise<void>;
}
