/**
 * What an upgrade left behind, or what stands elsewhere in another form than in use. It tells what was, and its secrets are as
 * readable as any; but no gateway goes by it, so nobody can switch it off or take it back.
 */

export const leftoverText = "a leftover of a migration; nothing uses it any more";

interface MayBeLeftover {
  readonly leftover?: true;
}

/** Of these, what the gateway goes by. */
export function inUse<T extends MayBeLeftover>(records: readonly T[]): readonly T[] {
  return records.filter(({ leftover }) => leftover !== true);
}

/** What is in use last, so that it is what counts where a later one replaces an earlier one of the same name. */
export function inUseLast<T extends MayBeLeftover>(records: readonly T[]): readonly T[] {
  return [...records.filter(({ leftover }) => leftover === true), ...inUse(records)];
}

/** " (a leftover of a migration; …)" for the end of a sentence about it, or nothing. */
export function leftoverNote({ leftover }: MayBeLeftover): string {
  return leftover === true ? ` (${leftoverText})` : "";
}
