/** Which backups are kept. Pure. */

export type Period = "daily" | "weekly" | "monthly" | "yearly";

/** How many to keep: the last ones, and the newest of each of so many days, weeks, months and years (UTC). */
export type Keep = Readonly<Partial<Record<"last" | Period, number>>>;

export interface Dated {
  /** ISO 8601. */
  readonly createdAt: string;
  /** Tells two of the same time apart. */
  readonly archive: string;
}

/** "2026-11-25", "2026-W48", "2026-11", "2026". */
const periodOf: Readonly<Record<Period, (at: Date) => string>> = {
  daily: (at) => at.toISOString().slice(0, 10),
  weekly: isoWeek,
  monthly: (at) => at.toISOString().slice(0, 7),
  yearly: (at) => at.toISOString().slice(0, 4),
};

/** The week of ISO 8601 belongs to the year that its Thursday is in. */
function isoWeek(at: Date): string {
  const thursday = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 3 - ((thursday.getUTCDay() + 6) % 7));
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000));
  return `${year}-W${String(week).padStart(2, "0")}`;
}

export function keepsSomething(keep: Keep): boolean {
  return Object.values(keep).some((count) => count > 0);
}

function newestFirst(a: Dated, b: Dated): number {
  return Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.archive < b.archive ? 1 : -1);
}

/**
 * Why each one that stays stays; those that are not in the result may go. Periods without a backup do not count, so that a
 * host that was off for a month loses nothing. One that is dated after `now` (the clock went back) stays and takes no place.
 */
export function keptBy<T extends Dated>(
  items: readonly T[],
  keep: Keep,
  now: Date,
): ReadonlyMap<T, readonly string[]> {
  const kept = new Map<T, string[]>();
  const because = (item: T, reason: string): void => {
    kept.set(item, [...(kept.get(item) ?? []), reason]);
  };
  for (const item of items) {
    const at = Date.parse(item.createdAt);
    if (Number.isNaN(at)) because(item, "it does not say when it was made");
    else if (at > now.getTime()) because(item, "it is dated in the future: the clock went back");
  }
  const dated = items.filter((item) => !kept.has(item)).toSorted(newestFirst);
  for (const item of dated.slice(0, keep.last ?? 0)) because(item, "one of the last");
  for (const period of ["daily", "weekly", "monthly", "yearly"] as const) {
    const seen = new Set<string>();
    for (const item of dated) {
      const name = periodOf[period](new Date(item.createdAt));
      if (seen.has(name) || seen.size >= (keep[period] ?? 0)) continue;
      seen.add(name);
      because(item, `${period} ${name}`);
    }
  }
  return kept;
}
