/**
 * The answer to "since when?": an ISO date or time, or an age such as "36h", "3 days ago", "2w", or that it is not known.
 * Returns the ISO time, undefined for "not known", or an error text that says what is understood.
 */
export function parseSince(
  answer: string,
  now: Date,
): { readonly at?: string; readonly wrong?: undefined } | { readonly wrong: string } {
  const text = answer.trim().toLowerCase();
  if (text === "" || text === "unknown" || text.startsWith("i don't know")) return {};
  const age = /^(\d{1,5})\s*(m|min|minutes?|h|hours?|d|days?|w|weeks?)(?:\s+ago)?$/.exec(text);
  if (age?.[1] !== undefined && age[2] !== undefined) {
    return { at: new Date(now.getTime() - Number(age[1]) * unitMs(age[2])).toISOString() };
  }
  const iso = /^\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)?$/;
  const ms = iso.test(text) ? Date.parse(zoned(text)) : Number.NaN;
  if (Number.isNaN(ms))
    return {
      wrong: "write a date such as 2026-11-20 or 2026-11-20T14:00Z, an age such as 36h or 3d, or unknown",
    };
  if (ms > now.getTime()) return { wrong: "that lies in the future" };
  return { at: new Date(ms).toISOString() };
}

function unitMs(unit: string): number {
  if (unit.startsWith("m")) return 60_000;
  if (unit.startsWith("h")) return 3_600_000;
  return unit.startsWith("d") ? 86_400_000 : 7 * 86_400_000;
}

/** Times without a zone are UTC, as everywhere in claw-ir. */
function zoned(text: string): string {
  const upper = text.toUpperCase().replace(" ", "T");
  return /T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(upper) || !upper.includes("T") ? upper : `${upper}Z`;
}
