import type { GrantEntry } from "../../model/grant-entry.ts";
import type { Place } from "../../model/records.ts";
import type { NotWritten } from "./types.ts";

/** One entry that was taken out of one place. */
export interface TakenOut {
  readonly entry: GrantEntry;
  readonly place: Place;
  /** "removed from channel_pairing_allow_entries", "exec security set to \"allowlist\"". */
  readonly how: string;
  /** What lets it in again. */
  readonly inverse: string;
}

export interface GrantsTaken {
  readonly taken: readonly TakenOut[];
  readonly notWritten: readonly NotWritten[];
}

export type EntryIn<K extends GrantEntry["in"]> = GrantEntry & { readonly in: K };

export function entriesIn<K extends GrantEntry["in"]>(
  entries: readonly GrantEntry[],
  ...kinds: readonly K[]
): readonly EntryIn<K>[] {
  return entries.filter((entry): entry is EntryIn<K> => kinds.some((kind) => kind === entry.in));
}
